from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import text
from bot.actions import Address, Ask, Priority, Question
from bot.platforms.telegram.folders import Filled
from bot.platforms.telegram.talks import (
    CANCELLED,
    CLOSED_BEFORE,
    Step,
)
from tests.platforms.telegram.chats import (
    ANA,
    ANSWERS,
    JOIN,
    POST,
    Chat,
    chat,
    fill,
    form,
    question,
)


@pytest.fixture
async def ana(tmp_path: Path) -> AsyncIterator[Chat]:
    async with chat(tmp_path) as made:
        yield made


def refused(**errors: str) -> tuple[Question, ...]:
    typed = {"name": "Dr Ana", "consent": "yes"}
    return tuple(
        one.model_copy(update={"value": typed[one.name], "error": errors.get(one.name, "")})
        for one in JOIN.fields
    )


async def test_a_short_form_is_asked_consent_first_and_is_whole_with_its_last_answer(
    ana: Chat,
) -> None:
    first = await ana.begin(JOIN)
    assert first.startswith("Join the group The text Be kind. Question 1 of 2 I have read this")
    assert ana.labels == ["I agree", "Cancel"]
    assert await ana.presses("I agree") == Step()
    assert ana.said.startswith("Question 2 of 2 What should people call you?")
    step = await ana.says(" Ana ")
    assert step.command is not None
    assert (step.command.name, step.command.args, step.command.room) == ("join", "CODE", None)
    assert step.command.answers == {"name": "Ana", "consent": "yes"}
    assert not await ana.talks.is_open(ANA)


async def test_a_long_form_ends_with_a_summary_and_its_button(ana: Chat) -> None:
    await ana.begin(POST)
    await fill(ana)
    assert "Title: On *sleep*" in ana.said
    assert ana.labels == ["Send for review", "Back", "Cancel"]
    assert (await ana.says("yes, send it")).command is None
    assert ana.said.startswith("Please press one of the buttons below.")
    step = await ana.presses("Send for review")
    assert step.command is not None
    assert step.command.answers == ANSWERS


async def test_a_pressed_message_says_what_was_chosen_and_loses_its_buttons(ana: Chat) -> None:
    await ana.begin(JOIN)
    await ana.presses("I agree", message="m77")
    (edit,) = ana.edits
    assert (edit.to, edit.message, edit.buttons) == (ANA, "m77", ())
    assert text.plain(edit.text).startswith("Join the group The text Be kind.")
    assert edit.text.endswith("**I agree**")
    await ana.presses("Back", message="")
    assert len(ana.edits) == 1


async def test_the_first_question_goes_as_the_ask_would_have_gone(ana: Chat) -> None:
    room = Address("telegram:-1001")
    ask = Ask(
        to=ANA, key="k", room=room, priority=Priority.STAFF, expires_at=ana.clock.now(),
        sensitive=True, form=JOIN, command="join",
    )  # fmt: skip
    first = await ana.talks.begin(ask)
    assert (first.key, first.room, first.priority) == ("k", room, Priority.STAFF)
    assert (first.to, first.expires_at, first.sensitive) == (ANA, ana.clock.now(), True)


async def test_a_refused_form_starts_at_its_problem_and_keeps_the_rest(ana: Chat) -> None:
    again = JOIN.model_copy(update={"fields": refused(name="Please choose another name.")})
    first = await ana.begin(again)
    assert first.startswith("Join the group Please choose another name. Question 2 of 2")
    assert "Be kind" not in first
    assert ana.labels == ["Back", "Cancel"]
    await ana.presses("Back")
    assert "Be kind" in ana.said
    await ana.presses("I agree")
    assert ana.said.startswith("Please choose another name. Question 2 of 2")
    step = await ana.says("Ana")
    assert step.command is not None
    assert step.command.answers == {"name": "Ana", "consent": "yes"}


async def test_a_refused_consent_shows_its_text_again(ana: Chat) -> None:
    again = JOIN.model_copy(update={"fields": refused(consent="Please agree to it.")})
    first = await ana.begin(again)
    assert first.startswith("Join the group The text Be kind. Please agree to it. Question 1")
    step = await ana.presses("I agree")
    assert step.command is not None
    assert step.command.answers == {"name": "Dr Ana", "consent": "yes"}


async def test_what_cannot_be_kept_of_a_refused_form_is_asked(ana: Chat) -> None:
    broken = form(
        question("days", kind="number", value="many"),
        question("label", value="ours", error="Please choose a shorter note."),
        question("uses", kind="number", value="1"),
    )
    assert (await ana.begin(broken)).startswith("A form Please choose a shorter note.")
    await ana.says("us")
    assert ana.said.startswith("A form Question 1 of 3 Days")
    await ana.says("7")
    await ana.presses("Back")
    assert "Keep “1”" in ana.labels
    await ana.presses("Keep “1”")
    step = await ana.presses("Send")
    assert step.command is not None
    assert step.command.answers == {"days": "7", "label": "us", "uses": "1"}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("Eleven chars", "is too long: at most 10 characters."),
        ("", "Please send your answer as words"),
    ],
)
async def test_a_bad_answer_is_asked_again_with_the_reason(
    ana: Chat, said: str, problem: str
) -> None:
    await ana.begin(JOIN)
    await ana.presses("I agree")
    await ana.says(said)
    assert problem in ana.said
    assert "Question 2 of 2" in ana.said
    assert (await ana.says("Ana")).command is not None


async def test_where_a_button_is_meant_words_are_asked_again_without_the_introduction(
    ana: Chat,
) -> None:
    await ana.begin(JOIN)
    await ana.says("what is this?")
    assert ana.said.startswith("Please press one of the buttons below. Question 1 of 2")
    await ana.says("I agree")
    assert ana.said.startswith("Question 2 of 2")


async def test_one_can_go_back_from_every_question_and_from_the_summary(ana: Chat) -> None:
    await ana.begin(POST)
    await fill(ana)
    for asked in ("Question 4 of 4", "Question 3 of 4", "Question 2 of 4", "Write a post"):
        await ana.presses("Back")
        assert ana.said.startswith(asked)
    assert "Back" not in ana.labels
    await ana.presses("Keep “Tip”")
    assert ana.said.startswith("Please look at your answers.")
    await ana.presses("Back")
    await ana.says("changed")
    step = await ana.presses("Send for review")
    assert step.command is not None
    assert step.command.answers == ANSWERS | {"note": "changed"}


async def test_cancel_works_under_every_question_and_sends_nothing(ana: Chat) -> None:
    await ana.begin(POST)
    cancel = ana.button("Cancel").press
    await ana.presses("Tip")
    assert (await ana.sends(cancel)).command is None
    assert ana.said == CANCELLED
    assert len(ana.edits) == 1  # an older message is left as it was
    assert not await ana.talks.is_open(ANA)
    assert await ana.stored() == []
    assert await ana.begin(POST) == CLOSED_BEFORE


async def test_without_a_form_words_are_an_ordinary_message(ana: Chat) -> None:
    assert await ana.says("hello") == Step(used=False)
    assert ana.shown == []


async def test_a_form_without_questions_is_sent_with_its_button(ana: Chat) -> None:
    await ana.begin(form(intro="Are you sure?", submit="Yes"))
    assert ana.labels == ["Yes", "Cancel"]
    assert (await ana.presses("Yes")).command == Filled(
        talk=ana.asked.buttons[0][0].press[1:9], event_id="telegram:7:2", name="join",
        args="CODE", answers={}, room=None,
    )  # fmt: skip
