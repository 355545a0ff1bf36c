"""Traces: where a message stands, as a receipt keeps it.

"7/101"            message 101 in channel 7
"7/101,7/102"      long words take several
"~7/101"           a line that only one person saw: it is known for as long as its token lives
"101"              as events of members' messages name it: in the channel that the action is to
"""

from collections.abc import Iterable, Sequence

import discord

from bot.actions import Address, Receipt, is_person
from bot.errors import Undeliverable
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.wire import Shown

HIDDEN, CARD = "~", "="
JUMP = "https://discord.com/channels/{}/{}/{}"


def receipt(client: discord.Client, shown: Sequence[Shown]) -> Receipt:
    """Return the receipt of messages; the link leads to the first, if several people see it."""
    return Receipt(message=",".join(map(_line, shown)), link=_link(client, shown[0]))


def read(message: str, to: Address) -> list[Shown]:
    """Return where the messages of a receipt stand; raises Undeliverable if that cannot be told."""
    found = [_shown(part, to) for part in message.split(",")]
    if not all(found):
        raise Undeliverable("the message is gone: it has no number")
    return [one for one in found if one is not None]


def _line(one: Shown) -> str:
    mark = HIDDEN if one.hidden else CARD if one.card else ""
    return f"{mark}{one.channel}/{one.message}"


def _link(client: discord.Client, one: Shown) -> str:
    channel = None if one.hidden else client.get_channel(one.channel)
    guild = getattr(channel, "guild", None)
    return JUMP.format(guild.id, one.channel, one.message) if guild is not None else ""


def _shown(part: str, to: Address) -> Shown | None:
    channel, _, number = part.lstrip(HIDDEN + CARD).rpartition("/")
    if not channel and not is_person(to):
        channel = str(number_of(to))
    if not _are_numbers((channel, number)):
        return None
    return Shown(int(channel), int(number), part.startswith(HIDDEN), part.startswith(CARD))


def _are_numbers(words: Iterable[str]) -> bool:
    return all(word.isascii() and word.isdecimal() for word in words)
