"""Rescue: what can still be heard of a message that the library cannot read.

A newer or an older Telegram than the library expects must not make words unheard: they may be
words of somebody in danger, or something that must not stand in the room.
"""

from datetime import datetime

from telegram import Chat
from telegram._utils.types import JSONDict

from bot import events
from bot.platforms.telegram.addresses import person, room

KINDS = ("message", "edited_message")


def rescued(raw: JSONDict, name: str, now: datetime) -> events.Message | events.Edited | None:
    """Return the words of an update as an event; None if not even those can be read."""
    kind = next((kind for kind in KINDS if isinstance(raw.get(kind), dict)), "")
    said = raw.get(kind, {})
    chat, sender = said.get("chat"), said.get("from")
    if not (isinstance(chat, dict) and isinstance(sender, dict)) or sender.get("is_bot"):
        return None
    words = next((said[key] for key in ("text", "caption") if isinstance(said.get(key), str)), "")
    numbers = (chat.get("id"), sender.get("id"), said.get("message_id"))
    if not words or not all(isinstance(number, int) for number in numbers):
        return None
    place, who, message = map(int, numbers)
    at = person(place) if chat.get("type") == Chat.PRIVATE else room(place)
    made = events.Message if kind == "message" else events.Edited
    return made(id=name, at=now, chat=at, user=person(who), message=str(message), text=words)
