"""Steps: how a form is asked in Discord's windows, one page after the other. All of it is values.

    a long text to agree to ──[I agree]──> page 1 ──> "Page 1 of 2 is kept." ──> page 2 ──> filled
        └──[I do not agree]──> ended                  [Go on] [Change] [Cancel]

A window cannot follow a window at once: Discord wants a press in between. What stands on the
buttons and windows is `~<token>:<verb>:<rest>`; what somebody typed is never in it.
"""

from typing import NamedTuple

import discord

from bot import forms
from bot.actions import Ask, Form, Question
from bot.errors import BadInput
from bot.platforms.discord import modals
from bot.platforms.discord.buttons import FORM
from bot.platforms.discord.folders import Folder
from bot.platforms.discord.sheets import YES
from bot.text import one_line

WHOLE, PAGE, OPEN, AGREE, DECLINE, CANCEL = "whole", "page", "open", "agree", "no", "cancel"
LONGEST_ID = 100
LONG = 600
"""An introduction of so many characters is read before the window opens, not in it."""


class Press(NamedTuple):
    """What a button or a window of a form says: of which form, and what."""

    token: str
    verb: str
    rest: str


def read(custom_id: str) -> Press:
    """Return what the custom_id of a button or a window of ours says."""
    token, _, said = custom_id.removeprefix(FORM).partition(":")
    verb, _, rest = said.partition(":")
    return Press(token, verb, rest)


def opened(ask: Ask, draft: dict[str, str]) -> Folder:
    """Return the form of an Ask: new, with what is kept of it, or as far as it was right."""
    fields = tuple(_drafted(one, draft) for one in ask.form.fields)
    refused = any(one.error for one in fields)
    return Folder(
        user=ask.to,
        name=ask.command,
        args=ask.args,
        room=ask.room,
        form=ask.form.model_copy(update={"fields": fields}),
        answers=_given(fields) if refused else {},
    )


def _drafted(question: Question, draft: dict[str, str]) -> Question:
    kept = draft.get(question.name, "")
    if not kept or question.kind == "check" or question.error:
        return question
    return question.model_copy(update={"value": kept})


def _given(fields: tuple[Question, ...]) -> dict[str, str]:
    """Return the answers of a form that came back, but for those that were refused."""
    tried = {one.name: _checked(one, one.value)[0] for one in fields if not one.error}
    return {name: answer for name, answer in tried.items() if answer is not None}


def _checked(question: Question, answer: str) -> tuple[str | None, str]:
    """Return an answer as it is to be kept, or None and what is wrong with it."""
    try:
        return forms.check_one(question, answer), ""
    except BadInput as problem:
        return None, one_line(str(problem))


def form_of(folder: Folder) -> Form:
    """Return the form of a folder that is being asked; raises ValueError if it is not kept."""
    if folder.form is None:
        message = "only the answers of this form are kept"
        raise ValueError(message)
    return folder.form


def consent(folder: Folder) -> Question | None:
    """Return the question that is agreed to under its text, before any window."""
    form = form_of(folder)
    leading = next((one for one in form.fields if one.kind == "check" and one.required), None)
    return leading if len(form.intro) > LONG else None


def pages(folder: Folder) -> list[tuple[Question, ...]]:
    """Return the questions of each window."""
    first = consent(folder)
    asked = [one for one in form_of(folder).fields if one != first and not modals.is_left_out(one)]
    found: list[tuple[Question, ...]] = []
    page: tuple[Question, ...] = ()
    room = modals.MOST_ITEMS - bool(_intro(folder))
    for question in asked:
        if modals.cost(question) > room:
            found.append(page)
            page, room = (), modals.MOST_ITEMS
        page, room = (*page, question), room - modals.cost(question)
    return [*found, page] if page else found


def _intro(folder: Folder) -> str:
    """Return what stands above the first page."""
    return "" if consent(folder) else form_of(folder).intro


def at(folder: Folder) -> int | None:
    """Return the page on which something is still to be answered; None if all of them are."""
    for number, page in enumerate(pages(folder)):
        if any(one.name not in folder.answers for one in page):
            return number
    return None


def must_agree(folder: Folder) -> bool:
    """Tell whether the text is still to be agreed to."""
    first = consent(folder)
    return first is not None and first.name not in folder.answers


def is_done(folder: Folder) -> bool:
    """Tell whether there is nothing left to ask."""
    return not must_agree(folder) and at(folder) is None


def whole(folder: Folder, token: str) -> discord.ui.Modal | None:
    """Return the one window of a form of which nothing needs to be kept; None if that is not so."""
    custom_id = f"{FORM}{token}:{WHOLE}:{folder.name} {folder.args}"
    found = pages(folder)
    if consent(folder) or len(found) != 1 or len(custom_id) > LONGEST_ID:
        return None
    if not all(map(modals.is_plain, found[0])):
        return None
    return _window(folder, custom_id, 0)


def window(folder: Folder, token: str, number: int) -> discord.ui.Modal:
    """Return the window of one page, with what was filled in before."""
    return _window(folder, f"{FORM}{token}:{PAGE}", number)


def _window(folder: Folder, custom_id: str, number: int) -> discord.ui.Modal:
    found = pages(folder)
    filled = [_filled(one, folder.answers) for one in found[number]]
    title = modals.titled(form_of(folder), number, len(found))
    return modals.build(custom_id, title, filled, "" if number else _intro(folder))


def _filled(question: Question, answers: dict[str, str]) -> Question:
    value = answers.get(question.name, question.value)
    return question.model_copy(update={"value": value})


def submitted(folder: Folder, said: dict[str, str]) -> Folder:
    """Return the form with what a window brought; what cannot be used stands with its problem."""
    answers, fields = dict(folder.answers), []
    for question in form_of(folder).fields:
        if question.name not in said:
            fields.append(question)
            continue
        answer = modals.meant(question, said[question.name])
        right, problem = _checked(question, answer)
        answers.pop(question.name, None)
        if right is not None:
            answers[question.name] = right
        fields.append(question.model_copy(update={"value": answer, "error": problem}))
    form = form_of(folder).model_copy(update={"fields": tuple(fields)})
    return folder.model_copy(update={"form": form, "answers": answers})


def agreed(folder: Folder) -> Folder:
    """Return the form with the text agreed to."""
    first = consent(folder)
    return submitted(folder, {first.name: YES}) if first else folder
