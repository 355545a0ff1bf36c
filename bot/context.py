"""The context: what a handler knows besides its event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Address
from bot.booking import Booking
from bot.errors import Stranger
from bot.library import Library
from bot.platforms import Capabilities
from bot.routing import Table
from bot.settings import Settings
from bot.store import audit, groups
from bot.store.groups import Group
from bot.store.people import Membership, Person, Role

Translate = Callable[[str], str]


@dataclass(slots=True)
class Context:
    """What a handler is given: one transaction's session, and who asks from where.

    `group`, `person` and `role` are None for somebody the bot does not know. `purpose` is the
    room's (`group` or `staff`), or None in a private talk. `can` is what the platform can do, and
    `platforms` what every platform can that runs, by its name. Handlers never commit.
    """

    db: AsyncSession
    now: datetime
    library: Library
    booking: Booking
    settings: Settings
    table: Table
    group: Group | None = None
    person: Person | None = None
    member: Membership | None = None
    purpose: str | None = None
    can: Capabilities = field(default_factory=Capabilities)
    platforms: Mapping[str, Capabilities] = field(default_factory=dict)
    t: Translate = field(default=str)

    @property
    def role(self) -> Role | None:
        """Return the role of the person in this group."""
        return Role(self.member.role) if self.member else None

    @property
    def here(self) -> Group:
        """Return the group; raises Stranger where there is none."""
        if self.group is None:
            raise Stranger
        return self.group

    @property
    def me(self) -> Person:
        """Return the person; raises Stranger for somebody the bot does not know."""
        if self.person is None:
            raise Stranger
        return self.person

    @property
    def zone(self) -> str:
        """Return the time zone to tell this person the time in."""
        mine = self.person.timezone if self.person else None
        return mine or (self.group.timezone if self.group else "UTC")

    async def rooms(self, purpose: str = groups.GROUP) -> list[Address]:
        """Return this group's rooms of a purpose, on every platform."""
        return await groups.rooms(self.db, self.here.id, purpose)

    async def note(self, action: str, subject: str = "", detail: str = "") -> None:
        """Append what this person (or the bot) did to the audit log."""
        actor = self.person.id if self.person else "bot"
        group_id = self.group.id if self.group else None
        await audit.add(
            self.db, self.now, actor, action, group_id=group_id, subject=subject, detail=detail
        )
