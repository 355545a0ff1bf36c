"""Common words: those that say nothing, those that say little, and the names of other illnesses.

The lists stand in common_words.toml.
"""

import tomllib
from importlib.resources import files

_LISTS = tomllib.loads(files("bot.library").joinpath("common_words.toml").read_text("utf-8"))

EMPTY, LIGHT, FOREIGN = (frozenset(_LISTS[name].split()) for name in ("empty", "light", "foreign"))
