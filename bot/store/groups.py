"""Groups: one condition of one clinic, and the rooms it is bound to."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.actions import Address, platform_of, without_thread
from bot.store.db import moment

GROUP = "group"
STAFF = "staff"


class Group(SQLModel, table=True):
    """A support group for one condition.

    `quiet_from` and `quiet_to` are `HH:MM` in the group's time zone; both None means no quiet
    hours. `country` (ISO 3166) picks emergency numbers and helplines. `urgent_line` is the
    clinic's own number, if it gives one.
    """

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    title: str
    condition: str
    timezone: str = "UTC"
    language: str = "en"
    country: str = "GB"
    urgent_line: str | None = None
    quiet_from: str | None = "22:00"
    quiet_to: str | None = "08:00"
    created_at: datetime = moment()


class Room(SQLModel, table=True):
    """A chat that belongs to a group: for everybody in it, or for its staff."""

    address: str = Field(primary_key=True)
    group_id: str = Field(foreign_key="group.id", index=True)
    purpose: str = GROUP
    platform: str
    created_at: datetime = moment()


class Binding(SQLModel, table=True):
    """A code that an admin types in a room to bind it to a group; kept only as a keyed hash."""

    code: str = Field(primary_key=True)
    group_id: str = Field(foreign_key="group.id")
    purpose: str = GROUP
    expires_at: datetime = moment()


async def find(db: AsyncSession, slug: str) -> Group | None:
    """Return the group of that short name."""
    return (await db.execute(select(Group).where(Group.slug == slug))).scalar_one_or_none()


async def every(db: AsyncSession) -> Sequence[Group]:
    """Return all groups, by short name."""
    return (await db.execute(select(Group).order_by(Group.slug))).scalars().all()


async def of_room(db: AsyncSession, address: Address) -> tuple[Group, Room] | None:
    """Return the group a room belongs to, and the room; None for any other chat.

    A thread `platform:chat/thread` that is bound itself is a room of its own; any other belongs
    with its chat.
    """
    chat = without_thread(address)
    query = select(Group, Room).join(Room).where(col(Room.address).in_([address, chat]))
    found = sorted((await db.execute(query)).all(), key=lambda row: -len(row[1].address))
    return (found[0][0], found[0][1]) if found else None


async def in_chat(db: AsyncSession, chat: Address) -> Sequence[tuple[Group, Room]]:
    """Return the rooms in a chat, each with its group: the chat itself, or threads of it."""
    chat = without_thread(chat)
    thread = col(Room.address).startswith(f"{chat}/", autoescape=True)
    query = select(Group, Room).join(Room).where(or_(col(Room.address) == chat, thread))
    found = (await db.execute(query.order_by(col(Room.address)))).all()
    return [(group, room) for group, room in found]


async def rooms(db: AsyncSession, group_id: str, purpose: str | None = None) -> list[Address]:
    """Return the addresses of a group's rooms, on every platform; `purpose` narrows it."""
    query = select(Room).where(Room.group_id == group_id).order_by(col(Room.created_at))
    if purpose:
        query = query.where(Room.purpose == purpose)
    return [Address(room.address) for room in (await db.execute(query)).scalars()]


async def add_room(
    db: AsyncSession, group_id: str, address: Address, purpose: str, now: datetime
) -> Room:
    """Bind a chat to a group."""
    room = Room(
        address=address,
        group_id=group_id,
        purpose=purpose,
        platform=platform_of(address),
        created_at=now,
    )
    db.add(room)
    await db.flush()
    return room


async def add(db: AsyncSession, group: Group) -> Group:
    """Add a group with its two rooms on the clinic's own page: everybody's and the staff's."""
    db.add(group)
    await db.flush()
    for purpose in (GROUP, STAFF):
        address = Address(f"web:{secrets.token_urlsafe(9)}")
        await add_room(db, group.id, address, purpose, group.created_at)
    return group
