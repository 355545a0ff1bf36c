import discord
import pytest

from bot.actions import Address
from bot.errors import Undeliverable
from bot.platforms.discord import addresses, traces
from bot.platforms.discord.wire import Shown

ROOM, ANA = addresses.room(7), addresses.person(42)


def test_a_receipt_is_read_as_it_was_written() -> None:
    shown = [Shown(7, 101, hidden=True), Shown(8, 102)]
    receipt = traces.receipt(discord.Client(intents=discord.Intents.none()), shown)
    assert (receipt.message, receipt.link) == ("~7/101,8/102", "")
    assert traces.read(receipt.message, ANA) == shown


def test_a_bare_number_stands_in_the_room() -> None:
    assert traces.read("101", ROOM) == [Shown(7, 101)]


@pytest.mark.parametrize(("message", "to"), [("101", ANA), ("", ROOM), ("7/x", ROOM), ("7/", ROOM)])
def test_what_has_no_number_is_gone(message: str, to: str) -> None:
    with pytest.raises(Undeliverable, match="no number"):
        traces.read(message, Address(to))
