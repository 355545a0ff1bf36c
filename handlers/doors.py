"""Doors: which rooms somebody is let into when they join, and taken out of when they leave."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Action, Address, Admit, Remove, platform_of, without_thread
from bot.store import groups, people
from bot.store.people import Role

LISTED = (
    "Your room is open to you now. You find it in the list of channels. If it is not there, you "
    "get a link into it, for you alone."
)
EACH_LISTED = (
    "Your rooms are open to you now. You find them in the list of channels. If they are not "
    "there, you get a link into each, for you alone."
)
WHAT = {groups.GROUP: "the group’s room", groups.STAFF: "the staff room"}


def open_to(role: Role) -> Sequence[str]:
    """Return for which purposes there are rooms that this role may enter."""
    return (groups.GROUP, groups.STAFF) if role.is_staff else (groups.GROUP,)


async def rooms(
    db: AsyncSession, group_id: str, address: Address, purpose: str
) -> Sequence[Address]:
    """Return the group's rooms of a purpose on the platform of an account."""
    found = await groups.rooms(db, group_id, purpose)
    return [room for room in found if platform_of(room) == platform_of(address)]


async def admit(
    db: AsyncSession, group_id: str, address: Address, name: str, role: Role
) -> list[Action]:
    """Return what lets an account into every room of its platform that the role may enter."""
    return [
        Admit(to=room, who=address, name=name, what=WHAT[purpose])
        for purpose in open_to(role)
        for room in _chats(await rooms(db, group_id, address, purpose))
    ]


async def remove(
    db: AsyncSession, group_id: str, person_id: str, purposes: Sequence[str]
) -> list[Action]:
    """Return what takes a person out of rooms of these purposes, with every account they have."""
    return [
        Remove(to=room, who=address)
        for address in await people.addresses(db, person_id)
        for purpose in purposes
        for room in _chats(await rooms(db, group_id, address, purpose))
    ]


def links(count: int, *, listed: bool) -> str:
    """Return what somebody is told of the ways into so many rooms.

    `listed` tells that a room which is open to them stands before them, without a link.
    """
    if listed:
        return LISTED if count == 1 else EACH_LISTED
    if count == 1:
        return "You will get a link into the room. It is for you alone."
    return "You will get a link into each room. They are for you alone."


def _chats(every: Sequence[Address]) -> Sequence[Address]:
    """Return one room of each chat: whoever enters it enters all its threads."""
    first: dict[str, Address] = {}
    for room in every:
        first.setdefault(without_thread(room), room)
    return list(first.values())


async def is_last_head(db: AsyncSession, place: people.Membership) -> bool:
    """Tell whether the group would be without anybody in charge if this person went.

    The last owner has to stay, and so does the last admin of a group without an owner.
    """
    role = Role(place.role)
    heads = {Role.OWNER: [Role.OWNER], Role.ADMIN: [Role.OWNER, Role.ADMIN]}.get(role)
    return heads is not None and len(await people.members(db, place.group_id, heads)) == 1
