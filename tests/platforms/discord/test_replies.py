import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import discord
import pytest

from bot.actions import Button, Send
from bot.errors import RetryLater
from bot.platforms.discord import addresses, replies
from bot.platforms.discord.parcels import Parcel
from bot.platforms.discord.refusals import Spent
from tests.platforms.discord.booth import Booth, booth, nothing
from tests.world import FakeClock

CALLBACK, HOOK = r"/interactions/.*/callback", r"^/webhooks/"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Booth]:
    async with booth(tmp_path) as made:
        yield made


class Form(discord.ui.Modal, title="A form"):
    words: "discord.ui.TextInput[Form]" = discord.ui.TextInput(label="Words", custom_id="words")


async def test_what_is_said_soon_is_the_first_answer_and_the_rest_follows(here: Booth) -> None:
    async def both(token: str) -> None:
        await here.replies.say(token, Parcel("one"), to=here.person)
        await here.replies.say(token, Parcel("two"), to=here.person)

    here.reacts = both
    answer = await here.ana.runs(here.channel, "ask")
    await here.ended()
    assert answer.kind == "message"
    assert here.lines() == [("one", True), ("two", True)]
    assert [one for one in here.ben.sees(here.channel) if one.by_bot] == []


async def test_after_two_seconds_it_thinks_and_that_is_filled(here: Booth) -> None:
    async def slow(token: str) -> None:
        await asyncio.sleep(2.4)
        await here.replies.say(token, Parcel("late"), to=here.person)

    here.reacts = slow
    answer = await here.ana.runs(here.channel, "ask")
    assert answer.kind == "deferred"
    assert 1.5 < answer.after < 2.9
    await here.ended()
    assert here.lines() == [("late", True)]


async def test_when_very_many_ask_at_once_those_who_come_last_are_told_to_wait_at_once(
    here: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "CROWD", 3)

    async def slow(token: str) -> None:
        await asyncio.sleep(0.5)
        await here.replies.say(token, Parcel("here it is"), to=here.person)

    here.reacts = slow
    asked = [here.ana.runs(here.channel, "ask") for _ in range(6)]
    kinds = [answer.kind for answer in await asyncio.gather(*asked)]
    await here.ended()
    assert kinds == ["message"] * 3 + ["deferred"] * 3
    assert here.lines() == [("here it is", True)] * 6
    answer = await here.ana.runs(here.channel, "ask")  # and once they are through, as before
    await here.ended()
    assert answer.kind == "message"


async def test_an_answer_for_all_is_seen_by_all_as_long_as_nothing_else_was_said(
    here: Booth,
) -> None:
    async def aloud(token: str) -> None:
        await here.replies.say(token, Parcel("hello all"), to=here.room)
        with pytest.raises(Spent):
            await here.replies.say(token, Parcel("and more"), to=here.room)

    here.reacts = aloud
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    assert here.ben.reads(here.channel) == ["hello all"]


async def test_a_token_answers_only_who_asked_and_only_there(here: Booth) -> None:
    async def wrong(token: str) -> None:
        for to in (addresses.person(here.ben.id), addresses.room(1)):
            with pytest.raises(Spent):
                await here.replies.say(token, Parcel("not for you"), to=to)
        await here.replies.settle(token)

    here.reacts = wrong
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    assert here.lines() == [("Done.", True)]


async def test_what_is_no_token_answers_nothing(here: Booth) -> None:
    for token in ("", "page", "12:", "1:old"):
        with pytest.raises(Spent):
            await here.replies.say(token, Parcel("x"), to=here.person)
    await here.replies.settle("1:old")
    await here.replies.clear("1:old")
    assert here.server.asked("*", "webhooks|interactions") == []


async def test_settling_says_done_or_the_notice_and_nothing_after_a_press(here: Booth) -> None:
    async def pressed(token: str) -> None:
        await here.replies.settle(token)

    await here.sender.say(_with_button(here))
    here.reacts = pressed
    assert (await here.ana.presses("Press", channel=here.channel)).kind == "none"
    here.reacts = lambda token: here.replies.settle(token, "Nothing is waiting.")
    assert (await here.ana.presses("Press", channel=here.channel)).kind == "message"
    await here.ended()
    assert here.lines()[1:] == [("Nothing is waiting.", True)]


