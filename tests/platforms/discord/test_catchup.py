"""What was said while the bot was away is looked at after it is back, each message once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions import Aside
from bot.platforms.discord import addresses, catchup, tables
from bot.store import audit, outbox
from tests.platforms.discord.clinic import Clinic, clinic
from tests.platforms.discord_server import Person

AT = "\uff20"  # what the filter of Discord takes for no at sign, and the bot for one
MAIL = f"Write to me: {{}}{AT}example.org"
PAGE = 5


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path, content_mode=True) as made:
        yield made


async def screened(here: Clinic) -> int:
    async with here.bot.db.read() as db:
        return Counter(entry.action for entry in await audit.every(db))["screened"]


async def seen(here: Clinic) -> str:
    async with here.bot.db.read() as db:
        row = await db.get(tables.DiscordRoom, here.room)
    assert row is not None
    return row.seen


def standing(here: Clinic, who: Person) -> list[str]:
    return [one.text for one in who.sees(here.group) if not one.by_bot]


def explained(who: Person) -> Counter[str]:
    """Return which words came back to their writer, and how often."""
    said = (one.text for one in who.sees() if one.by_bot and AT in one.text)
    return Counter(text.partition("to me: ")[2].partition(AT)[0] for text in said)


async def test_what_was_said_while_it_was_away_is_screened_once(here: Clinic) -> None:
    ana = await here.enters("ana")
    ana.says(here.group, MAIL.format("before"))
    await here.settled()
    await here.stop()
    for words in (MAIL.format("away"), "Nice weather.", MAIL.format("later")):
        ana.says(here.group, words)
    starting = asyncio.create_task(here.start())
    await here.server.connected()
    ana.says(here.group, MAIL.format("back"))  # before it has looked after anything
    await starting
    await here.settled()
    assert standing(here, ana) == ["Nice weather."]
    assert explained(ana) == Counter(["before", "away", "later", "back"])
    assert await screened(here) == 4
    await here.stop()
    await here.start()
    await here.settled()
    assert await screened(here) == 4


async def test_a_room_in_which_nobody_spoke_before_is_caught_up_too(here: Clinic) -> None:
    ana = await here.enters("ana")
    await here.stop()
    await here.start()
    await here.settled()
    await here.stop()
    ana.says(here.group, MAIL.format("first"))
    await here.start()
    await here.settled()
    assert explained(ana) == Counter(["first"])


async def test_what_was_said_between_two_sessions_is_screened_once(here: Clinic) -> None:
    ana = await here.enters("ana")
    ana.says(here.group, MAIL.format("before"))
    await here.settled()
    begun = here.server.gateway.identified
    here.server.gateway.invalidate()
    ana.says(here.group, MAIL.format("between"))
    while here.server.gateway.identified == begun:
        await asyncio.sleep(0.01)
    ana.says(here.group, MAIL.format("after"))
    await ana.hears("between", ever=True)
    await here.settled()
    assert explained(ana) == Counter(["before", "between", "after"])
    assert standing(here, ana) == []


async def test_however_much_was_said_all_of_it_is_fetched(
    here: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchup, "PAGE", PAGE)
    ana = await here.enters("ana")
    ana.says(here.group, "Nice weather.")
    await here.settled()
    await here.stop()
    names = [f"n{number}" for number in range(2 * PAGE)]
    for name in names:
        ana.says(here.group, MAIL.format(name))
    await here.start()
    await here.settled()
    assert explained(ana) == Counter(names)
    fetched = here.server.asked("GET", f"/channels/{here.group.id}/messages$")
    assert len(fetched) == 3


async def test_what_could_not_be_fetched_is_fetched_later(here: Clinic) -> None:
    ana = await here.enters("ana")
    ana.says(here.group, "Nice weather.")
    await here.settled()
    await here.stop()
    ana.says(here.group, MAIL.format("away"))
    here.server.faults.next("GET", f"/channels/{here.group.id}/messages", status=503)
    await here.start()
    ana.says(here.group, MAIL.format("back"))
    await here.settled()
    assert explained(ana) == Counter(["back"])
    await again(here)
    assert explained(ana) == Counter(["away", "back"])
    assert await screened(here) == 2


async def test_threads_of_a_room_are_caught_up_too(here: Clinic) -> None:
    ana = await here.enters("ana")
    aside = Aside(
        to=here.room, key="aside", who=addresses.person(ana.id), title="Your question", text="Yes."
    )
    async with here.bot.db.write() as db:
        await outbox.put(db, aside, "g1", here.bot.clock.now())
    here.bot.app.wake(())
    await here.settled()
    (thread,) = ana.threads(here.group)
    ana.says(thread, "Thank you.")
    await here.settled()
    await here.stop()
    ana.says(thread, MAIL.format("aside"))
    ana.says(here.group, MAIL.format("away"))
    await here.start()
    await here.settled()
    assert explained(ana) == Counter(["aside", "away"])
    assert [one.text for one in ana.sees(thread) if not one.by_bot] == ["Thank you."]


async def test_how_far_a_room_was_heard_is_written_down_now_and_then(here: Clinic) -> None:
    ana = await here.enters("ana")
    await again(here)
    said = ana.says(here.group, "Nice weather.")
    await here.settled()
    await again(here)
    assert await seen(here) == str(said.id)


async def again(here: Clinic) -> None:
    """Do what is done every minute."""
    assert here.discord.connection.ear is not None
    await here.discord.connection.ear.again()
    await here.settled()


async def test_what_was_said_while_it_did_not_read_is_never_read(tmp_path: Path) -> None:
    async with clinic(tmp_path) as here:
        ana = await here.enters("ana")
        said = ana.says(here.group, MAIL.format("unread"))
        await here.settled()
        await here.stop()
        here.content_mode = True
        here.server.flags(members=True, message_content=True)
        await here.start()
        await here.settled()
        assert await seen(here) == str(said.id)
        assert await screened(here) == 0
        assert standing(here, ana) == [MAIL.format("unread")]
        assert ana.sees() == []
