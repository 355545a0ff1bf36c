"""Questions: the words and the buttons of one question of a form, as one message.

    **Join the group**                    the title and the introduction, with the first question

    *Question 1 of 2*
    **I have read this and I agree**
    [ I agree ]
    [ Cancel ]

A press comes back as `~<talk>:<number of the question>:<what was pressed>`. What somebody typed
is never in it.
"""

from typing import NamedTuple

from bot import forms
from bot.actions import Button, Choice, Form, Question
from bot.errors import BadInput
from bot.events import rows
from bot.text import literal, one_line

MARK = "~"
AGREE, SKIP, KEEP, BACK, CANCEL, SUBMIT = "agree", "skip", "keep", "back", "cancel", "submit"
YES = "yes"
YES_WORDS = {"yes", "agree", "i agree", "i have read this and i agree"}
SUMMARY_FROM = 3
"""A form of so many questions is shown as a whole before it is sent."""
LONGEST_SHOWN, LONGEST_KEPT = 150, 30

CHECK_ALL = "Please look at your answers. Is everything right?"
HINTS = {
    "text": "Please type it here.",
    "long": "Please type it in one message.",
    "date": "Please type a date, for example 2026-11-30.",
    "time": "Please type a time, for example 09:30.",
    "number": "Please type a whole number, for example 7.",
    "url": "Please type a web address, for example `https://www.example.org/page`.",
}


class Press(NamedTuple):
    """What a pressed button says: of which talk, at which question, and what."""

    talk: str
    at: int
    verb: str


def read(data: str) -> Press | None:
    """Return what a pressed button says; None if no button of ours says so."""
    talk, _, rest = data.removeprefix(MARK).partition(":")
    number, _, verb = rest.partition(":")
    if not (number.isascii() and number.isdecimal()):
        return None
    return Press(talk, int(number), verb)


def words(form: Form, at: int, answers: dict[str, str], *, opening: bool, problem: str = "") -> str:
    """Return the words of question `at`, or of the summary behind the last one.

    With `opening` the title stands above it, and above the first one the introduction too.
    """
    parts: list[str] = []
    if opening:
        parts += [f"**{literal(form.title)}**", form.intro if at == 0 else ""]
    parts.append(literal(problem))
    parts += _question(form, at) if at < len(form.fields) else _summary(form, answers)
    return "\n\n".join(part for part in parts if part)


def _question(form: Form, at: int) -> list[str]:
    question, count = form.fields[at], len(form.fields)
    progress = f"*Question {at + 1} of {count}*" if count > 1 else ""
    hint = " ".join(filter(None, [literal(question.help), HINTS.get(question.kind, "")]))
    return [progress, f"**{literal(question.label)}**", hint]


def _summary(form: Form, answers: dict[str, str]) -> list[str]:
    lines = [f"- {_named(one)} {_shown(one, answers[one.name])}" for one in form.fields]
    return [CHECK_ALL if lines else "", "\n".join(lines)]


def _named(question: Question) -> str:
    return literal(question.label) + ("" if question.label.endswith("?") else ":")


def _shown(question: Question, answer: str) -> str:
    if not answer:
        return "*left empty*"
    return f"**{literal(_cut(label(question, answer), LONGEST_SHOWN))}**"


def label(question: Question, answer: str) -> str:
    """Return an answer as a person reads it."""
    if question.kind == "check":
        return "Yes"
    return next((one.label for one in question.options if one.value == answer), answer)


def _cut(answer: str, longest: int) -> str:
    line = one_line(answer)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def buttons(
    talk: str, form: Form, at: int, answers: dict[str, str]
) -> tuple[tuple[Button, ...], ...]:
    """Return the rows of buttons under question `at`, or under the summary."""
    if at < len(form.fields):
        choices = _choices(form.fields[at], answers)
    else:
        choices = [(SUBMIT, form.submit)]
    ways = [(BACK, "Back")] if at else []
    ways.append((CANCEL, "Cancel"))
    made = [_button(talk, at, verb, name) for verb, name in choices]
    return (*rows(tuple(made)), tuple(_button(talk, at, verb, name) for verb, name in ways))


def _button(talk: str, at: int, verb: str, name: str) -> Button:
    style = "primary" if verb in {AGREE, SUBMIT} else "plain"
    return Button(label=name, press=f"{MARK}{talk}:{at}:{verb}", style=style)


def _choices(question: Question, answers: dict[str, str]) -> list[tuple[str, str]]:
    found = [(str(number), one.label) for number, one in enumerate(question.options)]
    if question.kind == "check":
        found.append((AGREE, "I agree"))
    elif kept := old(question, answers):
        found.append((KEEP, f"Keep “{shown(question, kept)}”"))
    if not question.required:
        found.append((SKIP, "Skip"))
    return found


def shown(question: Question, answer: str) -> str:
    """Return an answer as people read it, cut if it is long."""
    return _cut(label(question, answer), LONGEST_KEPT)


def old(question: Question, answers: dict[str, str]) -> str:
    """Return the answer that can be kept: the one given before, or the form's own."""
    if question.name in answers:
        return answers[question.name]
    return "" if question.error else usable(question, question.value) or ""


def usable(question: Question, answer: str) -> str | None:
    """Return an answer as it is to be kept; None if it cannot be used."""
    try:
        return forms.check_one(question, answer)
    except BadInput:
        return None


def pressed(question: Question, verb: str, answers: dict[str, str]) -> str:
    """Return the answer that a button under a question stands for."""
    meant = {AGREE: YES, SKIP: "", KEEP: old(question, answers)}
    return meant[verb] if verb in meant else question.options[int(verb)].value


def typed(question: Question, said: str) -> str | None:
    """Return the answer that typed words stand for; None if they stand for none."""
    plain = one_line(said).casefold().strip(" .!“”\"'")
    if question.kind == "check":
        return YES if plain in YES_WORDS else None
    if question.kind == "choice":
        return next((one.value for one in question.options if plain in _names(one)), None)
    return said if plain else None


def _names(choice: Choice) -> set[str]:
    return {one_line(name).casefold() for name in (choice.label, choice.value)}
