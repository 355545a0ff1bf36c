"""Quiet: somebody may read in a room, but not write, for a while or until further notice.

Discord's timeout ends by itself, but it holds in the whole server and lasts 28 days at most.
Where it would reach into another group's room, or must last longer, the person gets a permission
of their own in this channel; when that is over is kept under a hash, and looked at every hour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import discord
import structlog
from sqlmodel import col, select

from bot.actions import Address, Receipt, Restrict
from bot.errors import DeliveryError, Undeliverable
from bot.platforms.discord.addresses import number_of, person
from bot.platforms.discord.addresses import room as room_address
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.rooms import Room, Rooms
from bot.platforms.discord.tables import DiscordSync
from bot.store import groups
from bot.store.db import vault_of

log = structlog.get_logger(__name__)

LONGEST_TIMEOUT = timedelta(days=28)
WHY, WHY_OVER = "May read here, but not write", "May write here again"
MEMBER: Final = 1  # Discord's number for a permission that is a person's
KIND = "quiet"
_WRITING = discord.Permissions(
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    add_reactions=True,
).value


@dataclass(slots=True)
class Quiet:
    """Keeps people quiet, and lets them write again when it is over."""

    desk: Desk
    rooms: Rooms

    async def restrict(self, action: Restrict) -> Receipt:
        """Let somebody read but not write in one room."""
        room, user = self.rooms.of(action.to), number_of(action.who)
        if room is None:
            raise Undeliverable("the room is gone: the bot keeps none there")
        until, now = action.until, self.desk.clock.now()
        if until is None or until > now + LONGEST_TIMEOUT or await self._is_shared(room):
            await self._shut(action, room, user)
            return Receipt()
        async with self.desk.call(action.to, action.priority, counts=False):
            await self.desk.client.http.edit_member(
                room.guild, user, communication_disabled_until=until.isoformat(), reason=WHY
            )
        return Receipt()

    async def _is_shared(self, room: Room) -> bool:
        """Tell whether rooms of several groups are in this server."""
        async with self.desk.db.read() as db:
            found = [await groups.of_room(db, one.address) for one in self._beside(room)]
        return len({one[0].id for one in found if one}) > 1

    def _beside(self, room: Room) -> list[Room]:
        return self.rooms.in_guild(room.guild)

    async def _shut(self, action: Restrict, room: Room, user: int) -> None:
        """Take writing away from a person in a channel, and keep until when."""
        async with self.desk.call(action.to, action.priority, counts=False) as number:
            channel = await self.desk.client.fetch_channel(number)
            if not isinstance(channel, discord.abc.GuildChannel):
                raise Undeliverable("it is not a channel of a server")
            allow, deny = channel.overwrites_for(discord.Object(user)).pair()
            may = channel.guild.me.guild_permissions.value
            deny.value |= _WRITING & may
            allow.value &= ~deny.value
            await self.desk.client.http.edit_channel_permissions(
                number, user, str(allow.value), str(deny.value), MEMBER, reason=WHY
            )
        async with self.desk.db.write() as db:
            name = _name(room.channel, vault_of(db).lookup(KIND, action.who))
            until = action.until.isoformat() if action.until else ""
            now = self.desk.clock.now()
            await db.merge(DiscordSync(name=name, digest=until, updated_at=now))

    async def lift(self) -> None:
        """Let people write again whose time is over."""
        now = self.desk.clock.now()
        async with self.desk.db.read() as db:
            query = select(DiscordSync).where(col(DiscordSync.name).startswith(f"{KIND} "))
            rows = (await db.execute(query)).scalars().all()
        for row in rows:
            if row.digest and datetime.fromisoformat(row.digest) <= now:
                try:
                    await self._open(row)
                except DeliveryError as problem:  # the next look tries again
                    log.warning("somebody is still kept quiet", why=str(problem))

    async def _open(self, row: DiscordSync) -> None:
        channel_id = int(row.name.split()[1])
        address = room_address(channel_id)
        channel = self.desk.client.get_channel(channel_id)
        if isinstance(channel, discord.abc.GuildChannel):
            user = await self._who(channel, row.name)
            if user is not None:
                await self._give_back(address, channel, user)
        async with self.desk.db.write() as db:
            await db.delete(row)

    async def _who(self, channel: discord.abc.GuildChannel, name: str) -> int | None:
        """Return whom a row is about: nobody's number is kept, so each one there is hashed."""
        async with self.desk.db.read() as db:
            vault = vault_of(db)
            return next(
                (
                    target.id
                    for target in channel.overwrites
                    if _name(channel.id, vault.lookup(KIND, person(target.id))) == name
                ),
                None,
            )

    async def _give_back(self, room: Address, channel: discord.abc.GuildChannel, user: int) -> None:
        allow, deny = channel.overwrites_for(discord.Object(user)).pair()
        deny.value &= ~_WRITING
        http = self.desk.client.http
        async with self.desk.call(room, counts=False):
            if allow.value or deny.value:
                await http.edit_channel_permissions(
                    channel.id, user, str(allow.value), str(deny.value), MEMBER, reason=WHY_OVER
                )
            else:
                await http.delete_channel_permissions(channel.id, user, reason=WHY_OVER)


def _name(channel: int, lookup: str) -> str:
    return f"{KIND} {channel} {lookup}"
