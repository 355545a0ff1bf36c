"""Lines: what stands in a room, and how each change of it gets the stream's next revision."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, func, select

from bot.actions import Address, is_person
from bot.platforms.web.tables import WebChange, WebFile, WebLine, WebRead, WebStream
from bot.store.db import vault_of

ID_LENGTH = 22  # of a keyed hash: 132 bits
FRESH = 50  # lines of each stream that a browser without any is given
Extras = dict[str, Any]


def stream_of(db: AsyncSession, address: Address) -> str:
    """Return the stream of a room (its address) or of a person (a keyed hash of theirs)."""
    return f"@{lookup_of(db, address)}" if is_person(address) else address


def lookup_of(db: AsyncSession, address: Address) -> str:
    """Return the keyed hash by which a person's account is found."""
    return vault_of(db).lookup("account", address)


def id_of(db: AsyncSession, key: str) -> str:
    """Return the id of the line that the action of this key makes: always the same."""
    return vault_of(db).lookup("line", key)[:ID_LENGTH]


async def bump(db: AsyncSession, stream: str) -> int:
    """Take a stream's next revision; the row stays locked until the commit, so none is skipped."""
    fresh = insert(WebStream).values(name=stream, rev=1)
    statement = fresh.on_conflict_do_update(
        index_elements=["name"], set_={"rev": col(WebStream.rev) + 1}
    )
    return int((await db.execute(statement.returning(col(WebStream.rev)))).scalar_one())


async def newest(db: AsyncSession, stream: str) -> int:
    """Return a stream's newest revision; 0 when nothing was ever said there."""
    query = select(WebStream.rev).where(WebStream.name == stream)
    return (await db.execute(query)).scalar_one_or_none() or 0


async def add(db: AsyncSession, line: WebLine) -> None:
    """Put a line at the end of its stream."""
    line.rev = line.born = await bump(db, line.stream)
    db.add(line)
    await db.flush()


async def change(db: AsyncSession, line: WebLine) -> None:
    """Keep a changed line under the stream's next revision."""
    line.rev = await bump(db, line.stream)
    db.add(line)
    await db.flush()


async def wipe(db: AsyncSession, line: WebLine, now: datetime) -> None:
    """Take back a line: its place stays, its words and files go for good."""
    line.text = line.extras = None
    line.deleted_at, line.pinned = now, False
    await db.execute(delete(WebFile).where(col(WebFile.line) == line.id))
    await change(db, line)


async def find(db: AsyncSession, line_id: str) -> WebLine | None:
    """Return a line by its id."""
    query = select(WebLine).where(WebLine.id == line_id)
    return (await db.execute(query)).scalar_one_or_none()


async def is_first(db: AsyncSession, key: str, now: datetime) -> bool:
    """Note that an action is carried out; False if it was before."""
    hashed = vault_of(db).lookup("change", key)
    fresh = insert(WebChange).values(key=hashed, at=now).on_conflict_do_nothing()
    return (await db.execute(fresh.returning(col(WebChange.key)))).first() is not None


async def after(db: AsyncSession, cursors: Mapping[str, int], limit: int) -> Sequence[WebLine]:
    """Return what changed in each stream since its cursor, in the order of revisions."""
    since = [
        and_(col(WebLine.stream) == stream, col(WebLine.rev) > rev)
        for stream, rev in cursors.items()
    ]
    query = select(WebLine).where(or_(*since)).order_by(col(WebLine.rev)).limit(limit)
    return (await db.execute(query)).scalars().all()


async def latest(db: AsyncSession, stream: str, limit: int = FRESH) -> Sequence[WebLine]:
    """Return the last lines of a stream, in the order of revisions."""
    query = select(WebLine).where(WebLine.stream == stream)
    query = query.order_by(col(WebLine.seq).desc()).limit(limit)
    rows = (await db.execute(query)).scalars().all()
    return sorted(rows, key=lambda line: line.rev)


async def before(
    db: AsyncSession, room: str, mine: str, seq: int | None, limit: int
) -> Sequence[WebLine]:
    """Return the lines of a room that came before `seq`, with one person's own, oldest first."""
    whose = or_(
        col(WebLine.stream) == room,
        and_(col(WebLine.stream) == mine, col(WebLine.room) == room),
    )
    query = select(WebLine).where(whose)
    if seq is not None:
        query = query.where(col(WebLine.seq) < seq)
    rows = await db.execute(query.order_by(col(WebLine.seq).desc()).limit(limit))
    return list(reversed(rows.scalars().all()))


async def read_up_to(db: AsyncSession, lookup: str, room: str, joined: datetime) -> int:
    """Return how far a person has read; what was said before they joined counts as read."""
    row = await db.get(WebRead, (lookup, room))
    if row is not None:
        return row.rev
    query = select(func.max(WebLine.born)).where(
        WebLine.stream == room, col(WebLine.created_at) < joined
    )
    return (await db.execute(query)).scalar_one_or_none() or 0


async def unread(db: AsyncSession, lookup: str, room: str, read: int) -> int:
    """Return how many lines of others came after a revision and still stand."""
    query = select(func.count(col(WebLine.seq))).where(
        WebLine.stream == room,
        WebLine.rev > read,
        WebLine.born > read,
        WebLine.author != lookup,
        col(WebLine.deleted_at).is_(None),
    )
    return (await db.execute(query)).scalar_one()


async def mark_read(db: AsyncSession, lookup: str, room: str, rev: int) -> None:
    """Keep how far a person has read; it never goes back."""
    rev = min(rev, await newest(db, room))
    row = await db.get(WebRead, (lookup, room)) or WebRead(lookup=lookup, room=room)
    row.rev = max(row.rev, rev)
    db.add(row)
    await db.flush()


def text_of(db: AsyncSession, line: WebLine) -> str:
    """Return the words of a line."""
    return vault_of(db).open("line", line.text) if line.text else ""


def extras_of(db: AsyncSession, line: WebLine) -> Extras:
    """Return what hangs on a line: `buttons`, `form` with `command` and `args`, `file`."""
    extras: Extras = json.loads(vault_of(db).open("line", line.extras)) if line.extras else {}
    return extras


def set_text(db: AsyncSession, line: WebLine, words: str) -> None:
    """Seal the words of a line."""
    line.text = vault_of(db).seal("line", words)


def set_extras(db: AsyncSession, line: WebLine, extras: Extras) -> None:
    """Seal what hangs on a line."""
    line.extras = vault_of(db).seal("line", json.dumps(extras)) if extras else None
