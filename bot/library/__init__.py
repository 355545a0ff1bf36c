"""The library: reviewed content read from packs, checked, searched and served while it is valid."""

from bot.library.items import (
    Condition,
    Helpline,
    Item,
    RedFlag,
    Source,
    Topic,
    served,
)
from bot.library.library import Library
from bot.library.loader import check, load
from bot.library.problems import PackInvalid, Problem
from bot.library.search import Found, Hit

__all__ = [
    "Condition",
    "Found",
    "Helpline",
    "Hit",
    "Item",
    "Library",
    "PackInvalid",
    "Problem",
    "RedFlag",
    "Source",
    "Topic",
    "check",
    "load",
    "served",
]
