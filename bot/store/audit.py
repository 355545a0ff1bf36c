"""The audit log: what staff and the bot did. Append-only; each row carries the hash of the last."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.store.db import moment

FIRST = "0" * 64


class Entry(SQLModel, table=True):
    """One act. `subject` is an id; `detail` is a few plain words, never a message's text."""

    __tablename__ = "audit"

    number: int = Field(primary_key=True)
    at: datetime = moment()
    group_id: str | None = Field(default=None, index=True)
    actor: str
    action: str
    subject: str = ""
    detail: str = ""
    previous: str
    hash: str


def _hash(entry: Entry) -> str:
    fields = [
        entry.number,
        entry.at.isoformat(),
        entry.group_id,
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


async def add(
    db: AsyncSession,
    now: datetime,
    actor: str,
    action: str,
    *,
    group_id: str | None = None,
    subject: str = "",
    detail: str = "",
) -> Entry:
    """Append what `actor` (a person's id, `bot` or `cli`) did to `subject`."""
    last = await newest(db)
    entry = Entry(
        number=last.number + 1 if last else 1,
        at=now,
        group_id=group_id,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
        previous=last.hash if last else FIRST,
        hash="",
    )
    entry.hash = _hash(entry)
    db.add(entry)
    await db.flush()
    return entry


async def newest(db: AsyncSession) -> Entry | None:
    """Return the last act there is."""
    query = select(Entry).order_by(col(Entry.number).desc()).limit(1)
    return (await db.execute(query)).scalar_one_or_none()


async def every(db: AsyncSession, group_id: str | None = None) -> Sequence[Entry]:
    """Return the acts in the order they happened; `group_id` narrows it to one group."""
    query = select(Entry).order_by(col(Entry.number))
    if group_id is not None:
        query = query.where(Entry.group_id == group_id)
    return (await db.execute(query)).scalars().all()


async def count(db: AsyncSession, actor: str, action: str, since: datetime) -> int:
    """Return how often somebody did something since a moment."""
    query = (
        select(func.count())
        .select_from(Entry)
        .where(Entry.actor == actor, Entry.action == action, col(Entry.at) > since)
    )
    return (await db.execute(query)).scalar_one()


async def broken(db: AsyncSession) -> int | None:
    """Return the number of the first row that was changed or follows a gap, if any."""
    previous = FIRST
    for number, entry in enumerate(await every(db), start=1):
        if entry.number != number or entry.previous != previous or entry.hash != _hash(entry):
            return entry.number
        previous = entry.hash
    return None
