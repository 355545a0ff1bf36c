"""People: who they are to the bot, on which platforms, and their place in each group."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.actions import Address, platform_of
from bot.store.db import moment, sealed, vault_of


class Role(StrEnum):
    """What a person may do in one group."""

    GUEST = "guest"
    MEMBER = "member"
    CAREGIVER = "caregiver"
    MENTOR = "mentor"
    CLINICIAN = "clinician"
    REVIEWER = "reviewer"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def is_staff(self) -> bool:
        """Tell whether the role belongs to the clinic's own people."""
        return self in {Role.CLINICIAN, Role.REVIEWER, Role.ADMIN, Role.OWNER}


class Person(SQLModel, table=True):
    """Somebody the bot knows; `data_key` opens what they wrote, and destroying it erases that."""

    id: str = Field(primary_key=True)
    name: bytes = sealed()
    data_key: bytes = sealed()
    language: str = "en"
    timezone: str | None = None
    created_at: datetime = moment()


class Account(SQLModel, table=True):
    """A person's account on one platform, found by a keyed hash of its address."""

    lookup: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    platform: str
    address: bytes = sealed()
    created_at: datetime = moment()


class Membership(SQLModel, table=True):
    """A person's place in a group; `left_at` is set when it ends, and set back if they return."""

    person_id: str = Field(foreign_key="person.id", primary_key=True)
    group_id: str = Field(foreign_key="group.id", primary_key=True, index=True)
    role: str
    joined_at: datetime = moment()
    left_at: datetime | None = moment(default=None, nullable=True)
    consent_version: str
    consent_at: datetime = moment()
    invited_by: str | None = None


def new_id() -> str:
    """Return a fresh id that nobody can guess, and that no command line takes for an option."""
    fresh = secrets.token_urlsafe(12)
    return new_id() if fresh.startswith("-") else fresh


async def create(db: AsyncSession, name: str, now: datetime) -> Person:
    """Add a person with a key of their own."""
    vault = vault_of(db)
    person = Person(
        id=new_id(), name=vault.seal("name", name), data_key=vault.new_key(), created_at=now
    )
    db.add(person)
    await db.flush()
    return person


async def connect(db: AsyncSession, person_id: str, address: Address, now: datetime) -> Account:
    """Add an account on a platform to a person."""
    vault = vault_of(db)
    account = Account(
        lookup=vault.lookup("account", address),
        person_id=person_id,
        platform=platform_of(address),
        address=vault.seal("address", address),
        created_at=now,
    )
    db.add(account)
    await db.flush()
    return account


async def find(db: AsyncSession, address: Address) -> Person | None:
    """Return the person behind an account, if the bot knows them."""
    lookup = vault_of(db).lookup("account", address)
    query = select(Person).join(Account).where(Account.lookup == lookup)
    return (await db.execute(query)).scalar_one_or_none()


def name_of(db: AsyncSession, person: Person) -> str:
    """Return what the person asked to be called."""
    return vault_of(db).open("name", person.name)


async def check_key(db: AsyncSession) -> None:
    """Raise ConfigError if the key is another one than these rows were sealed with."""
    person = (await db.execute(select(Person).limit(1))).scalar_one_or_none()
    if person is not None:
        name_of(db, person)


async def addresses(db: AsyncSession, person_id: str) -> list[Address]:
    """Return every account's address of a person, oldest first."""
    query = select(Account).where(Account.person_id == person_id)
    rows = (await db.execute(query.order_by(col(Account.created_at)))).scalars()
    return [Address(vault_of(db).open("address", row.address)) for row in rows]


async def membership(db: AsyncSession, person_id: str, group_id: str) -> Membership | None:
    """Return a person's present place in a group; None if they never joined or have left."""
    row = await db.get(Membership, (person_id, group_id))
    return row if row is not None and row.left_at is None else None


async def memberships(db: AsyncSession, person_id: str) -> Sequence[Membership]:
    """Return a person's present places, the newest first."""
    query = (
        select(Membership)
        .where(Membership.person_id == person_id, col(Membership.left_at).is_(None))
        .order_by(col(Membership.joined_at).desc())
    )
    return (await db.execute(query)).scalars().all()


async def members(
    db: AsyncSession, group_id: str, roles: Sequence[Role] = ()
) -> list[tuple[Person, Membership]]:
    """Return who is in a group now, in the order they joined; `roles` narrows it."""
    query = (
        select(Person, Membership)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(Membership.group_id == group_id, col(Membership.left_at).is_(None))
        .order_by(col(Membership.joined_at), col(Membership.person_id))
    )
    if roles:
        query = query.where(col(Membership.role).in_([str(role) for role in roles]))
    return [(person, place) for person, place in (await db.execute(query)).all()]


async def admit(
    db: AsyncSession,
    person_id: str,
    group_id: str,
    role: Role,
    consent: str,
    now: datetime,
    invited_by: str | None = None,
) -> Membership:
    """Give a person a place in a group, or give it back to one who had left."""
    row = await db.get(Membership, (person_id, group_id))
    if row is None:
        row = Membership(
            person_id=person_id,
            group_id=group_id,
            role=role,
            joined_at=now,
            consent_version=consent,
            consent_at=now,
            invited_by=invited_by,
        )
    row.role, row.left_at, row.joined_at = role, None, now
    row.consent_version, row.consent_at, row.invited_by = consent, now, invited_by
    db.add(row)
    await db.flush()
    return row


async def web_address(db: AsyncSession, person_id: str, now: datetime) -> Address:
    """Return a person's account on the clinic's own page, made if they have none yet."""
    for address in await addresses(db, person_id):
        if platform_of(address) == "web":
            return address
    fresh = Address(f"web:@{new_id()}")
    await connect(db, person_id, fresh, now)
    return fresh
