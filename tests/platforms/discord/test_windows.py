"""Forms as people see them: the real bot, discord.py and a Discord on sockets."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from simcord.backend.models import Channel
from sqlmodel import func, select

from bot.platforms.discord import lines
from bot.platforms.discord.tables import DiscordForm
from bot.store import content, people
from bot.store.people import Membership, Role
from tests.platforms.discord.clinic import Clinic, clinic
from tests.platforms.discord_server import Person

FIRST = {
    "kind": "tip", "title": "Sleep", "body": "Going to bed at one time helps.",
    "url": "https://www.example.org/sleep",
}  # fmt: skip
DAY = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
CRISIS = "I want to kill myself"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path) as made:
        yield made


async def kept(here: Clinic) -> int:
    async with here.bot.db.read() as db:
        return (await db.execute(select(func.count()).select_from(DiscordForm))).scalar_one()


def newest(person: Person, channel: Channel) -> str:
    return person.sees(channel)[-1].words


async def test_a_form_opens_at_once_and_its_answer_is_for_one_person(here: Clinic) -> None:
    dora = await here.enters("dora", Role.CLINICIAN)
    opened = await dora.runs(here.staff, "slots")
    assert opened.kind == "modal"
    assert opened.modal is not None
    assert opened.modal.labels == ["Date", "From", "To", "Minutes for each", "Place"]
    await dora.fills(date=DAY, start="09:00", end="10:00", minutes="30")
    await here.settled()
    said = dora.sees(here.staff)[-1]
    assert said.ephemeral
    assert "Opened 2 times" in said.words
    assert await kept(here) == 0


async def test_what_cannot_be_used_comes_back_with_all_that_was_typed(here: Clinic) -> None:
    dora = await here.enters("dora", Role.CLINICIAN)
    await dora.runs(here.staff, "slots")
    await dora.fills(date="30/11/2026", start="09:00", end="10:00", minutes="30", place="Room 2")
    await here.settled()
    assert "must be a date such as 2026-11-30" in newest(dora, here.staff)
    assert lines.NOTHING_LOST in newest(dora, here.staff)
    again = await dora.presses("Change it", channel=here.staff)
    assert again.modal is not None
    prefilled = {one.custom_id: one.prefilled for one in again.modal.fields}
    assert prefilled == {
        "date": "30/11/2026", "start": "09:00", "end": "10:00", "minutes": "30",
        "place": "Room 2",
    }  # fmt: skip
    await dora.fills(date=DAY)
    await here.settled()
    assert "Opened 2 times" in newest(dora, here.staff)
    assert await kept(here) == 0


async def test_a_long_form_goes_on_after_the_program_was_started_again(here: Clinic) -> None:
    dora = await here.enters("dora", Role.CLINICIAN)
    opened = await dora.runs(here.staff, "post")
    assert opened.modal is not None
    assert opened.modal.title == "Write a post (1 of 2)"
    await dora.fills(**FIRST)
    await here.settled()
    assert newest(dora, here.staff).startswith("Page 1 of 2 is kept.")
    await here.stop()
    await here.start()
    second = await dora.presses("Go on to page 2", channel=here.staff)
    assert second.modal is not None
    assert second.modal.labels == ["Name of the source", "Topic"]
    await dora.fills(source="A journal")
    await here.settled()
    async with here.bot.db.read() as db:
        (post,) = await content.posts(db, "g1", content.IN_REVIEW)
    assert (post.title, post.source, post.topic) == ("Sleep", "A journal", "")
    assert await kept(here) == 0


async def test_words_of_crisis_on_the_first_page_are_answered_before_the_second(
    here: Clinic,
) -> None:
    dora = await here.enters("dora", Role.CLINICIAN)
    await dora.runs(here.staff, "post")
    await dora.fills(**FIRST | {"body": CRISIS})
    await here.settled()
    seen = [one.words for one in dora.sees(here.staff) if one.ephemeral]
    assert any("116 123" in words or "emergency" in words.lower() for words in seen)
    assert any(words.startswith("Page 1 of 2") for words in seen)


async def test_somebody_joins_by_reading_agreeing_and_giving_a_name(here: Clinic) -> None:
    kit = here.server.person("Kit")
    here.server.join(here.guild, kit)
    code = await here.invite()
    await kit.runs(here.lobby, "join", code=code)
    await here.settled()
    shown = "\n".join(one.words for one in kit.sees(here.lobby) if one.ephemeral)
    assert "Join the group" in shown
    assert "Who can see what" in shown
    opened = await kit.presses("I agree", channel=here.lobby)
    assert opened.modal is not None
    assert opened.modal.labels == ["What should people here call you?"]
    await kit.fills(name="Kit")
    await here.settled()
    async with here.bot.db.read() as db:
        names = [people.name_of(db, one) for one, _ in await people.members(db, "g1")]
    assert "Kit" in names
    assert await kept(here) == 0


async def test_somebody_who_does_not_agree_leaves_nothing_behind(here: Clinic) -> None:
    kit = here.server.person("Kit")
    here.server.join(here.guild, kit)
    code = await here.invite()
    await kit.runs(here.lobby, "join", code=code)
    await here.settled()
    await kit.presses("I do not agree", channel=here.lobby)
    await here.settled()
    assert newest(kit, here.lobby) == lines.DECLINED
    assert await kept(here) == 0


async def test_a_window_comes_by_a_button_when_the_ring_was_slow(here: Clinic) -> None:
    dora = await here.enters("dora", Role.CLINICIAN)
    async with here.bot.db.write():
        running = asyncio.create_task(dora.runs(here.staff, "post"))
        await asyncio.sleep(2.4)
    assert (await running).kind == "deferred"
    await here.settled()
    assert lines.READY in newest(dora, here.staff)
    opened = await dora.presses("Open the form", channel=here.staff)
    assert opened.modal is not None
    await dora.fills(**FIRST)
    await here.settled()
    assert newest(dora, here.staff).startswith("Page 1 of 2 is kept.")


async def test_a_filled_form_outlives_a_new_consent(here: Clinic) -> None:
    dora = await here.enters("dora", Role.CLINICIAN)
    await dora.runs(here.staff, "slots")
    async with here.bot.db.write() as db:
        for member in (await db.execute(select(Membership))).scalars():
            member.consent_version = "older"
    given = {"date": DAY, "start": "09:00", "end": "10:00", "minutes": "30"}
    await dora.fills(**given, place="Room 2")
    await here.settled()
    seen = [one.words for one in dora.sees(here.staff) if one.ephemeral]
    assert any("Our text has changed" in words for words in seen)
    assert seen[-1].startswith("What you typed is not lost")
    await dora.presses("I agree", channel=here.staff)
    await here.settled()
    opened = await dora.presses("Open the form again", channel=here.staff)
    assert opened.modal is not None
    assert {one.custom_id: one.prefilled for one in opened.modal.fields} == given | {
        "place": "Room 2"
    }
    await dora.fills()
    await here.settled()
    assert "Opened 2 times" in newest(dora, here.staff)
    assert await kept(here) == 0


async def test_a_window_that_is_sent_twice_is_taken_once(here: Clinic) -> None:
    dora = await here.enters("dora", Role.CLINICIAN)
    await dora.runs(here.staff, "slots")
    window = dora.modal
    given = {"date": DAY, "start": "09:00", "end": "10:00", "minutes": "30"}
    await dora.fills(**given)
    await here.settled()
    dora.modal = window  # Discord leaves it open when it was told nothing in time
    await dora.fills(**given)
    await here.settled()
    assert newest(dora, here.staff) == lines.BEFORE


async def test_a_form_in_the_private_talk_is_filled_in_there(here: Clinic) -> None:
    kit = here.server.person("Kit")
    here.server.join(here.guild, kit)
    await kit.runs(None, "join", code=await here.invite())
    await here.settled()
    opened = await kit.presses("I agree")
    assert opened.modal is not None
    await kit.fills(name="Kit")
    await here.settled()
    assert any("Welcome to Crohn’s circle, Kit" in one.words for one in kit.sees())
    assert await kept(here) == 0