async def test_settling_late_fills_or_takes_away_the_thinking(here: Booth) -> None:
    async def late(token: str) -> None:
        await asyncio.sleep(2.3)
        await here.replies.settle(token)

    await here.sender.say(_with_button(here))
    here.reacts = late
    ran, pressed = await asyncio.gather(
        here.ana.runs(here.channel, "ask"), here.ana.presses("Press", channel=here.channel)
    )
    assert (ran.kind, pressed.kind) == ("deferred", "deferred")
    await here.ended()
    assert here.lines()[1:] == [("Done.", True)]


async def test_a_form_opens_as_the_first_answer_only(here: Booth) -> None:
    async def shows(token: str) -> None:
        assert await here.replies.show(token, Form(custom_id="~f"))
        assert not await here.replies.show(token, Form(custom_id="~f"))

    here.reacts = shows
    assert (await here.ana.runs(here.channel, "ask")).kind == "modal"

    async def no_form(token: str) -> None:
        assert not await here.replies.show(token, Form(custom_id="~f"))
        await here.replies.settle(token)

    here.reacts = no_form
    assert (await here.ana.fills(words="x")).kind == "message"
    await here.ended()
    assert not await here.replies.show("1:old", Form(custom_id="~f"))


async def test_a_form_that_cannot_be_shown_in_time_is_not(here: Booth) -> None:
    async def shows(token: str) -> None:
        here.server.faults.next("POST", CALLBACK, hang=3)
        assert not await here.replies.show(token, Form(custom_id="~f"))

    here.reacts = shows
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"


async def test_an_answer_that_got_lost_on_its_way_back_is_not_said_twice(here: Booth) -> None:
    async def lost(token: str) -> None:
        here.server.faults.next("POST", CALLBACK, done=True, reset=True)
        with pytest.raises(RetryLater):
            await here.replies.say(token, Parcel("once"), to=here.person, key="k")
        said = await here.replies.say(token, Parcel("once"), to=here.person, key="k")
        assert said.hidden

    here.reacts = lost
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    assert here.lines() == [("once", True)]


async def test_a_first_answer_that_hangs_leaves_time_to_acknowledge(here: Booth) -> None:
    async def hangs(token: str) -> None:
        here.server.faults.next("POST", CALLBACK, hang=6)
        with pytest.raises(RetryLater):
            await here.replies.say(token, Parcel("once"), to=here.person, key="k")
        await here.replies.say(token, Parcel("once"), to=here.person, key="k")

    here.reacts = hangs
    assert (await here.ana.runs(here.channel, "ask")).kind in {"deferred", "message"}
    await here.ended()
    assert here.lines() == [("once", True)]


async def test_thinking_whose_answer_got_lost_is_filled_all_the_same(here: Booth) -> None:
    async def slow(token: str) -> None:
        here.server.faults.next("POST", CALLBACK, done=True, reset=True)
        await asyncio.sleep(2.4)
        await here.replies.say(token, Parcel("found"), to=here.person)

    here.reacts = slow
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"
    await here.ended()
    assert here.lines() == [("found", True)]


async def test_after_a_restart_the_thinking_is_filled_and_the_rest_follows(here: Booth) -> None:
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"
    await asyncio.sleep(0.1)
    here.restarts()
    for words in ("one", "two", "one"):
        await here.replies.say(here.token, Parcel(words), to=here.person)
    assert here.lines() == [("one", True), ("two", True), ("one", True)]


async def test_after_a_restart_the_same_words_are_known_again(here: Booth) -> None:
    async def one(token: str) -> None:
        await here.replies.say(token, Parcel("one"), to=here.person)

    here.reacts = one
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    here.restarts()
    await here.replies.say(here.token, Parcel("one"), to=here.person)
    await here.replies.say(here.token, Parcel("two"), to=here.person)
    assert here.lines() == [("one", True), ("two", True)]


async def test_a_token_that_discord_knows_no_more_is_spent(here: Booth) -> None:
    here.reacts = here.replies.settle
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    here.server.later(minutes=16)
    with pytest.raises(Spent):
        await here.replies.say(here.token, Parcel("late"), to=here.person)
    here.restarts()
    with pytest.raises(Spent):
        await here.replies.say(here.token, Parcel("late"), to=here.person)


