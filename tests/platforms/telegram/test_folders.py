from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Address
from bot.platforms.telegram.talks import (
    CANCELLED,
    CLOSED,
    CLOSED_BEFORE,
    LATE,
    NOT_NOW,
    Step,
)
from bot.store import events as seen
from tests.platforms.telegram.chats import (
    ANA,
    JOIN,
    POST,
    Chat,
    chat,
    fill,
)


@pytest.fixture
async def ana(tmp_path: Path) -> AsyncIterator[Chat]:
    async with chat(tmp_path) as made:
        yield made


async def test_a_filled_form_comes_again_with_its_update_until_it_is_closed(ana: Chat) -> None:
    await ana.begin(JOIN)
    await ana.presses("I agree")
    step = await ana.says("Ana")
    assert step.command is not None
    await ana.begin(POST, "another")  # the ring may have asked on before `close` was called
    repeated = await ana.talks.typed(step.command.event_id, ANA, "Ana")
    assert repeated == step
    await ana.talks.close(ANA, step.command.talk)
    assert await ana.talks.typed(step.command.event_id, ANA, "Ana") == Step()
    assert await ana.talks.is_open(ANA)
    await fill(ana)
    done = await ana.presses("Send for review")
    assert done.command is not None
    await ana.talks.close(ANA, done.command.talk)
    assert await ana.stored() == []


async def test_the_same_ask_again_goes_on_where_it_was(ana: Chat) -> None:
    await ana.begin(POST)
    await ana.presses("Tip")
    assert (await ana.begin(POST)).startswith("Question 2 of 4 Title")


async def test_a_form_that_has_ended_is_not_asked_again(ana: Chat) -> None:
    await ana.begin(JOIN)
    await ana.presses("I agree")
    await ana.says("Ana")
    assert await ana.begin(JOIN) == CLOSED_BEFORE
    assert not await ana.talks.is_open(ANA)


async def test_a_newer_form_replaces_an_older_one_for_good(ana: Chat) -> None:
    await ana.begin(JOIN, "older")
    agree = ana.button("I agree").press
    await ana.begin(POST, "newer")
    assert (await ana.sends(agree)).notice == CLOSED
    assert await ana.begin(JOIN, "older") == CLOSED_BEFORE
    assert (await ana.begin(POST, "newer")).startswith("Write a post")


async def test_an_ask_without_a_key_is_known_by_what_it_asks(ana: Chat) -> None:
    await ana.begin(POST, "")
    await ana.presses("Tip")
    assert (await ana.begin(POST, "")).startswith("Question 2 of 4")


async def test_an_older_button_changes_nothing_and_says_so(ana: Chat) -> None:
    await ana.begin(POST)
    tip = ana.button("Tip").press
    await ana.presses("Research link")
    back = ana.button("Back").press
    shown = len(ana.shown)
    assert (await ana.sends(tip)).notice == NOT_NOW
    assert len(ana.shown) == shown
    await ana.says("On sleep")
    assert (await ana.sends(back)).notice == NOT_NOW
    assert (await ana.sends(back.replace(":1:", ":2:"))).notice == ""
    assert ana.said.startswith("Question 2 of 4")


async def test_a_press_that_was_too_old_is_not_done_later(ana: Chat) -> None:
    await ana.begin(POST)
    await ana.presses("Tip")
    back = ana.button("Back").press
    await ana.sends(back)
    stale = f"telegram:7:{ana.count + 2}"
    assert (await ana.sends(back)).notice == NOT_NOW  # the second of two quick presses
    await ana.presses("Tip")
    assert await ana.talks.pressed(stale, ANA, back, "m1") == Step()
    await ana.look()
    assert ana.said.startswith("Question 2 of 4")


@pytest.mark.parametrize("verb", ["9", "skip", "submit", "agree", "keep", "", "x"])
async def test_a_button_that_was_never_there_does_nothing(ana: Chat, verb: str) -> None:
    await ana.begin(POST)
    data = ana.button("Tip").press.rpartition(":")[0]
    assert (await ana.sends(f"{data}:{verb}")).notice == NOT_NOW


@pytest.mark.parametrize("data", ["~", "~abcd1234:0:0", "~abcd1234:x:0"])
async def test_a_button_of_another_form_says_that_it_is_closed(ana: Chat, data: str) -> None:
    assert (await ana.sends(data)).notice == CLOSED
    await ana.begin(POST)
    assert (await ana.sends(data)).notice == CLOSED


