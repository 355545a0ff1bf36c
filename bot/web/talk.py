"""Talk: the chat's page, its older lines, and its files; what is new comes over the socket."""

import re
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bot import events
from bot.actions import File
from bot.errors import BadInput
from bot.platforms.web import acts, files, lines, wire
from bot.platforms.web.frames import TEXT_LIMIT
from bot.platforms.web.viewers import Place
from bot.web.visit import Visit

MOST_LINES = 100
_CLIENT_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
_TYPE = re.compile(r"^[\w.+-]+/[\w.+-]+$", re.ASCII)
SANDBOX = "default-src 'none'; sandbox"


async def chat(visit: Visit) -> Response:
    """Show the chat."""
    is_staff = any(role.is_staff for role in visit.me.roles)
    return visit.page("chat.html", is_staff=is_staff, sign_out="/signout")


async def history(visit: Visit) -> Response:
    """Return the lines of a room that came before one, oldest first."""
    place = visit.me.place(visit.query("room"))
    if place is None:
        raise HTTPException(404)
    seq, limit = _number(visit.query("before")), _number(visit.query("limit")) or lines.FRESH
    async with visit.site.db.read() as db:
        most = max(1, min(limit, MOST_LINES))
        rows = await lines.before(db, place.room, visit.me.stream, seq, most)
        name = visit.site.settings.site.name
        shown = [wire.line(db, row, visit.me, name) for row in rows]
    return JSONResponse({"lines": [line for line in shown if line is not None]})


def _number(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 16 else None  # noqa: PLR2004


async def upload(visit: Visit) -> Response:
    """Take a file that a member sends to a room, and say in JSON whether it is stored."""
    try:
        why = await _taken(visit)
    except (BadInput, acts.Refused) as refused:
        why = str(refused)
    return JSONResponse(wire.ack(visit.field("id"), why), 422 if why else 200)


async def _taken(visit: Visit) -> str:
    """Keep the file and give the message to the ring; return why it does not stand, if so."""
    sent = visit.form.get("file")
    if not isinstance(sent, UploadFile) or not _CLIENT_ID.match(visit.field("id")):
        raise BadInput("The file did not arrive whole. Please try again.")
    if len(visit.field("text")) > TEXT_LIMIT:
        raise BadInput(f"The words with the file are too long: at most {TEXT_LIMIT:,} characters.")
    if not visit.site.web.files.takes(visit.me.lookup):
        raise BadInput("These are many files in a short time. Please try again later.")
    content = await sent.read()
    name, kind = files.check(sent.filename or "", content)
    async with visit.site.db.write() as db:
        place = await acts.room_for(db, visit.me, visit.field("room"), visit.now)
        message = acts.message_id(db, visit.me, visit.field("id"))
        file_id = lines.id_of(db, f"file:{message}")
        kept = await files.keep(db, message, name, kind, content, visit.now, file_id)
    return await _said(visit, place, message, kept)


async def _said(visit: Visit, place: Place, message: str, kept: File) -> str:
    event = events.Message(
        id=f"web:{message}",
        at=visit.now,
        chat=place.room,
        user=visit.me.address,
        message=message,
        text=visit.field("text"),
        files=(kept,),
    )
    outcome = await visit.site.receive(event)
    if outcome.ok:
        return ""
    async with visit.site.db.write() as db:
        await files.drop(db, kept.id)
    return outcome.sentence


async def file(visit: Visit) -> Response:
    """Hand a file to somebody who can see the line that it hangs on."""
    async with visit.site.db.read() as db:
        row = await files.find(db, visit.part("id"))
        line = await lines.find(db, row.line) if row else None
        if row is None or line is None or line.deleted_at or not visit.me.sees(line.stream):
            raise HTTPException(404)
        name, content = files.name_of(db, row), files.content_of(db, row)
    kind = row.type if _TYPE.match(row.type) else "application/octet-stream"
    how = "inline" if kind in files.PICTURES else "attachment"
    headers = {
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers)
