"""Cases: somebody asked for help, and the clinic has not let go of it until it is closed."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.store.db import moment, vault_of
from bot.store.people import Person, new_id

REF_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Kind(StrEnum):
    """What kind of help was asked for."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
    OPINION = "opinion"
    DOCTOR = "doctor"
    TECHNICAL = "technical"

    @property
    def label(self) -> str:
        """Return the kind in a person's words."""
        return {
            Kind.EMERGENCY: "Emergency now",
            Kind.URGENT: "Urgent nurse",
            Kind.ROUTINE: "Routine appointment",
            Kind.OPINION: "Second opinion",
            Kind.DOCTOR: "Change doctor",
            Kind.TECHNICAL: "Technical help",
        }[self]


class State(StrEnum):
    """How far the clinic has come: open → seen → answered or booked → closed."""

    OPEN = "open"
    SEEN = "seen"
    ANSWERED = "answered"
    BOOKED = "booked"
    CLOSED = "closed"


class Case(SQLModel, table=True):
    """One request for help. `reason` and `phone` are sealed under the person's own key."""

    id: str = Field(primary_key=True)
    ref: str = Field(unique=True)
    group_id: str = Field(foreign_key="group.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    kind: str
    red_flag: bool = False
    state: str = State.OPEN
    reason: bytes | None = Field(default=None)
    phone: bytes | None = Field(default=None)
    created_at: datetime = moment()
    details_at: datetime | None = moment(default=None, nullable=True)
    seen_at: datetime | None = moment(default=None, nullable=True)
    seen_by: str | None = None
    answered_at: datetime | None = moment(default=None, nullable=True)
    closed_at: datetime | None = moment(default=None, nullable=True)

    @property
    def urgent(self) -> bool:
        """Tell whether staff should look at this before the others."""
        return self.red_flag or self.kind in {Kind.EMERGENCY, Kind.URGENT}


def new_ref() -> str:
    """Return a short reference that says nothing about the person: `R-7K2M9`."""
    return "R-" + "".join(secrets.choice(REF_LETTERS) for _ in range(5))


async def add(
    db: AsyncSession,
    group_id: str,
    person_id: str,
    kind: Kind,
    now: datetime,
    *,
    red_flag: bool = False,
) -> Case:
    """Open a case."""
    ref = new_ref()
    while (await db.execute(select(Case.id).where(Case.ref == ref))).first() is not None:
        ref = new_ref()
    case = Case(
        id=new_id(),
        ref=ref,
        group_id=group_id,
        person_id=person_id,
        kind=kind,
        red_flag=red_flag,
        created_at=now,
    )
    db.add(case)
    await db.flush()
    return case


async def by_ref(db: AsyncSession, group_id: str, ref: str) -> Case | None:
    """Return a group's case by its reference."""
    query = select(Case).where(Case.group_id == group_id, Case.ref == ref.strip().upper())
    return (await db.execute(query)).scalar_one_or_none()


async def current(db: AsyncSession, group_id: str, person_id: str) -> Case | None:
    """Return a person's newest case in a group that is not closed."""
    query = (
        select(Case)
        .where(Case.group_id == group_id, Case.person_id == person_id, Case.state != State.CLOSED)
        .order_by(col(Case.created_at).desc())
        .limit(1)
    )
    return (await db.execute(query)).scalar_one_or_none()


async def mine(db: AsyncSession, group_id: str, person_id: str, limit: int = 20) -> Sequence[Case]:
    """Return a person's cases in a group, closed ones too, the newest first."""
    query = (
        select(Case)
        .where(Case.group_id == group_id, Case.person_id == person_id)
        .order_by(col(Case.created_at).desc())
        .limit(limit)
    )
    return (await db.execute(query)).scalars().all()


async def waiting(db: AsyncSession, group_id: str) -> Sequence[Case]:
    """Return a group's cases that are not closed: urgent ones first, then the longest waiting."""
    query = select(Case).where(Case.group_id == group_id, Case.state != State.CLOSED)
    rows = (await db.execute(query.order_by(col(Case.created_at)))).scalars().all()
    return sorted(rows, key=lambda case: not case.urgent)


async def set_details(db: AsyncSession, case: Case, reason: str, phone: str, now: datetime) -> None:
    """Keep what the patient wrote, under their own key."""
    person = await db.get_one(Person, case.person_id)
    vault = vault_of(db)
    case.reason = vault.seal_for(person.data_key, reason)
    case.phone = vault.seal_for(person.data_key, phone) if phone else None
    case.details_at = now
    db.add(case)
    await db.flush()


async def details(db: AsyncSession, case: Case) -> tuple[str, str]:
    """Return the reason and the phone number that the patient wrote; empty where none."""
    person = await db.get_one(Person, case.person_id)
    vault = vault_of(db)
    reason = vault.open_for(person.data_key, case.reason) if case.reason else ""
    return reason, vault.open_for(person.data_key, case.phone) if case.phone else ""
