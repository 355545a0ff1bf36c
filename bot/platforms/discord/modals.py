"""Modals: one page of a form as Discord's window.

A window holds five things. Words that are longer than its own small places for them stand whole
in a text above the field. An option whose value Discord would not take goes by its number.

    Question ─build─> Label(TextInput | RadioGroup | Select | Checkbox)
"""

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui

from bot.actions import Form, Question
from bot.platforms.discord import markup
from bot.platforms.discord.sheets import YES
from bot.text import literal, one_line

MOST_ITEMS = 5
LONGEST_TITLE, LONGEST_LABEL, LONGEST_NOTE, LONGEST_OPTION, LONGEST_TEXT = 45, 45, 100, 100, 4000
MOST_RADIOS, MOST_OPTIONS = 10, 25
NUMBERED = "#"
HINTS = {
    "date": "For example 2026-11-30",
    "time": "For example 09:30",
    "number": "A whole number, for example 7",
    "url": "https://www.example.org/page",
    "choice": "Type one of the choices",
}

Item = ui.Item[Any]


def build(
    custom_id: str, title: str, questions: Sequence[Question], intro: str = ""
) -> discord.ui.Modal:
    """Return the window of these questions; `intro` stands above them."""
    window = ui.Modal(title=cut(title, LONGEST_TITLE), custom_id=custom_id, timeout=None)
    for item in _text(intro):
        window.add_item(item)
    for question in questions:
        for item in _items(question):
            window.add_item(item)
    window.stop()  # the library need not remember it: what is sent comes back by its custom_id
    return window


def cost(question: Question) -> int:
    """Return how many of the things that a window holds a question takes up."""
    return 2 if _above(question) else 1


def is_left_out(question: Question) -> bool:
    """Tell whether there is nothing to ask: a choice that nobody needs to make, among none."""
    return question.kind == "choice" and not question.options and not question.required


def is_plain(question: Question) -> bool:
    """Tell whether what comes back is the answer as it is, without a look at the form."""
    values = [one.value for one in question.options]
    return question.kind != "choice" or (
        _is_offered(question) and all(_fits(value, values) for value in values)
    )


def meant(question: Question, answer: str) -> str:
    """Return the answer that something filled in stands for: of a choice, its value."""
    if question.kind != "choice":
        return answer
    number = answer.removeprefix(NUMBERED)
    if answer != number and number.isascii() and number.isdecimal():
        return question.options[int(number)].value if int(number) < len(question.options) else ""
    if any(answer == one.value for one in question.options):
        return answer
    said = one_line(answer).casefold()
    names = ((one.value, {one_line(one.label).casefold()}) for one in question.options)
    return next((value for value, named in names if said in named), answer)


def cut(words: str, most: int) -> str:
    """Return the words, or as many of them as fit."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def titled(form: Form, at: int, count: int) -> str:
    """Return the title of one window out of so many."""
    mark = f" ({at + 1} of {count})" if count > 1 else ""
    return cut(one_line(form.title), LONGEST_TITLE - len(mark)) + mark


def _text(small: str) -> list[Item]:
    """Return the small Markdown as a text, or as much of it as fits; none if it is empty."""
    return [ui.TextDisplay(piece) for piece in markup.parts(small, LONGEST_TEXT)[:1]]


def _items(question: Question) -> Iterator[Item]:
    above = _above(question)
    yield from _text(above)
    label = cut(one_line(question.label) or question.name, LONGEST_LABEL)
    note = "" if above else _note(question)
    yield ui.Label(text=label, description=note or None, component=_component(question))


def _above(question: Question) -> str:
    """Return what does not fit beside the field; nothing if all of it does."""
    label, note = one_line(question.label), _note(question)
    offers = question.kind == "choice" and not _is_offered(question)
    if len(label) <= LONGEST_LABEL and len(note) <= LONGEST_NOTE and not offers:
        return ""
    listed = [f"- {literal(one.label)}" for one in question.options] if offers else []
    parts = (f"**{literal(label)}**", literal(note), "\n".join(listed))
    return "\n".join(part for part in parts if part)


def _note(question: Question) -> str:
    most = f"At most {LONGEST_TEXT} characters fit here." if question.max > LONGEST_TEXT else ""
    return " ".join(filter(None, (one_line(question.error), one_line(question.help), most)))


def _component(question: Question) -> Item:
    if question.kind == "check":
        return ui.Checkbox(custom_id=question.name, default=question.value == YES)
    if question.kind != "choice" or not _is_offered(question):
        return _input(question)
    # What is picked in a radio group cannot be left open again.
    if question.required and 1 < len(question.options) <= MOST_RADIOS:
        radios = [discord.RadioGroupOption(**one) for one in _options(question)]
        return ui.RadioGroup(custom_id=question.name, required=True, options=radios)
    return ui.Select(
        custom_id=question.name,
        required=question.required,
        min_values=int(question.required),
        options=[discord.SelectOption(**one) for one in _options(question)],
    )


def _input(question: Question) -> Item:
    most = min(question.max, LONGEST_TEXT)
    long = question.kind == "long"
    return ui.TextInput(
        custom_id=question.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        placeholder=HINTS.get(question.kind),
        default=_shown(question)[:most] or None,
        required=question.required,
        max_length=most,
    )


def _shown(question: Question) -> str:
    """Return the present answer as it stands in a text field: of a choice, its label."""
    labels = (one.label for one in question.options if one.value == question.value)
    return next(labels, question.value)


def _options(question: Question) -> Iterator[dict[str, Any]]:
    values = [one.value for one in question.options]
    for number, one in enumerate(question.options):
        label = one_line(one.label) or one.value or str(number + 1)
        shown = cut(label, LONGEST_OPTION)
        yield {
            "label": shown,
            "value": one.value if _fits(one.value, values) else f"{NUMBERED}{number}",
            "description": None if shown == label else cut(label[len(shown) - 1 :].strip(), 100),
            "default": one.value == question.value,
        }


def _is_offered(question: Question) -> bool:
    return 0 < len(question.options) <= MOST_OPTIONS


def _fits(value: str, values: list[str]) -> bool:
    sized = 0 < len(value) <= LONGEST_OPTION
    return sized and not value.startswith(NUMBERED) and values.count(value) == 1
