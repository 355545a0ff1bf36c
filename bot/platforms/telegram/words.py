"""Words: what a message says to everybody who reads it, wherever Telegram keeps that."""

import re
from collections.abc import Iterator

from telegram import Message, MessageEntity

_COMMAND = re.compile(r"/[a-z0-9_]{1,64}(?:@(?P<bot>\w+))?(?=\s|$)", re.IGNORECASE)
_CONTENT = (
    *("text", "animation", "audio", "document", "paid_media", "photo", "sticker", "story"),
    *("video", "video_note", "voice", "checklist", "contact", "dice", "game", "poll", "venue"),
    *("location", "invoice", "giveaway"),
)


def is_service(said: Message) -> bool:
    """Tell whether Telegram itself wrote this, such as “Ana joined the group”."""
    return not any(getattr(said, kind, None) for kind in _CONTENT)


def read(said: Message) -> str:
    """Return everything that can be read in a message, a line for each part of it."""
    return "\n".join(part for part in _parts(said) if part)


def _parts(said: Message) -> Iterator[str]:
    yield said.text or said.caption or ""
    for entity in said.entities or said.caption_entities:
        if entity.type == MessageEntity.TEXT_LINK:  # an address that hides behind a word
            yield entity.url or ""
    if said.contact:
        yield f"{said.contact.first_name} {said.contact.last_name or ''}".strip()
        yield said.contact.phone_number
        yield said.contact.vcard or ""
    if said.audio:
        yield f"{said.audio.title or ''} {said.audio.performer or ''}".strip()
    if said.venue:
        yield f"{said.venue.title}, {said.venue.address}"
    if said.poll:
        yield said.poll.question
        yield from (option.text for option in said.poll.options)
    if said.checklist:
        yield said.checklist.title
        yield from (task.text for task in said.checklist.tasks)


def command(said: Message, username: str) -> str:
    """Return the command line that a message is; empty if it is none, or meant for another bot."""
    return command_in(said.text or said.caption or "", username)


def command_in(text: str, username: str) -> str:
    """Return these words if they are a command for this bot; empty if they are not."""
    found = _COMMAND.match(text)
    if found is None:
        return ""
    other = found["bot"]
    return "" if other and other.lower() != username.lower() else text
