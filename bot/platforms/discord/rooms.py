"""Rooms: the channels that the bot keeps, and which role opens each; in memory and as rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from bot.actions import Address
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.tables import DiscordRoom


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of a group. `role` opens it, and is 0 as long as there is none."""

    address: Address
    guild: int
    role: int = 0
    staff: bool = False
    seen: str = ""
    secured_at: datetime | None = None

    @property
    def channel(self) -> int:
        """Return the channel's number."""
        return number_of(self.address)


@dataclass(slots=True)
class Rooms:
    """Knows every room; `load` reads the rows once."""

    desk: Desk
    _known: dict[Address, Room] = field(default_factory=dict)

    async def load(self) -> None:
        """Read the rows."""
        async with self.desk.db.read() as db:
            rows = (await db.execute(select(DiscordRoom))).scalars().all()
        self._known = {room.address: room for room in map(_room, rows)}

    def of(self, address: Address) -> Room | None:
        """Return the room of that address; None if the bot keeps none there."""
        return self._known.get(address)

    def every(self) -> list[Room]:
        """Return all rooms."""
        return list(self._known.values())

    def in_guild(self, guild: int) -> list[Room]:
        """Return the rooms in one server."""
        return [room for room in self._known.values() if room.guild == guild]

    def by_role(self, guild: int, role: int) -> list[Room]:
        """Return the rooms that a role opens."""
        return [room for room in self.in_guild(guild) if role and room.role == role]

    async def keep(self, room: Room) -> None:
        """Write a room down."""
        async with self.desk.db.write() as db:
            await db.merge(
                DiscordRoom(
                    address=room.address,
                    guild=str(room.guild),
                    role=str(room.role or ""),
                    staff=room.staff,
                    seen=room.seen,
                    secured_at=room.secured_at,
                    updated_at=self.desk.clock.now(),
                )
            )
        self._known[room.address] = room

    async def seen(self, latest: Mapping[Address, str]) -> None:
        """Write down up to which message each of these rooms was heard."""
        async with self.desk.db.write() as db:
            for address, message in latest.items():
                mine = update(DiscordRoom).where(col(DiscordRoom.address) == address)
                await db.execute(mine.values(seen=message))
        for address, message in latest.items():
            if (room := self.of(address)) is not None:
                self._known[address] = replace(room, seen=message)


def _room(row: DiscordRoom) -> Room:
    return Room(
        address=Address(row.address),
        guild=int(row.guild),
        role=int(row.role or 0),
        staff=row.staff,
        seen=row.seen,
        secured_at=row.secured_at,
    )
