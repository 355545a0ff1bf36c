"""Consent: the versioned text that everybody agrees to before their first word.

What it says of Discord depends on what the bot does there. A text that differs has another
version, so whoever agreed to the other one is asked again.
"""

from bot.settings import Settings

VERSION = "2026-11"
"""The version of the words that are the same everywhere; raise it when they change."""

_WORDS = """\
### Who can see what

What you write in a room is seen by the people in that room: other members \
and the clinic’s team. Use any name you like. Please do not share what others say here.

### What is kept

Your name here, your place in the group and the messages in the clinic’s own \
rooms are kept, encrypted, until they expire or you ask us to remove them. `/privacy` says more.

### What is checked

A program looks at messages for words of crisis, for contact details and for \
unsafe advice about medicines. The team may be told that somebody needs help.{elsewhere}

### Not medical care

The group shares reviewed information and support. It does not diagnose, and \
it does not replace your own doctor or nurse.

### Not for emergencies

Nobody watches the chat all the time. If you may be in danger, call your \
emergency number.

### Rules

Be kind. Speak for yourself. Do not sell anything. Do not tell others to start or stop \
a medicine.

You can leave at any time with `/leave`.
"""

_BLIND = """

On Discord the bot does not read what you write in the rooms. Discord’s own filter looks for such \
words there. It can stop a message, and it can tell the team. The bot sees only what you give to \
it: commands, buttons, forms, private messages to it, and messages that name it or are reported.

Discord is another company. It keeps its own copy of what you write there."""

_READING = """

On Discord the bot reads every message in the group’s rooms, to check it. It does not keep the \
words. Discord’s own filter looks for such words too. It can stop a message, and it can tell the \
team.

Discord is another company. It keeps its own copy of what you write there."""


def text(settings: Settings) -> str:
    """Return the text that is true for this bot as it is set up."""
    return _WORDS.format(elsewhere={"": "", "discord": _BLIND}.get(_mode(settings), _READING))


def version(settings: Settings) -> str:
    """Return the version of that text: another one whenever the text is another."""
    return "-".join(filter(None, (VERSION, _mode(settings))))


def _mode(settings: Settings) -> str:
    if not settings.discord.token:
        return ""
    return "discord-read" if settings.discord.content_mode else "discord"
