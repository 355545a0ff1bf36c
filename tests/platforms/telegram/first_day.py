"""The first day of a clinic on Telegram: it is set up, people come in, and strangers do not."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import NEUTRAL
from tests.platforms.telegram.premises import PATIENCE, Premises, fills, found, hears, until
from tests.platforms.telegram_server import CannotEnter, Chat, Person, Seen


async def opens(here: Premises) -> str:
    """Set the group up on the command line and return the owner's code."""
    names = ("--title", "Crohn’s circle", "--condition", "crohns", "--timezone", "Europe/London")
    await here.service.type("group", "add", "crohns", *names, "--urgent-line", "0117 496 0000")
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    times = ("--start", "09:00", "--end", "11:00", "--place", "Room 3")
    await here.service.type("slots", "add", "--day", day, *times)
    claim = await here.service.json("owner", "--group", "crohns")
    await here.service.start()
    return str(claim["code"])


async def joins(who: Person, name: str) -> None:
    """Read the consent text, agree, and say a name."""
    asked = await hears(who, "Question 1 of 2")
    assert "Nobody watches the chat all the time" in asked.text
    assert asked.labels == ["I agree", "Cancel"]
    await fills(who, "I agree", name)
    await hears(who, f"{name}. ")


async def claims(here: Premises, code: str) -> None:
    """Become the owner, then give the group its two rooms."""
    olga = here.owner
    olga.writes("/start")
    await hears(olga, NEUTRAL)
    olga.writes(code)
    await joins(olga, "Olga")
    for key, chat, done in (
        ("Pick the room", here.room, "a room"),
        ("Pick the staff room", here.staff, "the staff room"),
    ):
        olga.writes("/setup")
        await hears(olga, "Pick a chat of yours below")
        olga.picks_chat(key, chat)
        await hears(olga, f"is now {done} of Crohn’s circle")


async def invites(here: Premises, role: str, uses: int = 1) -> str:
    """Make an invite by the form and return the link that it shows."""
    here.owner.writes("/invite")
    await fills(here.owner, role, "from the ward", "Keep “7”", str(uses))
    await hears(here.owner, "Is everything right?")
    await here.owner.presses("Make the invite")
    ready = await hears(here.owner, "The invite is ready")
    return found(r"https://t\.me/\S+\?start=\S+", ready.text)


async def comes_in(who: Person, link: str, name: str, rooms: int = 1) -> str:
    """Join by an invite's link and enter every room by a link of one's own."""
    who.opens(link)
    await joins(who, name)
    await until(lambda: len(ways_in(who)) == rooms)
    url = ""
    for way in ways_in(who):
        url = (await who.presses("Enter the room", message=way)).url
        assert who.enters(url) == "joined"
    return url


def ways_in(who: Person) -> list[Seen]:
    return [seen for seen in who.sees() if "Enter the room" in seen.labels]


async def strangers(here: Premises, invite: str, way: str) -> None:
    """Nobody comes in by what somebody else has used, or by hand."""
    nils, zed = here.meets("Nils"), here.meets("Zed")
    await until(lambda: here.server.world.links[way].revoked)
    with pytest.raises(CannotEnter):
        nils.enters(way)
    nils.opens(invite)
    await hears(nils, NEUTRAL)
    here.server.join(here.room, zed)
    await until(lambda: not here.room.member(zed.user).present)
    await staff_hear(here, "Somebody without an invite came into the room and was taken out again.")


async def staff_hear(here: Premises, words: str) -> Seen:
    seen = await here.owner.hears(words, chat=here.staff, ever=True, seconds=PATIENCE)
    assert not re.search("Mira|Tomas", seen.text)
    return seen


def lines(who: Person, chat: Chat) -> list[str]:
    return [seen.text for seen in who.sees(chat)]
