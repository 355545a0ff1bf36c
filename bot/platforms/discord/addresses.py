"""Addresses: `discord:123` is a channel, `discord:@42` a person.

A thread is heard as the channel that it belongs to. A person's private talk with the bot has the
person's own address; its channel is looked up when something is sent.
"""

from bot.actions import Address
from bot.errors import Undeliverable

NAME = "discord"


def room(channel: int) -> Address:
    """Return the address of a channel."""
    return Address(f"{NAME}:{channel}")


def person(user: int) -> Address:
    """Return the address of a person."""
    return Address(f"{NAME}:@{user}")


def number_of(address: Address) -> int:
    """Return the number of a channel or a person; raises Undeliverable if there is none."""
    number = address.partition(":")[2].removeprefix("@")
    if not (number.isascii() and number.isdecimal()):
        raise Undeliverable("the channel is gone: its address has no number")
    return int(number)