async def test_what_came_too_late_for_discord_is_spent(here: Booth) -> None:
    async def late(token: str) -> None:
        here.server.later(seconds=4)
        with pytest.raises(Spent):
            await here.replies.say(token, Parcel("late"), to=here.person)
        with pytest.raises(Spent):
            await here.replies.say(token, Parcel("late"), to=here.person)

    here.reacts = late
    running = asyncio.create_task(here.ana.runs(here.channel, "ask"))
    await asyncio.sleep(0.5)
    await here.ended()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert here.lines() == []


async def test_closing_acknowledges_what_is_open(here: Booth) -> None:
    running = asyncio.create_task(here.ana.runs(here.channel, "ask"))
    async with asyncio.timeout(5):
        while not here.tokens:
            await asyncio.sleep(0.01)
    since = time.monotonic()
    await here.replies.close()
    assert (await running).kind == "deferred"
    assert time.monotonic() - since < 1


async def test_in_private_the_answer_stays(here: Booth) -> None:
    async def both(token: str) -> None:
        await here.replies.say(token, Parcel("one"), to=here.person)
        with pytest.raises(Spent):  # a message in the talk shows once for sure
            await here.replies.say(token, Parcel("two"), to=here.person)

    here.reacts = both
    await here.ana.runs(None, "ask")
    await here.ended()
    assert [(one.words, one.ephemeral) for one in here.ana.sees() if one.by_bot] == [("one", False)]
    assert here.replies.latest(here.person) is None


async def test_the_newest_token_of_somebody_in_a_room_is_known_while_it_lives(here: Booth) -> None:
    here.reacts = here.replies.settle
    for _ in range(2):
        await here.ana.runs(here.channel, "ask")
    assert here.replies.latest(here.person) == here.tokens[1]
    assert here.replies.latest(addresses.person(here.ben.id)) is None


async def test_an_answer_elsewhere_takes_the_thinking_away(here: Booth) -> None:
    async def slow(token: str) -> None:
        await asyncio.sleep(2.3)
        await here.replies.clear(token)

    here.reacts = slow
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"
    await here.ended()
    assert here.lines() == []


async def test_thinking_that_nobody_ever_fills_goes_away(
    here: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.discord.replies.CLEARED", 0.2)
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"
    await asyncio.sleep(0.1)
    assert here.lines() == [("…", True)]
    await asyncio.sleep(0.4)
    assert here.lines() == []
    with pytest.raises(Spent):
        await here.replies.say(here.token, Parcel("after all"), to=here.person)


async def test_after_a_restart_what_was_taken_away_is_not_filled(here: Booth) -> None:
    async def late(token: str) -> None:
        await asyncio.sleep(2.3)
        await here.replies.clear(token)

    here.reacts = late
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    here.restarts()
    with pytest.raises(Spent):
        await here.replies.say(here.token, Parcel("where?"), to=here.person)


async def test_tokens_that_have_ended_are_forgotten(here: Booth) -> None:
    async def one(token: str) -> None:
        await here.replies.say(token, Parcel("one"), to=here.person)

    here.reacts = one
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    first = here.token
    here.desk.clock = FakeClock(here.desk.clock.now() + timedelta(minutes=20))
    assert here.replies.latest(here.person) is None
    here.reacts = nothing
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"
    assert first not in here.replies._talks
    assert here.replies._hidden == {}


async def test_an_interaction_that_comes_twice_is_opened_once(here: Booth) -> None:
    here.reacts = here.replies.settle
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    assert here.replies.open(here.heard[0]) == here.token
    assert here.lines() == [("Done.", True)]


async def test_a_thread_is_heard_as_its_channel(here: Booth) -> None:
    thread = here.server.world.backend.create_thread(
        here.channel.id, "Aside", type=11, owner_id=here.ana.id
    )
    await here.server.quiet()

    async def aloud(token: str) -> None:
        await here.replies.say(token, Parcel("here"), to=here.room)

    here.reacts = aloud
    await here.ana.runs(thread, "ask")
    await here.ended()
    assert here.ana.reads(thread) == ["here"]


def _with_button(here: Booth) -> Send:
    return Send(to=here.room, text="Press.", buttons=((Button(label="Press", press="x"),),))
