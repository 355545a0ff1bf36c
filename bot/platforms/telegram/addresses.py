"""Addresses: `telegram:-1001` is a chat, `telegram:-1001/7` a topic in it, `telegram:@42` a person.

A person's private chat with the bot has the person's own number.
"""

from bot.actions import Address, is_person
from bot.errors import Undeliverable

NAME = "telegram"


def room(chat: int, thread: int | None = None) -> Address:
    """Return the address of a chat, or of a topic in it."""
    return Address(f"{NAME}:{chat}" if thread is None else f"{NAME}:{chat}/{thread}")


def person(user: int) -> Address:
    """Return the address of a person."""
    return Address(f"{NAME}:@{user}")


def chat_of(address: Address) -> int:
    """Return the number of the chat that an address stands for; raises Undeliverable if none."""
    place = address.partition(":")[2].removeprefix("@").partition("/")[0]
    if not place.removeprefix("-").isdecimal():
        raise Undeliverable("the chat is gone: its address has no number")
    return int(place)


def thread_of(address: Address) -> int | None:
    """Return the topic of an address, if it has one."""
    thread = "" if is_person(address) else address.partition("/")[2]
    return int(thread) if thread else None
