"""Slots that staff open, and the appointments that patients make in them.

The database settles who is first: one booked appointment a slot, by a unique index.

    slot         free ──> held ──> booked ──> free again when cancelled;  free ──> closed
    appointment  booked ──> cancelled;  moving keeps the same appointment in another slot
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, and_, or_, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.store.db import moment

FREE, HELD, BOOKED, CLOSED, CANCELLED = "free", "held", "booked", "closed", "cancelled"


class Slot(SQLModel, table=True):
    """A time that a clinician can be met in."""

    __table_args__ = (Index("ix_slot_when", "group_id", "starts_at"),)

    id: str = Field(primary_key=True)
    group_id: str = Field(foreign_key="group.id")
    clinician_id: str | None = Field(default=None, foreign_key="person.id")
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    place: str = ""
    state: str = FREE
    held_by: str | None = None
    held_until: datetime | None = moment(default=None, nullable=True)


class Appointment(SQLModel, table=True):
    """A patient's appointment; `uid` and `sequence` name it in calendars (RFC 5545)."""

    __table_args__ = (
        Index(
            "one_booking_a_slot",
            "slot_id",
            unique=True,
            sqlite_where=text("state = 'booked'"),
            postgresql_where=text("state = 'booked'"),
        ),
    )

    id: str = Field(primary_key=True)
    slot_id: str = Field(foreign_key="slot.id")
    group_id: str = Field(foreign_key="group.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    case_id: str | None = Field(default=None, foreign_key="case.id")
    state: str = BOOKED
    uid: str = Field(unique=True)
    sequence: int = 0
    created_at: datetime = moment()
    changed_at: datetime = moment()
    remind_at: datetime | None = moment(default=None, nullable=True, index=True)


def open_to(person_id: str, now: datetime) -> tuple[object, ...]:
    """Return the conditions under which a slot can be taken by this person now."""
    return (
        col(Slot.starts_at) > now,
        or_(
            col(Slot.state) == FREE,
            and_(
                col(Slot.state) == HELD,
                or_(col(Slot.held_until) <= now, col(Slot.held_by) == person_id),
            ),
        ),
    )


async def free(
    db: AsyncSession, group_id: str, person_id: str, now: datetime, limit: int = 60
) -> Sequence[Slot]:
    """Return the next slots that this person could take, soonest first."""
    query = (
        select(Slot)
        .where(Slot.group_id == group_id, *open_to(person_id, now))  # type: ignore[arg-type]
        .order_by(col(Slot.starts_at), col(Slot.id))
        .limit(limit)
    )
    return (await db.execute(query)).scalars().all()


async def between(
    db: AsyncSession, group_id: str, start: datetime, end: datetime
) -> Sequence[Slot]:
    """Return every slot of a group that begins in a span of time."""
    query = (
        select(Slot)
        .where(Slot.group_id == group_id, Slot.starts_at >= start, Slot.starts_at < end)
        .order_by(col(Slot.starts_at), col(Slot.id))
    )
    return (await db.execute(query)).scalars().all()


async def appointment(
    db: AsyncSession, group_id: str, person_id: str, now: datetime
) -> tuple[Appointment, Slot] | None:
    """Return a person's next booked appointment in a group, with its slot."""
    query = (
        select(Appointment, Slot)
        .join(Slot, col(Slot.id) == col(Appointment.slot_id))
        .where(
            Appointment.group_id == group_id,
            Appointment.person_id == person_id,
            Appointment.state == BOOKED,
            Slot.ends_at > now,
        )
        .order_by(col(Slot.starts_at))
        .limit(1)
    )
    row = (await db.execute(query)).one_or_none()
    return (row[0], row[1]) if row else None


async def due_reminders(db: AsyncSession, now: datetime, limit: int) -> Sequence[Appointment]:
    """Return the booked appointments whose reminder is due, the longest waiting first."""
    query = (
        select(Appointment)
        .where(Appointment.state == BOOKED, col(Appointment.remind_at) <= now)
        .order_by(col(Appointment.remind_at))
        .limit(limit)
    )
    return (await db.execute(query)).scalars().all()
