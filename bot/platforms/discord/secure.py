"""Secure: a channel is kept to the people who are let in, and looked at again whenever it changes.

Each group has a role for its rooms in a server, and one for its team. Their names say nothing of
the group: everybody in a server can see who has which role. Other groups' roles open nothing here.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import discord
import structlog

from bot.actions import Address, Receipt, Secure
from bot.errors import Undeliverable
from bot.platforms.discord import leaks, openings, permissions, scene
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.rooms import Room, Rooms
from bot.platforms.discord.scene import Channel, Scene

log = structlog.get_logger(__name__)

WHY = "Only people with an invite may be in this room"
_ENTER = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    use_application_commands=True,
    embed_links=True,
    attach_files=True,
).value
_TIDY = discord.Permissions(manage_messages=True, pin_messages=True).value
# An invite shows a room's name to anybody who has its link; apps of members' own read along; in
# private threads of their own people could be talked to where nobody looks after them.
_NOT_FOR_MEMBERS = discord.Permissions(
    create_instant_invite=True, use_external_apps=True, create_private_threads=True
).value
_VIEW = discord.Permissions(view_channel=True).value

GONE = "The channel of a room is gone, or I cannot see it any more. Please add me to it again."


@dataclass(frozen=True, slots=True)
class _Rule:
    """What somebody may and may not do in a channel."""

    target: discord.Role | discord.Member
    allow: int
    deny: int = 0


@dataclass(slots=True)
class Keeper:
    """Keeps rooms to those who are let in; nobody looks while something is being set."""

    desk: Desk
    rooms: Rooms
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _refused: dict[Address, str] = field(default_factory=dict)

    async def secure(self, action: Secure) -> tuple[Receipt, list[str]]:
        """Make a room safe and return what is still wrong, in sentences for its team."""
        async with self._one:
            link = await self._tried(action)
            room = self.rooms.of(action.to)
            return Receipt(link=link), await self._look(room) if room else [GONE]

    async def check(self, room: Room) -> list[str]:
        """Return what is wrong with who can read a room; nothing if all is well."""
        async with self._one:
            return await self._look(room)

    async def _tried(self, action: Secure) -> str:
        """Make a room safe as far as Discord lets the bot; return the link to it."""
        await self._note(action)
        try:
            seen = await scene.look(self.desk, self.rooms, action.to)
            await self._make_safe(seen)
        except Undeliverable as why:
            log.warning("room not secured", why=str(why))
            self._refused[action.to] = str(why)
            return ""
        self._refused.pop(action.to, None)
        return seen.channel.jump_url

    async def _look(self, room: Room) -> list[str]:
        try:
            seen = await scene.look(self.desk, self.rooms, room.address)
        except Undeliverable:
            return [GONE]
        first = min((one.channel for one in self.rooms.in_guild(room.guild)), default=room.channel)
        problems = leaks.found(seen) + openings.found(seen, server=first == room.channel)
        refused = self._refused.get(room.address)
        if refused and not problems:
            return [f"I could not set who can see {seen.name}: {refused}."]
        return problems

    async def _note(self, action: Secure) -> None:
        """Write down that a room is ours before anything is tried, so that it is looked after."""
        known = self.desk.client.get_channel(number_of(action.to))
        if self.rooms.of(action.to) is None and isinstance(known, Channel):
            await self.rooms.keep(Room(action.to, known.guild.id, staff=action.staff))

    async def _make_safe(self, seen: Scene) -> None:
        role = await self._role(seen)
        now = self.desk.clock.now()
        await self.rooms.keep(replace(seen.room, role=role.id))
        seen = await scene.look(self.desk, self.rooms, seen.room.address)
        for rule in _rules(seen):
            await self._set(seen.channel, rule)
        await self.rooms.keep(replace(seen.room, secured_at=now))
        if seen.room.staff:
            await self._let_tidy(seen, role)

    async def _role(self, seen: Scene) -> discord.Role:
        """Return the role of the room: its own, its sister room's, or a new one."""
        sisters = [one.role for one in seen.kin if one.staff == seen.room.staff]
        for number in (seen.room.role, *sisters):
            if (role := seen.role(number)) is not None:
                return role
        name = f"{'Team' if seen.room.staff else 'Members'} {seen.room.channel % 1_000_000:06}"
        taken = {one.role for one in self.rooms.in_guild(seen.guild.id)}
        for role in seen.roles:  # a first try may have made it and not have heard of it
            if role.name == name and role.id not in taken and not role.managed:
                return role
        bits = (
            discord.Permissions(permissions.STAFF_BIT)
            if seen.room.staff
            else discord.Permissions.none()
        )
        async with self.desk.call(seen.room.address, counts=False):
            return await seen.guild.create_role(
                name=name, permissions=bits, mentionable=False, reason=WHY
            )

    async def _let_tidy(self, seen: Scene, team: discord.Role) -> None:
        """Let the team into the group's other rooms, where it may take out messages."""
        for room in seen.kin:
            channel = next((one for one in seen.channels if one.id == room.channel), None)
            if channel is not None and not room.staff:
                await self._set(channel, _Rule(team, (_ENTER | _TIDY) & _may(seen)))

    async def _set(self, channel: Channel, rule: _Rule) -> None:
        """Set what somebody may do in a channel, if it is not so already."""
        allow, deny = (one.value for one in channel.overwrites_for(rule.target).pair())
        wanted = (allow | rule.allow) & ~rule.deny, (deny & ~rule.allow) | rule.deny
        if wanted == (allow, deny):
            return
        pair = discord.PermissionOverwrite.from_pair(*map(discord.Permissions, wanted))
        async with self.desk.call(Address(f"discord:{channel.id}"), counts=False):
            await channel.set_permissions(rule.target, overwrite=pair, reason=WHY)


def _rules(seen: Scene) -> Iterator[_Rule]:
    """Return who may do what, in the order in which it is set: the bot never locks itself out."""
    may = _may(seen)
    yield _Rule(seen.me, permissions.IN_ROOM & may)
    if seen.own is not None:
        not_for = 0 if seen.room.staff else _NOT_FOR_MEMBERS & may
        tidy = _TIDY if seen.room.staff else 0
        yield _Rule(seen.own, (_ENTER | tidy) & may, not_for)
    for number in seen.keys - {seen.room.role}:
        if (team := seen.role(number)) is not None:
            yield _Rule(team, (_ENTER | _TIDY) & may)
    yield _Rule(seen.everyone, 0, _VIEW)


def _may(seen: Scene) -> int:
    """Return what the bot may hand on: Discord lets nobody give or take what they lack."""
    return seen.me.guild_permissions.value
