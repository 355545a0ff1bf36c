"""Lines: what is said between the windows of a form, with the buttons that lead on."""

from bot.actions import Ask, Base, Button, Question, Send
from bot.events import rows
from bot.platforms.discord import steps
from bot.platforms.discord.buttons import FORM
from bot.platforms.discord.folders import Folder
from bot.text import literal, paragraphs

READY = "Please press the button to open the form."
NOTHING_LOST = "Nothing that you typed is lost."
KEPT = "Page {} of {} is kept."
CANCELLED = "Cancelled. Nothing was sent."
ASKED = "**Do you agree?**"
DECLINED = "That is fine. Nothing was sent, and nothing of it is kept."
CLOSED = (
    "This was answered, or closed, before. Nothing was sent just now. If you still need it, you "
    "can start it again."
)
TYPED = "So that it is not lost, here is what you typed:"
UNSENT = "What you typed is not lost: it is kept for a day. The button opens the form with it."
BEFORE = (
    "This form has reached me before, and I have answered it. It was not taken a second time. "
    "If you mean to send another one, the button opens it with what you typed."
)


def step(folder: Folder, token: str) -> tuple[str, tuple[Button, ...]]:
    """Return what is said where a form stands now: what to agree to, or which page comes next."""
    if steps.must_agree(folder):
        return _to_agree(folder, token)
    number = steps.at(folder)
    count = len(steps.pages(folder))
    if number is None:
        send = _button(token, steps.OPEN, "", steps.form_of(folder).submit, "primary")
        return _titled(folder), (send, _cancel(token))
    wrong = [one for one in steps.pages(folder)[number] if one.error]
    if wrong:
        change = _button(token, steps.OPEN, str(number), "Change it", "primary")
        return _problems(wrong), (change, _cancel(token))
    if number == 0:
        words = f"{_titled(folder)}\n\n{READY}"
        return words, (_button(token, steps.OPEN, "0", "Open the form", "primary"),)
    go = _button(token, steps.OPEN, str(number), f"Go on to page {number + 1}", "primary")
    back = _button(token, steps.OPEN, str(number - 1), f"Change page {number}", "plain")
    return KEPT.format(number, count), (go, back, _cancel(token))


def closed(typed: str) -> str:
    """Return what is said about a form that has ended, with the words that came too late."""
    return f"{CLOSED}\n\n{TYPED}\n\n{paragraphs(typed)}" if typed else CLOSED


def unsent(folder: Folder, key: str, *, before: bool) -> Send:
    """Return what is said about a form that was not taken, with the way back into it."""
    return Send(
        to=folder.user,
        room=folder.room,
        reply_token=folder.reply_token,
        key=key,
        text=BEFORE if before else UNSENT,
        buttons=rows((Button(label="Open the form again", press=folder.line),)),
    )


def in_place_of(ask: Ask, token: str, words: str, buttons: tuple[Button, ...]) -> Send:
    """Return what is said where no window could be opened: with the same urgency, in its room."""
    shared = {name: getattr(ask, name) for name in Base.model_fields}
    return Send(text=words, buttons=rows(buttons), **shared).under(f"{ask.key or token}#form")


def _to_agree(folder: Folder, token: str) -> tuple[str, tuple[Button, ...]]:
    form, question = steps.form_of(folder), steps.consent(folder)
    error = f"**{literal(question.error)}**" if question and question.error else ""
    parts = (f"**{literal(form.title)}**", error, form.intro, ASKED)
    return "\n\n".join(part for part in parts if part), (
        _button(token, steps.AGREE, "", "I agree", "primary"),
        _button(token, steps.DECLINE, "", "I do not agree", "plain"),
    )


def _titled(folder: Folder) -> str:
    form = steps.form_of(folder)
    intro = "" if steps.consent(folder) else form.intro
    return f"**{literal(form.title)}**\n\n{intro}".strip()


def _problems(wrong: list[Question]) -> str:
    said = "\n".join(literal(one.error) for one in wrong)
    return f"{said}\n\n{NOTHING_LOST}"


def _cancel(token: str) -> Button:
    return _button(token, steps.CANCEL, "", "Cancel", "plain")


def _button(token: str, verb: str, rest: str, label: str, style: str) -> Button:
    press = f"{FORM}{token}:{verb}" + (f":{rest}" if rest else "")
    return Button.model_validate({"label": label, "press": press, "style": style})
