"""The wire: how lines, rooms and commands look as JSON to one viewer."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import text
from bot.platforms.web import lines, viewers
from bot.platforms.web.tables import WebLine
from bot.platforms.web.viewers import Place, Viewer
from bot.routing import Table
from bot.store.db import vault_of

Json = dict[str, Any]
MINE = "me"
GONE: Json = {"text": None, "html": None, "buttons": [], "form": None, "file": None}


def stream_name(viewer: Viewer, stream: str) -> str:
    """Return what a stream is called on the wire: `me`, or the room's id."""
    place = viewer.place(stream)
    return place.id if place else MINE


def line(db: AsyncSession, row: WebLine, viewer: Viewer, bot_name: str) -> Json | None:
    """Return a line for this viewer; None where there is no room of theirs to show it in."""
    place = viewer.place_of(row.room)
    if place is None:
        return None
    mine = row.author == viewer.lookup
    return {
        "t": "line",
        "stream": stream_name(viewer, row.stream),
        "rev": row.rev,
        "born": row.born,
        "seq": row.seq,
        "id": row.id,
        "room": place.id,
        "at": row.created_at.isoformat(),
        "author": _author(db, row, bot_name),
        **(GONE if row.deleted_at else _content(db, row)),
        "private": row.private,
        "edited": row.edited_at is not None,
        "deleted": row.deleted_at is not None,
        "pinned": row.pinned,
        "mine": mine,
        "client_id": row.client_id if mine and row.client_id else None,
    }


def _author(db: AsyncSession, row: WebLine, bot_name: str) -> Json:
    if not row.author:
        return {"id": "bot", "name": bot_name, "role": "bot"}
    name = vault_of(db).open("name", row.name) if row.name else "Former member"
    return {"id": viewers.face_of(db, row.author), "name": name, "role": row.role}


def _content(db: AsyncSession, row: WebLine) -> Json:
    """Return what a line says: the bot's Markdown as safe HTML, a person's words as they are."""
    words, extras = lines.text_of(db, row), lines.extras_of(db, row)
    said = {"text": words, "html": None} if row.author else {"text": None, "html": text.html(words)}
    return said | {
        "buttons": [[_button(button) for button in line] for line in extras.get("buttons", [])],
        "form": _form(extras),
        "file": _file(extras),
    }


def _button(button: dict[str, str]) -> Json:
    return {
        "label": button["label"],
        "data": button["press"] or None,
        "url": button["url"] or None,
        "style": button["style"],
    }


def _form(extras: lines.Extras) -> Json | None:
    form = extras.get("form")
    return form and {**form, "command": extras["command"], "args": extras["args"]}


def _file(extras: lines.Extras) -> Json | None:
    file = extras.get("file")
    return file and {
        "href": f"/files/{file['id']}",
        "name": file["name"],
        "size": file["size"],
        "type": file["type"],
    }


async def hello(db: AsyncSession, viewer: Viewer, table: Table) -> Json:
    """Return the first frame: who one is, which rooms there are, what can be asked."""
    return {
        "t": "hello",
        "me": {"id": viewer.face, "name": viewer.name},
        "rooms": [await _room(db, viewer, place) for place in viewer.places],
        "commands": _commands(viewer, table),
    }


async def _room(db: AsyncSession, viewer: Viewer, place: Place) -> Json:
    read = await lines.read_up_to(db, viewer.lookup, place.room, place.joined_at)
    return {
        "id": place.id,
        "title": place.title,
        "purpose": place.purpose,
        "read": read,
        "unread": await lines.unread(db, viewer.lookup, place.room, read),
    }


def _commands(viewer: Viewer, table: Table) -> list[Json]:
    found = {route.name: route for role in sorted(viewer.roles) for route in table.menu(role)}
    return [
        {"name": route.name, "help": route.help, "usage": route.usage}
        for route in table.routes
        if route.name in found
    ]


def ack(frame_id: str, why: str = "") -> Json:
    """Return whether something a person did is stored, and if not, why."""
    return (
        {"t": "ack", "id": frame_id, "ok": False, "why": why}
        if why
        else {"t": "ack", "id": frame_id, "ok": True}
    )
