"""Places: which group a page is about, and where in it what the page asks is to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from bot.actions import Address
from bot.platforms.web.viewers import Place
from bot.store.groups import GROUP, Group
from bot.store.people import Person, Role
from bot.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Spot:
    """A group as one of its people looks at it."""

    group: Group
    person: Person
    role: Role
    room: Address

    @property
    def zone(self) -> str:
        """Return the time zone that this person reads times in."""
        return self.person.timezone or self.group.timezone


async def spot(visit: Visit, db: AsyncSession, purpose: str = GROUP) -> Spot:
    """Return the group that the page names, or the first of this person's.

    Only the rooms that the person may see count, so a staff page is never about a group in which
    they are a patient.
    """
    wanted = visit.query("group") or visit.field("group")
    for place, group in await choices(visit, db, purpose):
        if wanted in {"", group.slug}:
            person = await db.get_one(Person, visit.me.person_id)
            return Spot(group, person, place.role, place.room)
    raise HTTPException(404 if wanted else 403)


async def choices(visit: Visit, db: AsyncSession, purpose: str) -> Sequence[tuple[Place, Group]]:
    """Return the rooms of a purpose that this person may see, each with its group."""
    mine = [place for place in visit.me.places if place.purpose == purpose]
    return [(place, await db.get_one(Group, place.group_id)) for place in mine]
