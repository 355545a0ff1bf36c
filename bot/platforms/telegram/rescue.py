"""Rescue: what can still be heard of an update that the library cannot read.

A newer or an older Bot API server than the library expects leaves out what it wants, or adds what
it does not know. That must not make words or presses unheard: they may be words of somebody in
danger, or something that must not stand in the room.
"""

from datetime import datetime
from typing import Any

from telegram import Chat
from telegram._utils.types import JSONDict

from bot import events
from bot.actions import Address
from bot.platforms.telegram import words
from bot.platforms.telegram.addresses import person, room
from bot.routing import split

Rescued = events.Message | events.Edited | events.Command | events.Pressed


def rescued(raw: JSONDict, name: str, now: datetime, username: str = "") -> Rescued | None:
    """Return what an update says as an event; None if not even that can be read."""
    if isinstance(raw.get("callback_query"), dict):
        return _pressed(raw["callback_query"], name, now)
    kind = "message" if isinstance(raw.get("message"), dict) else "edited_message"
    said = _table(raw.get(kind))
    text = said.get("text") or said.get("caption")
    place, who, number = _place(said), _sender(said), said.get("message_id")
    if place is None or who is None or not isinstance(number, int) or not isinstance(text, str):
        return None
    shared: dict[str, Any] = {"id": name, "at": now, "chat": place, "user": who}
    shared["message"] = str(number)
    if kind == "edited_message":
        return events.Edited.model_validate(shared | {"text": text})
    if command := words.command_in(text, username):
        called, args = split(command)
        return events.Command.model_validate(shared | {"name": called, "args": args})
    return events.Message.model_validate(shared | {"text": text})


def _pressed(query: JSONDict, name: str, now: datetime) -> events.Pressed | None:
    said, who = _table(query.get("message")), _sender(query)
    data, token = query.get("data"), query.get("id")
    if who is None or not isinstance(data, str) or not isinstance(token, str):
        return None
    number = said.get("message_id")
    return events.Pressed(
        id=name,
        at=now,
        chat=_place(said) or who,
        user=who,
        reply_token=token,
        data=data,
        message=str(number) if isinstance(number, int) else "",
    )


def _place(said: JSONDict) -> Address | None:
    chat = _table(said.get("chat"))
    number, thread = chat.get("id"), said.get("message_thread_id")
    if not isinstance(number, int):
        return None
    if chat.get("type") == Chat.PRIVATE:
        return person(number)
    in_topic = said.get("is_topic_message") is True and isinstance(thread, int)
    return room(number, thread if in_topic else None)


def _sender(said: JSONDict) -> Address | None:
    sender = _table(said.get("from"))
    number = sender.get("id")
    return person(number) if isinstance(number, int) and not sender.get("is_bot") else None


def _table(value: object) -> JSONDict:
    return value if isinstance(value, dict) else {}
