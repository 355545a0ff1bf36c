"""A talk: how far somebody is in a form, and what one answer, Back or Cancel makes of it.

    opened ──> a question ──(answer)──> the next one without an answer ──> the summary ──> filled
                  │  ^──────(Back)──────┘                                     (Submit)
                  └─(Cancel)──> cancelled          a form of one or two questions has no summary

Nothing here is stored or said: every move is a value.
"""

from dataclasses import dataclass
from enum import Enum

from pydantic import Field

from bot import forms
from bot.actions import Address, Ask, Button, Data, Form, Question
from bot.errors import BadInput
from bot.platforms.telegram import questions
from bot.platforms.telegram.questions import Press
from bot.text import literal

USE_BUTTONS = "Please press one of the buttons below."
IN_WORDS = "Please send your answer as words, or press one of the buttons below."
BY_BUTTON = {"check", "choice"}


class Talk(Data):
    """A form being asked; `at` is the question, or the number of questions at the summary.

    `opening` tells whether the present question was asked with the title above it.
    """

    id: str
    form: Form
    command: str
    args: str = ""
    room: Address | None = None
    at: int = 0
    answers: dict[str, str] = Field(default_factory=dict)
    opening: bool = True

    @property
    def question(self) -> Question | None:
        """The question asked now; None at the summary."""
        return self.form.fields[self.at] if self.at < len(self.form.fields) else None

    @property
    def problem(self) -> str:
        """What was wrong with the answer that came back with the form, until there is another."""
        question = self.question
        return "" if question is None or question.name in self.answers else question.error

    def words(self, problem: str = "") -> str:
        """Return the words of the present question."""
        return questions.words(
            self.form, self.at, self.answers, opening=self.opening, problem=problem
        )

    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        """Return the buttons of the present question."""
        return questions.buttons(self.id, self.form, self.at, self.answers)

    def button(self, press: Press) -> Button | None:
        """Return the button that was pressed, if it stands under the present question."""
        data = f"{questions.MARK}{press.talk}:{press.at}:{press.verb}"
        every = (button for row in self.buttons() for button in row)
        return next((button for button in every if button.press == data), None)

    def chosen(self, press: Press) -> str:
        """Return the present question with what was pressed; nothing for a button of another."""
        button, question = self.button(press), self.question
        if button is None:
            return ""
        said = button.label
        if question is not None and press.verb == questions.KEEP:
            said = questions.shown(question, questions.old(question, self.answers))
        return f"{self.words()}\n\n**{literal(said)}**"


class End(Enum):
    """How a talk ends."""

    FILLED = "filled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Move:
    """What became of a talk: asked on (again, with a `problem`), or ended."""

    talk: Talk
    problem: str = ""
    end: End | None = None


def opened(ask: Ask, talk_id: str) -> Talk:
    """Return the talk of a form, at its first question or at the one that was refused.

    What must be agreed to is asked first, whatever the form's order.
    """
    fields = tuple(sorted(ask.form.fields, key=lambda question: question.kind != "check"))
    refused = next((at for at, question in enumerate(fields) if question.error), None)
    return Talk(
        id=talk_id,
        form=ask.form.model_copy(update={"fields": fields}),
        command=ask.command,
        args=ask.args,
        room=ask.room,
        at=refused or 0,
        answers={} if refused is None else _given(fields),
    )


def _given(fields: tuple[Question, ...]) -> dict[str, str]:
    """Return the answers of a form that came back, but for the one that was refused."""
    kept = {one.name: questions.usable(one, one.value) for one in fields if not one.error}
    return {name: answer for name, answer in kept.items() if answer is not None}


def typed(talk: Talk, said: str) -> Move:
    """Take typed words as the answer to the present question."""
    question = talk.question
    answer = None if question is None else questions.typed(question, said)
    if question is None or answer is None:
        in_words = question is not None and question.kind not in BY_BUTTON
        return _again(talk, IN_WORDS if in_words else USE_BUTTONS)
    return _answered(talk, question, answer)


def pressed(talk: Talk, press: Press) -> Move | None:
    """Do what a button of this talk says; None if it does not stand under the present question.

    Cancel means the same under every question.
    """
    if press.verb == questions.CANCEL:
        return Move(talk, end=End.CANCELLED)
    if talk.button(press) is None:
        return None
    if press.verb == questions.BACK:
        return Move(_moved(talk, talk.at - 1, talk.answers))
    question = talk.question
    if question is None:
        return Move(talk, end=End.FILLED)
    return _answered(talk, question, questions.pressed(question, press.verb, talk.answers))


def _answered(talk: Talk, question: Question, said: str) -> Move:
    try:
        answer = forms.check_one(question, said)
    except BadInput as problem:
        return _again(talk, str(problem))
    answers = talk.answers | {question.name: answer}
    moved = _moved(talk, _onward(talk, answers), answers)
    short = len(moved.form.fields) < questions.SUMMARY_FROM
    return Move(moved, end=End.FILLED if moved.question is None and short else None)


def _again(talk: Talk, problem: str) -> Move:
    return Move(talk.model_copy(update={"opening": False}), problem)


def _onward(talk: Talk, answers: dict[str, str]) -> int:
    """Return the next question without an answer, or the summary."""
    count = len(talk.form.fields)
    order = (*range(talk.at + 1, count), *range(talk.at))
    return next((at for at in order if talk.form.fields[at].name not in answers), count)


def _moved(talk: Talk, at: int, answers: dict[str, str]) -> Talk:
    return talk.model_copy(update={"at": at, "answers": answers, "opening": at == 0})
