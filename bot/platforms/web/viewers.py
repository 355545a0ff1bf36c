"""Viewers: who looks at the page, and which rooms they may see at this moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.actions import Address
from bot.platforms.web import lines
from bot.store import people
from bot.store.db import vault_of
from bot.store.groups import STAFF, Group, Room
from bot.store.people import Account, Membership, Person, Role


@dataclass(frozen=True, slots=True)
class Place:
    """One room that a viewer may see, and their role in its group."""

    room: Address
    title: str
    purpose: str
    role: Role
    group_id: str
    joined_at: datetime

    @property
    def id(self) -> str:
        """Return the room's name on the wire."""
        return self.room.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as the page knows them now: asked anew each time, so a removal holds at once."""

    address: Address
    lookup: str
    face: str
    name: str
    person_id: str
    places: tuple[Place, ...]

    @property
    def stream(self) -> str:
        """Return the stream of this person's private lines."""
        return f"@{self.lookup}"

    @property
    def roles(self) -> frozenset[Role]:
        """Return every role this person has in some group."""
        return frozenset(place.role for place in self.places)

    def place(self, room: str | None) -> Place | None:
        """Return a room by its address or its name on the wire, if this person may see it."""
        named = (place for place in self.places if room in {place.room, place.id})
        return next(named, None)

    def place_of(self, line_room: str | None) -> Place | None:
        """Return where a line is to be shown: one without a room goes to the first."""
        if line_room is None:
            return self.places[0] if self.places else None
        return self.place(line_room)

    def sees(self, stream: str) -> bool:
        """Tell whether a stream is this person's own or a room of theirs."""
        return stream == self.stream or self.place(stream) is not None


async def look(db: AsyncSession, address: Address) -> Viewer | None:
    """Return who is behind an account; None for somebody the bot does not know.

    One query, because this is asked anew for every act and every piece of news.
    """
    lookup = lines.lookup_of(db, address)
    rows = (await db.execute(_query(lookup))).all()
    if not rows:
        return None
    person = rows[0][0]
    return Viewer(
        address=address,
        lookup=lookup,
        face=face_of(db, lookup),
        name=people.name_of(db, person),
        person_id=person.id,
        places=tuple(
            _place(member, group, room) for _, member, group, room in rows if _may_see(member, room)
        ),
    )


def _may_see(member: Membership | None, room: Room | None) -> bool:
    """Tell whether there is a room at all, and not one for the staff only."""
    if member is None or room is None:
        return False
    return room.purpose != STAFF or Role(member.role).is_staff


def face_of(db: AsyncSession, lookup: str) -> str:
    """Return what tells one writer from another on the wire; it leads back to nobody."""
    return vault_of(db).lookup("face", lookup)[:12]


def _query(lookup: str) -> Select[Person, Membership, Group, Room]:
    """Return the query for a person with their web rooms; one row without a room if none."""
    is_in = and_(col(Membership.person_id) == col(Person.id), col(Membership.left_at).is_(None))
    is_here = and_(col(Room.group_id) == col(Group.id), col(Room.platform) == "web")
    return (
        select(Person, Membership, Group, Room)
        .join(Account, col(Account.person_id) == col(Person.id))
        .outerjoin(Membership, is_in)
        .outerjoin(Group, col(Group.id) == col(Membership.group_id))
        .outerjoin(Room, is_here)
        .where(col(Account.lookup) == lookup)
        .order_by(col(Group.title), col(Group.id), col(Room.purpose), col(Room.address))
    )


def _place(member: Membership, group: Group, room: Room) -> Place:
    return Place(
        room=Address(room.address),
        title=f"Staff: {group.title}" if room.purpose == STAFF else group.title,
        purpose=room.purpose,
        role=Role(member.role),
        group_id=group.id,
        joined_at=member.joined_at,
    )
