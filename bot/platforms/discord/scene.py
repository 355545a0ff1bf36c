"""A scene: a room as it stands on Discord at this moment, with all that can open it to others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot import text
from bot.actions import Address, platform_of
from bot.errors import RetryLater, Undeliverable
from bot.platforms.discord.addresses import NAME, number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.rooms import Room, Rooms
from bot.store import groups, people
from bot.store.people import Role

NOT_YET = 1.0

Channel = discord.abc.GuildChannel


@dataclass(frozen=True, slots=True)
class Scene:
    """One room, the server around it, and who of it belongs there.

    `keys` are the roles that may open it: its own, and for a group's room that of its team.
    `kin` are the rooms of the same group in this server, `bound` all channels that are rooms.
    `team` are the people of the group's team.
    """

    room: Room
    channel: Channel
    channels: Sequence[Channel]
    roles: Sequence[discord.Role]
    me: discord.Member
    keys: frozenset[int]
    kin: Sequence[Room]
    bound: frozenset[int]
    team: frozenset[int]

    @property
    def guild(self) -> discord.Guild:
        """Return the server."""
        return self.channel.guild

    @property
    def name(self) -> str:
        """Return what the room is called, as Markdown."""
        return called(self.channel)

    @property
    def everyone(self) -> discord.Role:
        """Return the role that everybody in the server has."""
        return next(role for role in self.roles if role.id == self.guild.id)

    def role(self, number: int) -> discord.Role | None:
        """Return a role by its number; None if it is gone."""
        return next((role for role in self.roles if role.id == number), None)

    def is_mine(self, role: discord.Role) -> bool:
        """Tell whether a role is the one that Discord made for the bot itself."""
        return role.managed and role in self.me.roles

    @property
    def own(self) -> discord.Role | None:
        """Return the role that lets people into this room; None if there is none."""
        return self.role(self.room.role)


def called(channel: Channel) -> str:
    """Return a channel's name as Markdown."""
    return text.literal(f"#{channel.name}")


async def look(desk: Desk, rooms: Rooms, address: Address) -> Scene:
    """Look at a room; raises Undeliverable if there is no such channel, or none for the bot."""
    async with desk.call(address, counts=False) as number:
        channel = await desk.client.fetch_channel(number)
        if not isinstance(channel, Channel):
            raise Undeliverable("it is not a channel of a server")
        me = channel.guild.me
        if me is None:
            raise RetryLater(NOT_YET, "the server has not been told of yet")
        roles = await channel.guild.fetch_roles()
        channels = await channel.guild.fetch_channels()
    async with desk.db.read() as db:
        found = await groups.of_room(db, address)
        if found is None:
            raise Undeliverable("the room is gone: it belongs to no group")
        staff = found[1].purpose == groups.STAFF
        kin = await _kin(db, rooms, found[0].id, channel.guild.id)
        room = replace(rooms.of(address) or Room(address, channel.guild.id), staff=staff)
        keys = {room.role} if staff else {room.role, *(one.role for one in kin if one.staff)}
        return Scene(
            room=room,
            channel=channel,
            channels=channels,
            roles=roles,
            me=me,
            keys=frozenset(keys - {0}),
            kin=kin,
            bound=await _bound(db),
            team=await _team(db, found[0].id),
        )


async def _kin(db: AsyncSession, rooms: Rooms, group_id: str, guild: int) -> list[Room]:
    """Return the group's rooms in this server that the bot keeps."""
    found = [rooms.of(address) for address in await groups.rooms(db, group_id)]
    return [room for room in found if room is not None and room.guild == guild]


async def _bound(db: AsyncSession) -> frozenset[int]:
    """Return every channel on Discord that is a room of some group."""
    query = select(groups.Room.address).where(col(groups.Room.platform) == NAME)
    return frozenset(number_of(Address(one)) for one in (await db.execute(query)).scalars())


async def _team(db: AsyncSession, group_id: str) -> frozenset[int]:
    """Return the accounts on Discord of the group's team."""
    staff = [role for role in Role if role.is_staff]
    accounts: set[int] = set()
    for person, _ in await people.members(db, group_id, staff):
        here = await people.addresses(db, person.id)
        accounts |= {number_of(one) for one in here if platform_of(one) == NAME}
    return frozenset(accounts)
