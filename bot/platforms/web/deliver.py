"""Deliver: carries one action out as rows, once however often it is told to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete

from bot import actions, spoken
from bot.actions import Action, Address, Button, is_person
from bot.errors import Undeliverable
from bot.platforms.web import files, lines, sessions, viewers
from bot.platforms.web.tables import WebLine, WebMute, WebRead
from bot.store import groups
from bot.store.db import vault_of

BOT = "bot"
_Said = actions.Send | actions.Ask | actions.SendFile
_Changing = actions.Edit | actions.Delete | actions.Pin
_Doorman = actions.Admit | actions.Decline | actions.Restrict | actions.Remove


@dataclass(frozen=True, slots=True)
class Change:
    """What came of an action: the line it is about, and who should look."""

    message: str = ""
    streams: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()


async def carry_out(db: AsyncSession, action: Action, now: datetime) -> Change:
    """Carry an action out in this transaction; raises Undeliverable if it never can be."""
    if not is_person(action.to) and await groups.of_room(db, action.to) is None:
        raise Undeliverable("the room is gone")
    action = await spoken.said(db, action)
    match action:
        case actions.Post():
            return await _post(db, action, now)
        case actions.Edit() | actions.Delete() | actions.Pin():
            return await _change(db, action, now)
        case actions.Send() | actions.Ask() | actions.SendFile():
            return await _say(db, action, now)
        case actions.Admit() | actions.Decline() | actions.Restrict() | actions.Remove():
            return await _admission(db, action, now)
        case _:
            return Change()  # to secure a room: who can read here is looked up each time


async def _say(db: AsyncSession, action: _Said, now: datetime) -> Change:
    line_id = lines.id_of(db, action.key)
    if (known := await lines.find(db, line_id)) is not None:
        return Change(line_id, (known.stream,))
    room: Address | None = action.to
    if is_person(action.to):
        viewer = await viewers.look(db, action.to)
        if viewer is None:
            return await _to_nobody(db, action.to)
        place = viewer.place(action.room) or viewer.place_of(None)
        room = place.room if place else None
    line = _blank(line_id, lines.stream_of(db, action.to), room, now)
    line.private = is_person(action.to)
    await _fill(db, line, action, now)
    await lines.add(db, line)
    return Change(line_id, (line.stream,))


async def _to_nobody(db: AsyncSession, address: Address) -> Change:
    """Somebody at the door has no room to read in yet: the page they look at tells them."""
    if await sessions.known(db, address):
        return Change()
    raise Undeliverable("nobody has this account")


def _blank(line_id: str, stream: str, room: str | None, now: datetime) -> WebLine:
    return WebLine(id=line_id, stream=stream, room=room, rev=0, born=0, role=BOT, created_at=now)


async def _fill(db: AsyncSession, line: WebLine, action: _Said, now: datetime) -> None:
    match action:
        case actions.Send():
            lines.set_text(db, line, action.text)
            lines.set_extras(db, line, {"buttons": _buttons(action.buttons)})
        case actions.Ask():
            form = action.form.model_dump(mode="json")
            asked = {"form": form, "command": action.command, "args": action.args}
            lines.set_extras(db, line, asked)
        case actions.SendFile():
            lines.set_text(db, line, action.caption)
            kept = await files.keep(db, line.id, action.name, action.type, action.content, now)
            lines.set_extras(db, line, {"file": kept.model_dump()})


def _buttons(rows: tuple[tuple[Button, ...], ...]) -> list[list[dict[str, str]]]:
    return [[button.model_dump() for button in row] for row in rows]


async def _post(db: AsyncSession, action: actions.Post, now: datetime) -> Change:
    if (known := await lines.find(db, action.message)) is not None:
        return Change(known.id, (known.stream,))
    writer = await viewers.look(db, action.author)
    if writer is None:
        raise Undeliverable("nobody has this account")
    place = writer.place(action.to)
    line = _blank(action.message, action.to, action.to, now)
    line.author, line.name = writer.lookup, vault_of(db).seal("name", writer.name)
    line.role = place.role if place else ""
    line.client_id = action.message.partition(".")[2]
    lines.set_text(db, line, action.text)
    if action.files:
        lines.set_extras(db, line, {"file": action.files[0].model_dump()})
    await lines.add(db, line)
    return Change(line.id, (line.stream,))


async def _change(db: AsyncSession, action: _Changing, now: datetime) -> Change:
    line = await lines.find(db, action.message)
    if line is None or line.stream != lines.stream_of(db, action.to):
        raise Undeliverable("the message is gone")
    if not await lines.is_first(db, action.key, now):
        return Change(line.id, (line.stream,))
    if line.deleted_at is not None:
        if isinstance(action, actions.Delete):
            return Change(line.id)
        raise Undeliverable("the message is gone")
    match action:
        case actions.Edit():
            _reword(db, line, action, now)
            await lines.change(db, line)
        case actions.Pin():
            line.pinned = True
            await lines.change(db, line)
        case actions.Delete():
            await lines.wipe(db, line, now)
    return Change(line.id, (line.stream,))


def _reword(db: AsyncSession, line: WebLine, action: actions.Edit, now: datetime) -> None:
    lines.set_text(db, line, action.text)
    if line.author:  # what hangs on a member's line stays; the bot's words come with new buttons
        line.edited_at = now
    else:
        lines.set_extras(db, line, {"buttons": _buttons(action.buttons)})


async def _admission(db: AsyncSession, action: _Doorman, now: datetime) -> Change:
    """Who is in a room is kept by the core; here their open pages are told to look again."""
    lookup = lines.lookup_of(db, action.who)
    if isinstance(action, actions.Restrict):
        row = await db.get(WebMute, (lookup, action.to)) or WebMute(lookup=lookup, room=action.to)
        row.until = action.until
        db.add(row)
    if isinstance(action, actions.Remove):
        for table in (WebMute, WebRead):
            await db.execute(
                delete(table).where(col(table.lookup) == lookup, col(table.room) == action.to)
            )
    await lines.is_first(db, action.key, now)
    return Change(lookups=(lookup,))
