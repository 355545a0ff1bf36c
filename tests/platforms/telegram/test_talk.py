"""Whatever is pressed, typed or taken back: what was last given is what is sent."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot import forms
from bot.actions import Address, Button, Choice, Form, Question, Send
from bot.errors import BadInput
from bot.platforms.telegram.talks import CANCELLED, CLOSED, Step
from bot.store import vault
from bot.store.db import Database
from tests.platforms.telegram.chats import Chat, form, question
from tests.world import KEY, empty_database

T = TypeVar("T")
GOOD = {
    "text": "words", "long": "more words", "date": "2026-11-30", "time": "09:30",
    "number": "12", "url": "https://example.org", "check": "I agree", "choice": "One",
}  # fmt: skip
NUMBERS = itertools.count(1)
CHOICES = (Choice(value="1", label="One"), Choice(value="2", label="Two"))


@st.composite
def asked_forms(draw: st.DrawFn) -> Form:
    """Return forms of all kinds of questions, some with an old answer, at most one refused."""
    kinds = draw(st.lists(st.sampled_from(sorted(GOOD)), min_size=1, max_size=5))
    refused = draw(st.integers(0, 2 * len(kinds)))
    fields = []
    for number, kind in enumerate(kinds):
        values = ["", "junk", GOOD[kind]] + (["2"] if kind == "choice" else [])
        fields.append(
            question(
                f"q{number}",
                kind=kind,
                options=CHOICES if kind == "choice" else (),
                required=draw(st.booleans()),
                max=40,
                value=draw(st.sampled_from(values)),
                error="Not so." if number == refused else "",
            )
        )
    return form(*fields)


class Talking(RuleBasedStateMachine):
    """One person in one form; the model keeps what was last given for each question."""

    def __init__(self, db: Database, runner: asyncio.Runner) -> None:
        super().__init__()
        self.db, self.runner = db, runner
        self.chat = Chat(db)
        self.given: dict[str, str] = {}
        self.step: Step | None = None
        self.over = False

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    @initialize(asked=asked_forms())
    def begin(self, asked: Form) -> None:
        number = next(NUMBERS)  # each run is a person of its own, with updates of their own
        self.form, self.key = asked, f"ask:{number}"
        self.chat.user, self.chat.count = Address(f"telegram:@{number}"), number * 1_000
        self.run(self.chat.look())
        self.run(self.chat.begin(asked, self.key))
        if any(one.error for one in asked.fields):
            kept = [one for one in asked.fields if not one.error and valid(one, one.value)]
            self.given = {one.name: one.value for one in kept}

    @property
    def now(self) -> Question | None:
        """The question asked now, read off the buttons of the newest message."""
        at = int(self.chat.asked.buttons[-1][0].press.split(":")[1])
        order = sorted(self.form.fields, key=lambda one: one.kind != "check")
        return order[at] if at < len(order) else None

    def took(self, question: Question | None, answer: str | None, step: Step) -> None:
        if question is not None and answer is not None:
            self.given[question.name] = answer
        self.step = step
        self.over = step.command is not None or self.chat.said == CANCELLED
        if not self.over:
            assert step.used

    @precondition(lambda self: not self.over)
    @rule(data=st.data())
    def press(self, data: st.DataObject) -> None:
        every = [button for row in self.chat.asked.buttons for button in row]
        others = [one for one in every if one.label != "Cancel"]
        button = data.draw(st.sampled_from(every + 4 * others))
        question = self.now
        answer = self.meant(question, button)
        self.took(question, answer, self.run(self.chat.presses(button.label)))

    def meant(self, question: Question | None, button: Button) -> str | None:
        if question is None or button.label in {"Back", "Cancel"}:
            return None
        if button.label.startswith("Keep"):
            return self.given.get(question.name, question.value)
        return {"I agree": "yes", "Skip": "", "One": "1", "Two": "2"}[button.label]

    @precondition(lambda self: not self.over)
    @rule(said=st.sampled_from([*GOOD.values(), "Two", "x" * 41, "junk", " ", "<b>*a_"]))
    def say(self, said: str) -> None:
        self.type(said)

    def type(self, said: str) -> None:
        question = self.now
        meant = {"I agree": "yes"}.get(said) if question and question.kind == "check" else said
        if question and question.kind == "choice":
            meant = {"One": "1", "Two": "2"}.get(said)
        fits = question is not None and meant is not None and meant.strip() != ""
        answer = meant if fits and question and valid(question, meant or "") else None
        self.took(question, answer, self.run(self.chat.says(said)))

    @precondition(lambda self: not self.over)
    @rule()
    def answer_well(self) -> None:
        question = self.now
        if question is None:
            self.took(None, None, self.run(self.chat.presses("Send")))
        else:
            self.type(GOOD[question.kind])

    @precondition(lambda self: not self.over)
    @rule(number=st.integers(0, 50))
    def press_an_older_one(self, number: int) -> None:
        old = [one for one in self.chat.shown[:-1] if isinstance(one, Send) and one.buttons]
        if not old:
            return
        data, question = old[number % len(old)].buttons[0][0], self.now
        present = self.chat.asked.buttons[-1][0].press.split(":")[1]
        if data.label == "Cancel" or data.press.split(":")[1] == present:
            return
        step = self.run(self.chat.sends(data.press))
        assert step.notice
        assert self.now == question

    @precondition(lambda self: not self.over)
    @rule()
    def be_asked_the_same_again(self) -> None:
        question = self.now
        self.run(self.chat.begin(self.form, self.key))
        assert self.now == question

    @precondition(lambda self: self.over)
    @rule()
    def press_after_the_end(self) -> None:
        data = self.chat.asked.buttons[-1][-1].press
        assert self.run(self.chat.sends(data)) == Step(notice=CLOSED)

    @invariant()
    def what_is_sent_is_what_was_last_given(self) -> None:
        command = self.step.command if self.step else None
        if command is not None:
            assert command.answers == self.given
            assert set(self.given) == {one.name for one in self.form.fields}
            assert forms.check(self.form, command.answers) == command.answers

    def teardown(self) -> None:
        command = self.step.command if self.step else None
        if command is not None:
            self.run(self.chat.talks.close(self.chat.user, command.talk))
        if self.over:
            assert not self.run(self.chat.talks.is_open(self.chat.user))


def valid(question: Question, answer: str) -> bool:
    try:
        return forms.check_one(question, answer) == answer.strip()
    except BadInput:
        return False


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[tuple[Database, asyncio.Runner]]:
    empty_database(tmp_path / "roundtable.db")
    with asyncio.Runner() as runner:
        db = Database(tmp_path / "roundtable.db", vault.from_text(KEY))
        yield db, runner
        runner.run(db.close())


def test_no_order_of_answers_sends_anything_but_what_was_last_given(
    bench: tuple[Database, asyncio.Runner],
) -> None:
    class OnBench(Talking):
        def __init__(self) -> None:
            super().__init__(*bench)

    ways = settings(
        max_examples=40,
        phases=[Phase.generate],  # a run takes a while on a real database: no shrinking
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(OnBench, settings=ways)
