"""Inspection: whether each room on Discord is kept to those who are let in, and who else reads."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sqlmodel import select

from bot import text
from bot.actions import Address
from bot.errors import Undeliverable
from bot.platforms import Finding
from bot.platforms.discord import addresses, leaks, openings, scene
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.scene import Scene
from bot.store.groups import Group, Room


@dataclass(slots=True)
class Inspection:
    """Looks at the bound rooms, one after the other."""

    desk: Desk
    rooms: Rooms
    _servers: set[int] = field(default_factory=set)

    async def check(self) -> AsyncIterator[Finding]:
        """Yield what there is to say about every room on Discord that a group is bound to."""
        async with self.desk.db.read() as db:
            query = select(Room, Group).join(Group).where(Room.platform == addresses.NAME)
            pairs = (await db.execute(query.order_by(Group.slug, Room.purpose))).all()
        if not pairs:
            what = "No room on Discord belongs to a group yet."
            advice = "Type /setup CODE there; roundtable group bind makes the code."
            yield Finding("warn", what, advice)
        for room, group in pairs:
            name = f"{group.slug}, {room.purpose} room"
            found = await self._look(Address(room.address))
            for one in found:
                yield Finding(one.level, f"{name}: {one.what}", one.advice)
            if not found:
                yield Finding("ok", f"{name}: only those who are let in can read it.")

    async def _look(self, address: Address) -> list[Finding]:
        try:
            seen = await scene.look(self.desk, self.rooms, address)
        except Undeliverable:
            what = "its channel is gone, or the bot cannot see it."
            advice = "Let the bot see it again, or bind another: roundtable group bind."
            return [Finding("wrong", what, advice)]
        if seen.room.secured_at is None:
            what = "the bot has not made it safe."
            return [Finding("wrong", what, "Type /setup there once more, and read what it says.")]
        return [*self._faults(seen), *self._risks(seen)]

    def _faults(self, seen: Scene) -> list[Finding]:
        said = [sentence for look in leaks.FAULTS for sentence in look(seen)]
        return [Finding("wrong", text.plain(sentence)) for sentence in said]

    def _risks(self, seen: Scene) -> list[Finding]:
        """Look at what may be meant; what a whole server shows is said once."""
        first = seen.guild.id not in self._servers
        self._servers.add(seen.guild.id)
        said = [sentence for look in leaks.RISKS for sentence in look(seen)]
        said += openings.found(seen, server=first)
        return [Finding("warn", text.plain(sentence)) for sentence in said]
