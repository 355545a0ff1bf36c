"""Members: who comes to a room or goes from it, which on Discord is having its role.

Whoever gives somebody a role by hand opens a room without an invite: the ring hears of it as it
hears of somebody who came by a leaked link, and takes them out again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.platforms import Receive
from bot.platforms.discord import hearing
from bot.platforms.discord.addresses import person
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.reach import Reach
from bot.platforms.discord.rooms import Room, Rooms


@dataclass(slots=True)
class Members:
    """Tells the ring who can read its rooms now."""

    desk: Desk
    rooms: Rooms
    reach: Reach
    receive: Receive

    async def came(self, member: discord.Member) -> None:
        """Take somebody who came into the server, perhaps with a role that their invite gave."""
        await self.reach.found(person(member.id))
        await self._entered(member, self._opened(member), str(_moment(member)))

    async def changed(self, before: discord.Member, after: discord.Member) -> None:
        """Take a change of somebody's roles."""
        old, new = self._opened(before), self._opened(after)
        now = self.desk.clock.now()
        await self._entered(after, [one for one in new if one not in old], str(now.timestamp()))
        for one in old:
            if one not in new and not after.bot:
                await self.receive(hearing.went(after.id, one.address, now))

    async def went(self, gone: discord.RawMemberRemoveEvent) -> None:
        """Take somebody who left the server, and with it every room there."""
        if isinstance(gone.user, discord.Member) and not gone.user.bot:
            for one in self._opened(gone.user):
                now = self.desk.clock.now()
                await self.receive(hearing.went(gone.user.id, one.address, now))

    async def look(self, guild: discord.Guild) -> None:
        """Look through everybody who can read a room: somebody may have come while nobody heard."""
        today = f"{self.desk.clock.now():%Y-%m-%d}"
        for member in list(guild.members):
            await self._entered(member, self._opened(member), today)

    async def _entered(self, member: discord.Member, rooms: Iterable[Room], why: str) -> None:
        for one in rooms if not member.bot else ():
            now = self.desk.clock.now()
            await self.receive(hearing.entered(member, one.address, now, why))

    def _opened(self, member: discord.Member) -> list[Room]:
        """Return the rooms that somebody's roles open."""
        return [
            one for role in member.roles for one in self.rooms.by_role(member.guild.id, role.id)
        ]


def _moment(member: discord.Member) -> float:
    return member.joined_at.timestamp() if member.joined_at else 0.0
