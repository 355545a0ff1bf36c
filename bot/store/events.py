"""Events already answered, so that the same one twice is answered once; and those that failed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.store.db import moment, vault_of


class Seen(SQLModel, table=True):
    """An event that was answered; `failure` names the fault if a bug of ours got in the way."""

    __tablename__ = "event"

    id: str = Field(primary_key=True)
    at: datetime = moment(index=True)
    kind: str
    failure: str | None = None


async def is_new(db: AsyncSession, event_id: str) -> bool:
    """Tell whether this event has not been answered yet."""
    return await db.get(Seen, vault_of(db).lookup("event", event_id)) is None


async def mark(
    db: AsyncSession, event_id: str, kind: str, now: datetime, failure: str | None = None
) -> bool:
    """Note that an event is answered; False if it was before.

    Ids can hold a person's id, so only a keyed hash is kept.
    """
    lookup = vault_of(db).lookup("event", event_id)
    fresh = insert(Seen).values(id=lookup, at=now, kind=kind, failure=failure)
    return (
        await db.execute(fresh.on_conflict_do_nothing().returning(col(Seen.id)))
    ).first() is not None


async def failed(db: AsyncSession) -> Sequence[Seen]:
    """Return the events that a fault of ours kept from being answered, oldest first."""
    query = select(Seen).where(col(Seen.failure).is_not(None)).order_by(col(Seen.at))
    return (await db.execute(query)).scalars().all()


async def forget(db: AsyncSession, before: datetime) -> None:
    """Drop ids older than any platform could deliver again."""
    await db.execute(delete(Seen).where(col(Seen.at) < before))
