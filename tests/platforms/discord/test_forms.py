from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import text
from bot.actions import Address, Priority, Send
from bot.context import Context
from bot.events import Command, Typed
from bot.platforms.discord import lines
from bot.safety import rules
from tests.platforms.discord.counter import Counter, counter, route, thanks
from tests.platforms.discord.papers import JOIN, LONG_TEXT, POST, ROOM, ask, form, question

FIRST = {"kind": "tip", "title": "Sleep", "body": "Go early.", "url": "https://a.example/x"}
LAST = {"source": "A journal", "topic": "food"}
NOTE = form(question("note", max=300), title="A note")
CRISIS = "I want to kill myself"


async def silent(event: Command, ctx: Context) -> None:
    del event, ctx


@pytest.fixture
async def ana(tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(tmp_path) as made:
        yield made


async def test_a_form_of_two_pages_is_one_command_in_its_room(ana: Counter) -> None:
    await ana.asks(route(thanks, POST))
    assert ana.labels == ["Open the form"]
    assert ana.lines[-1].room == ROOM
    assert ana.lines[-1].reply_token == "1:secret"
    assert await ana.fills(**FIRST)
    assert ana.said == "Page 1 of 2 is kept."
    assert ana.lines[-1].reply_token == "2:secret"
    assert await ana.fills("Go on to page 2", 1, **LAST)
    assert ana.said == "Thank you for tip, Sleep, Go early., https://a.example/x, A journal, food."
    assert ana.lines[-1].reply_token == "3:secret"
    assert await ana.rows() == 0


async def test_every_page_is_heard_by_the_ring_at_once_and_the_whole_is_not_heard_again(
    ana: Counter,
) -> None:
    assert rules.crisis(CRISIS)
    await ana.asks(route(thanks, POST))
    await ana.fills(**FIRST | {"body": CRISIS})
    typed = ana.events[-1]
    assert isinstance(typed, Typed)
    assert CRISIS in typed.text
    assert typed.reply_token == "2:secret"
    support = [line for line in ana.lines if line.key.startswith("discord:2#typed")]
    assert support
    count = len(ana.lines)
    await ana.fills("Go on to page 2", 1, **LAST)
    command = ana.events[-1]
    assert isinstance(command, Command)
    assert command.heard
    assert len(ana.lines) == count + 1


async def test_one_page_is_heard_with_its_command(ana: Counter) -> None:
    await ana.asks(route(thanks, NOTE))
    assert await ana.fills_whole(note=CRISIS)
    command = ana.events[-1]
    assert isinstance(command, Command)
    assert not command.heard
    assert not any(isinstance(one, Typed) for one in ana.events)
    assert ana.said == f"Thank you for {CRISIS}."
    assert len(ana.lines) == 3  # the form, the helpline and the thanks
    assert await ana.rows() == 0


async def test_nobody_else_can_use_the_buttons_of_a_form(ana: Counter) -> None:
    await ana.asks(route(thanks, POST))
    await ana.presses("Open the form", Address("discord:@43"))
    told = [one for one in ana.done if one.to == "discord:@43"]
    assert [one.text for one in told if isinstance(one, Send)] == [lines.CLOSED]


async def test_cancel_keeps_nothing_and_sends_nothing(ana: Counter) -> None:
    await ana.asks(route(thanks, POST))
    await ana.fills(**FIRST)
    await ana.presses("Cancel")
    assert ana.said == lines.CANCELLED
    assert await ana.rows() == 0
    assert not any(isinstance(one, Command) and one.answers for one in ana.events)


async def test_a_text_is_agreed_to_before_a_name_is_asked(ana: Counter) -> None:
    await ana.asks(route(thanks, JOIN), "CODE")
    assert ana.said.startswith("Join the group Be kind.")
    assert await ana.presses("I agree")
    assert ana.labels == ["Open the form"]  # too late for a window here
    await ana.fills(name="Ana")
    command = ana.events[-1]
    assert isinstance(command, Command)
    assert (command.args, command.answers) == ("CODE", {"name": "Ana", "consent": "yes"})


async def test_a_no_to_the_text_ends_it_and_keeps_nothing(ana: Counter) -> None:
    await ana.asks(route(thanks, JOIN), "CODE")
    await ana.presses("I do not agree")
    assert ana.said == lines.DECLINED
    assert await ana.rows() == 0


async def test_agreeing_is_all_that_somebody_known_is_asked(ana: Counter) -> None:
    only = form(question("consent", "check"), intro=LONG_TEXT)
    await ana.asks(route(thanks, only))
    assert await ana.presses("I agree")
    assert ana.said == "Thank you for yes."


async def test_a_form_without_questions_is_sent_by_its_button(ana: Counter) -> None:
    await ana.asks(route(thanks, form(title="Only this")))
    assert ana.labels == ["Send", "Cancel"]
    await ana.presses("Send")
    assert ana.said == "Thank you for ."


async def test_an_answer_that_says_nothing_is_told_to_whoever_answers_the_interaction(
    ana: Counter,
) -> None:
    await ana.asks(route(silent, NOTE))
    assert not await ana.fills_whole(note="x")


async def test_the_same_ask_again_changes_nothing(ana: Counter) -> None:
    asked = ask(POST)
    await ana.perform(asked)
    await ana.perform(asked)
    await ana.world.bot.deliver()
    assert len(ana.lines) == 1
    assert await ana.rows() == 1


async def test_an_ask_without_a_name_is_asked_like_any_other(ana: Counter) -> None:
    await ana.perform(ask(POST, key=""))
    await ana.perform(ask(NOTE, key=""))
    await ana.world.bot.deliver()
    assert [text.plain(one.text).partition(" A second")[0] for one in ana.lines] == [
        "Write a post",
        f"A note {lines.READY}",
    ]


async def test_the_line_goes_as_the_ask_would_have_gone(ana: Counter) -> None:
    asked = ask(POST, sensitive=True, reply_token="9:secret", priority=Priority.STAFF)
    await ana.perform(asked)
    await ana.world.bot.deliver()
    (line,) = ana.lines
    assert (line.room, line.reply_token) == (ROOM, "9:secret")
    assert (line.sensitive, line.priority) == (True, Priority.STAFF)
