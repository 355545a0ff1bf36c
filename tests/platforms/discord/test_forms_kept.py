from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot import text
from bot.context import Context
from bot.errors import BadInput, Refusal
from bot.events import Command, Typed
from bot.platforms.discord import folders, lines, steps
from bot.platforms.discord.folders import LONGEST, Folder
from bot.routing import Answer, Table
from bot.store.people import Membership
from tests.platforms.discord.counter import Counter, counter, route, thanks
from tests.platforms.discord.papers import ANA, POST, ROOM, form, question

FIRST = {"kind": "tip", "title": "Sleep", "body": "Go early.", "url": "https://a.example/x"}
LAST = {"source": "A journal", "topic": "food"}
NOTE = form(question("note", max=300), title="A note")
CRISIS = "I want to kill myself"


async def no_name(event: Command, ctx: Context) -> Answer:
    if (event.answers or {})["source"] == "Me":
        raise BadInput("Please choose another source.", "source")
    return await thanks(event, ctx)


async def never(event: Command, ctx: Context) -> Answer:
    raise Refusal("Not on a Tuesday.")


async def broken(event: Command, ctx: Context) -> Answer:
    raise LookupError


@pytest.fixture
async def ana(tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(tmp_path) as made:
        yield made


async def test_a_form_that_is_refused_is_kept_as_a_draft_and_opens_with_it(ana: Counter) -> None:
    await ana.asks(route(never, NOTE))
    assert await ana.fills_whole(note="Long and dear")
    assert [text.plain(line.text) for line in ana.lines[-2:]] == [
        "Not on a Tuesday.",
        lines.UNSENT,
    ]
    assert ana.button("Open the form again").press == "post"
    await ana.asks(route(thanks, NOTE))
    assert steps.form_of(await ana.kept()).fields[0].value == "Long and dear"
    await ana.fills(note="Long and dear")
    assert ana.said == "Thank you for Long and dear."
    assert await ana.rows() == 0


async def test_a_fault_of_ours_loses_nothing_of_several_pages(ana: Counter) -> None:
    await ana.asks(route(broken, POST))
    await ana.fills(**FIRST)
    await ana.fills("Go on to page 2", 1, **LAST)
    assert ana.said == lines.UNSENT
    await ana.asks(route(thanks, POST))
    values = {one.name: one.value for one in steps.form_of(await ana.kept()).fields}
    assert values == FIRST | LAST


async def test_a_form_that_waits_for_a_new_consent_is_kept(ana: Counter) -> None:
    closed = replace(route(thanks, NOTE), open=False)
    await ana.asks(closed)
    window = await ana.whole()
    async with ana.world.db.write() as db:
        for member in (await db.execute(select(Membership))).scalars():
            member.consent_version = "older"
    assert await ana.sends(window, note="Long and dear")
    assert "Our text has changed" in text.plain(ana.lines[-2].text)
    assert ana.said == lines.UNSENT


async def test_of_somebody_without_a_place_nothing_is_kept(tmp_path: Path) -> None:
    async with counter(tmp_path, inside=False) as stranger:
        await stranger.asks(route(never, NOTE))
        assert await stranger.fills_whole(note="Long and dear")
        assert stranger.said == "Not on a Tuesday."
        assert await stranger.rows() == 0


async def test_the_same_window_twice_is_taken_once_and_the_second_is_not_lost(
    ana: Counter,
) -> None:
    await ana.asks(route(thanks, NOTE))
    window = await ana.whole()
    await ana.sends(window, note="one")
    assert ana.said == "Thank you for one."
    for words in ("two", "three"):
        assert await ana.sends(window, note=words)
        assert ana.said == lines.BEFORE
    await ana.asks(route(thanks, NOTE))
    assert steps.form_of(await ana.kept()).fields[0].value == "three"


async def test_a_form_opened_twice_is_sent_once_and_the_second_gets_its_words_back(
    ana: Counter,
) -> None:
    await ana.asks(route(thanks, POST))
    token = steps.read(ana.button("Open the form").press).token
    old = steps.window(await ana.kept(), token, 0)
    await ana.fills(**FIRST)
    await ana.sends(old, **FIRST | {"title": "Sleep well"})
    assert ana.said == "Page 1 of 2 is kept."
    await ana.fills("Go on to page 2", 1, **LAST)
    assert ana.said.startswith("Thank you for tip, Sleep well")
    await ana.sends(old, **FIRST | {"title": "Too <late>"})
    assert ana.said == f"{lines.CLOSED} {lines.TYPED} Too <late> Go early. https://a.example/x"
    assert isinstance(ana.events[-1], Typed)
    assert await ana.presses("Open the form")
    assert ana.said == lines.CLOSED


async def test_a_filled_form_that_a_kill_kept_from_the_ring_is_taken_once_at_the_next_start(
    ana: Counter,
) -> None:
    ana.world.bot.app.table = Table([route(thanks, NOTE)])
    filled = Folder(
        user=ANA, name="post", room=ROOM, answers={"note": "dear"}, filled=True,
        reply_token="3:secret",
    )  # fmt: skip
    for _ in range(2):
        async with ana.world.db.write() as db:
            await folders.keep(db, "t", filled, ana.world.clock.now())
        await ana.forms.resume(ana.receive)
        await ana.world.bot.deliver()
        assert [text.plain(one.text) for one in ana.lines] == ["Thank you for dear."]
        assert await ana.rows() == 0


async def test_a_kill_between_pages_loses_nothing(ana: Counter) -> None:
    await ana.asks(route(thanks, POST))
    await ana.fills(**FIRST)
    await ana.forms.resume(ana.receive)
    assert (await ana.kept("Go on to page 2")).answers == FIRST


async def test_a_form_is_closed_after_a_day(ana: Counter) -> None:
    await ana.asks(route(thanks, POST))
    ana.world.clock.time += LONGEST - timedelta(seconds=1)
    await ana.fills(**FIRST)
    ana.world.clock.time += LONGEST
    await ana.presses("Go on to page 2")
    assert ana.said == lines.CLOSED


async def test_what_cannot_be_used_is_said_at_once_and_nothing_typed_is_lost(ana: Counter) -> None:
    await ana.asks(route(thanks, POST))
    await ana.fills(**FIRST | {"url": "my page"})
    assert ana.said.startswith("“Url” must be a web address")
    assert lines.NOTHING_LOST in ana.said
    assert (await ana.kept("Change it")).answers == {
        name: FIRST[name] for name in ("kind", "title", "body")
    }
    await ana.fills("Change it", **FIRST)
    await ana.fills("Go on to page 2", 1, **LAST)
    assert ana.said.startswith("Thank you for tip")


async def test_what_the_handler_cannot_use_comes_back_with_all_that_was_typed(
    ana: Counter,
) -> None:
    await ana.asks(route(no_name, POST))
    await ana.fills(**FIRST)
    assert await ana.fills("Go on to page 2", 1, **LAST | {"source": "Me"})
    assert ana.said == f"Please choose another source. {lines.NOTHING_LOST}"
    assert ana.labels == ["Change it", "Cancel"]
    assert await ana.rows() == 1
    await ana.fills("Change it", 1, **LAST)
    assert ana.said.startswith("Thank you for tip, Sleep")
    assert await ana.rows() == 0