async def test_cancel_can_be_typed(ana: Chat) -> None:
    assert not await ana.talks.cancel("telegram:7:90", ANA)
    await ana.begin(POST)
    assert await ana.talks.cancel("telegram:7:91", ANA)
    await ana.begin(JOIN, "next")
    assert await ana.talks.cancel("telegram:7:91", ANA)  # the same update again
    assert await ana.talks.is_open(ANA)
    await ana.look()
    assert ana.said == CANCELLED


async def test_what_the_ring_took_before_the_form_was_asked_is_no_answer(ana: Chat) -> None:
    async with ana.db.write() as db:
        await seen.mark(db, "telegram:7:80", "message", ana.clock.now())
    await ana.begin(JOIN)
    assert await ana.talks.typed("telegram:7:80", ANA, "hello") == Step(used=False)
    assert not await ana.talks.cancel("telegram:7:80", ANA)
    assert await ana.talks.is_open(ANA)


@pytest.mark.parametrize("swept", [False, True])
async def test_a_late_answer_gets_a_kind_sentence_once(ana: Chat, swept: bool) -> None:
    await ana.begin(POST)
    tip = ana.button("Tip").press
    before = await ana.stored()
    ana.clock.advance(days=1, minutes=1)
    if swept:
        await ana.talks.forget(ana.clock.now() - timedelta(days=1))
        assert await ana.stored() != before
    assert await ana.talks.is_open(ANA)
    assert (await ana.sends(tip)).notice == LATE
    assert await ana.says("hello") == Step()
    assert ana.said == LATE
    assert await ana.says("hello") == Step(used=False)
    assert await ana.stored() == []


async def test_forgetting_leaves_what_is_in_use_and_ends_with_nothing(ana: Chat) -> None:
    await ana.begin(POST)
    ana.clock.advance(hours=2)
    await ana.talks.forget(ana.clock.now() - timedelta(hours=3))
    await ana.presses("Tip")
    assert ana.said.startswith("Question 2 of 4")
    for _ in range(2):
        ana.clock.advance(days=2)
        await ana.talks.forget(ana.clock.now())
    assert await ana.stored() == []


async def test_a_form_that_was_too_late_can_be_asked_again(ana: Chat) -> None:
    await ana.begin(POST)
    await ana.presses("Tip")
    ana.clock.advance(days=2)
    assert (await ana.begin(POST)).startswith("Write a post")


async def test_a_filled_form_outlives_that_another_gets_too_old(ana: Chat) -> None:
    await ana.begin(JOIN, "first")
    await ana.presses("I agree")
    filled = (await ana.says("Ana")).command
    await ana.begin(POST, "second")
    ana.clock.advance(days=1)
    assert filled is not None
    assert await ana.talks.typed(filled.event_id, ANA, "Ana") == Step(filled)
    await ana.says("hello")
    assert await ana.talks.typed(filled.event_id, ANA, "Ana") == Step(filled)


async def test_an_answer_that_comes_again_after_the_end_is_still_an_answer(ana: Chat) -> None:
    await ana.begin(JOIN)
    await ana.presses("I agree")
    filled = (await ana.says("Ana")).command
    assert filled is not None
    await ana.talks.close(ANA, filled.talk)
    assert await ana.talks.is_open(ANA, filled.event_id)
    assert await ana.talks.typed(filled.event_id, ANA, "Ana") == Step()
    assert not await ana.talks.is_open(ANA, "telegram:7:99")


async def test_closing_twice_changes_nothing(ana: Chat) -> None:
    await ana.begin(JOIN)
    await ana.presses("I agree")
    filled = (await ana.says("Ana")).command
    assert filled is not None
    for _ in range(2):
        await ana.talks.close(ANA, filled.talk)
        assert await ana.stored() == []


async def test_two_people_have_two_talks(ana: Chat) -> None:
    ben = Chat(ana.db, ana.clock, Address("telegram:@43"), count=100)
    await ana.begin(POST, "a")
    await ben.begin(JOIN, "b")
    assert (await ben.sends(ana.button("Tip").press)).notice == CLOSED
    await ana.presses("Tip")
    assert ana.said.startswith("Question 2 of 4")


async def test_what_is_typed_is_nowhere_in_the_clear(ana: Chat) -> None:
    await ana.begin(POST)
    await ana.presses("Tip")
    await ana.says("MarkedSecretly")
    await ana.presses("Back")
    raw = b"".join(file.read_bytes() for file in ana.db.path.parent.iterdir())
    assert b"telegram_talk" in raw
    assert b"MarkedSecretly" not in raw
