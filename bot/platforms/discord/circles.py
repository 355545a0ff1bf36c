"""Circles: the groups that have rooms in one server, and what else is there."""

from dataclasses import dataclass, replace

import discord

from bot.platforms.discord.desk import Desk
from bot.platforms.discord.rooms import Room, Rooms
from bot.store import groups


@dataclass(frozen=True, slots=True)
class Circle:
    """A group in one server: its rooms, its team's channel (0 if none), and the team's roles.

    `hidden` are the channels of the server that its team cannot see.
    """

    id: str
    slug: str
    title: str
    rooms: frozenset[int] = frozenset()
    staff: int = 0
    roles: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()


async def found(desk: Desk, rooms: Rooms, guild: discord.Guild) -> list[Circle]:
    """Return the groups that have rooms in a server."""
    every: dict[str, Circle] = {}
    async with desk.db.read() as db:
        for room in sorted(rooms.in_guild(guild.id), key=lambda room: room.channel):
            bound = await groups.of_room(db, room.address)
            if bound is not None and guild.get_channel(room.channel) is not None:
                group = bound[0]
                so_far = every.get(group.id, Circle(group.id, group.slug, group.title))
                every[group.id] = _with(so_far, room, guild)
    return sorted(every.values(), key=lambda circle: circle.slug)


def channels(guild: discord.Guild) -> list[int]:
    """Return the channels of a server in which people could write."""
    return [one.id for one in guild.channels if not isinstance(one, discord.CategoryChannel)]


def _with(circle: Circle, room: Room, guild: discord.Guild) -> Circle:
    if not room.staff:
        return replace(circle, rooms=circle.rooms | {room.channel})
    role = guild.get_role(room.role) or guild.default_role
    hidden = [one.id for one in guild.channels if not one.permissions_for(role).view_channel]
    return replace(
        circle,
        staff=circle.staff or room.channel,
        roles=circle.roles | ({role.id} - {guild.default_role.id}),
        hidden=circle.hidden | (frozenset(hidden) & frozenset(channels(guild))),
    )
