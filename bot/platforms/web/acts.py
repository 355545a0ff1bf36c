"""Acts: what a person does on the page becomes an event, if they may do it there.

Each check looks at the rows of this moment, never at what the browser believes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import events, text
from bot.actions import Address, Ask
from bot.platforms import Outcome, Receive, Status
from bot.platforms.web import frames, lines
from bot.platforms.web.tables import WebLine, WebMute
from bot.platforms.web.viewers import Place, Viewer
from bot.routing import split
from bot.store.db import Database, vault_of

NO_ROOM = "You are not in this room any more."
NO_LINE = "This message is not there any more."
NOT_YOURS = "Only your own messages can be changed."
OLD_BUTTON = "This button is no longer in use."
OLD_FORM = "This form was already sent or is no longer in use."


class Refused(Exception):
    """The act cannot be done there; its text is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Acted:
    """An act as the ring takes it: its event, and the line whose form it fills, if any."""

    event: events.Event
    form: str = ""


def prefix(db: AsyncSession, viewer: Viewer) -> str:
    """Return what the ids of this person's acts begin with: a hash, so that it names nobody."""
    return vault_of(db).lookup("acts", viewer.address)[:16]


def message_id(db: AsyncSession, viewer: Viewer, client_id: str) -> str:
    """Return the id of the line that a person's message becomes."""
    return f"{prefix(db, viewer)}.{client_id}"


async def room_for(db: AsyncSession, viewer: Viewer, room: str, now: datetime) -> Place:
    """Return the room that somebody wants to write in; raises Refused if they may not."""
    place = viewer.place(room)
    if place is None:
        raise Refused(NO_ROOM)
    mute = await db.get(WebMute, (viewer.lookup, place.room))
    if mute is not None and (mute.until is None or mute.until > now):
        until = f" until {text.day(mute.until)}" if mute.until else " at the moment"
        raise Refused(f"You can read in this room, but not write{until}.")
    return place


async def event_of(db: AsyncSession, viewer: Viewer, act: frames.AnyAct, now: datetime) -> Acted:
    """Return the event that an act is; raises Refused with a sentence if it cannot be done."""
    base = {"id": f"web:{message_id(db, viewer, act.id)}", "at": now, "user": viewer.address}
    match act:
        case frames.Say():
            place = await room_for(db, viewer, act.room, now)
            return Acted(_said(base | {"chat": place.room}, act, message_id(db, viewer, act.id)))
        case frames.Edit():
            line = await _own(db, viewer, act.line)
            where = await room_for(db, viewer, line.stream, now)
            told = {"chat": where.room, "message": line.id, "text": act.text}
            return Acted(events.Edited.model_validate(base | told))
        case frames.Delete():
            line = await _own(db, viewer, act.line)
            told = {"chat": line.stream, "message": line.id}
            return Acted(events.Deleted.model_validate(base | told))
        case frames.Press():
            line = await _seen(db, viewer, act.line)
            if act.data not in _pressable(lines.extras_of(db, line)):
                raise Refused(OLD_BUTTON)
            told = {"chat": _chat(viewer, line), "data": act.data, "message": line.id}
            return Acted(events.Pressed.model_validate(base | told))
        case frames.Answer():
            return await _answered(db, viewer, act, base)


def _said(base: dict[str, object], act: frames.Say, message: str) -> events.Event:
    if act.text.startswith("/"):
        name, args = split(act.text)
        return events.Command.model_validate(base | {"name": name, "args": args})
    return events.Message.model_validate(base | {"message": message, "text": act.text})


async def _answered(
    db: AsyncSession, viewer: Viewer, act: frames.Answer, base: dict[str, object]
) -> Acted:
    line = await _seen(db, viewer, act.line)
    extras = lines.extras_of(db, line)
    if "form" not in extras or (act.command, act.args) != (extras["command"], extras["args"]):
        raise Refused(OLD_FORM)
    told = {"chat": _chat(viewer, line), "name": act.command, "args": act.args}
    event = events.Command.model_validate(base | told | {"answers": dict(act.values)})
    return Acted(event, form=line.id)


async def _seen(db: AsyncSession, viewer: Viewer, line_id: str) -> WebLine:
    """Return a line that this person can see and that still stands."""
    line = await lines.find(db, line_id)
    if line is None or line.deleted_at is not None or not viewer.sees(line.stream):
        raise Refused(NO_LINE)
    return line


async def _own(db: AsyncSession, viewer: Viewer, line_id: str) -> WebLine:
    line = await _seen(db, viewer, line_id)
    if line.author != viewer.lookup:
        raise Refused(NOT_YOURS)
    return line


def _chat(viewer: Viewer, line: WebLine) -> Address:
    """Return where something done on a line happens: its room, else the private talk.

    What was said in a room that one has left is done nowhere else: not in another group.
    """
    place = viewer.place_of(line.room)
    if place is None and line.room is not None:
        raise Refused(NO_ROOM)
    return place.room if place else viewer.address


def _pressable(extras: lines.Extras) -> set[str]:
    return {button["press"] for row in extras.get("buttons", []) for button in row} - {""}


async def do(receive: Receive, db: Database, acted: Acted) -> str:
    """Give an act to the ring; return why it does not stand, or nothing when it does.

    A refused command was answered in words of its own, so it stands; words that were held back
    or came to nothing do not, so that the person can change them and try again.
    """
    outcome = await receive(acted.event)
    if acted.form:
        await _put_away(db, acted.form, outcome)
    said = isinstance(acted.event, events.Message | events.Edited | events.Deleted)
    return outcome.sentence if said and not outcome.ok else ""


async def _put_away(db: Database, line_id: str, outcome: Outcome) -> None:
    """Close a form that was taken, or that comes again with what needs a change."""
    again = any(isinstance(action, Ask) for action in outcome.actions)
    if outcome.status is not Status.DONE and not again:
        return
    async with db.write() as session:
        line = await lines.find(session, line_id)
        extras = lines.extras_of(session, line) if line else {}
        if line is None or "form" not in extras:
            return
        state = "Something needs a change. Please look at the form below." if again else "Sent."
        title = text.literal(extras["form"]["title"])
        lines.set_text(session, line, f"**{title}**\n\n{state}")
        lines.set_extras(session, line, {})
        await lines.change(session, line)
