"""Upkeep: what each server is looked through for: commands, filters, who can read the rooms."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from hashlib import sha256

import discord
import structlog

from bot.actions import Address
from bot.errors import DeliveryError
from bot.events import NOBODY, Standing
from bot.platforms import Receive
from bot.platforms.discord import addresses
from bot.platforms.discord.automod import AutoMod, News
from bot.platforms.discord.commands import Commands
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.members import Members
from bot.platforms.discord.rooms import Room, Rooms
from bot.platforms.discord.secure import Keeper

log = structlog.get_logger(__name__)

UNSAID = ("",)
LULL = 0.3  # seconds in which what follows one change is expected to have happened


@dataclass(slots=True)
class Upkeep:
    """Keeps every server as it should be, and tells the ring where it is not."""

    desk: Desk
    rooms: Rooms
    commands: Commands
    automod_rules: AutoMod
    keeper: Keeper
    members: Members
    receive: Receive
    _known: dict[Address, tuple[str, ...]] = field(default_factory=dict)
    _filters: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _soon: set[int] = field(default_factory=set)
    _undone: set[int] = field(default_factory=set)

    async def everything(self) -> None:
        """Look after the private talks' commands and every server that the bot is in."""
        await self._quietly(0, self.commands.sync(None))
        for guild in list(self.desk.client.guilds):
            await self.guild(guild)

    async def guild(self, guild: discord.Guild) -> None:
        """Look after one server."""
        await self.refreshed(guild.id)
        await self.members.look(guild)

    async def refreshed(self, guild: int) -> None:
        """Bring a server's commands and filter up to date, and look at every room in it."""
        self._undone.discard(guild)
        await self._quietly(guild, self.commands.sync(guild))
        await self.automod(guild)
        for room in self.rooms.in_guild(guild):
            await self._quietly(guild, self.room(room))

    async def unfinished(self) -> None:
        """Look again at the servers that could not be brought up to date."""
        for guild in list(self._undone):
            await (self.refreshed(guild) if guild else self.everything())

    async def automod(self, guild: int) -> None:
        """Bring the server's filter rules up to date, where rooms of ours are."""
        if self.rooms.in_guild(guild):
            await self._quietly(guild, self._automod(guild))

    async def _automod(self, guild: int) -> None:
        found = await self.automod_rules.sync(guild)
        self._filters[guild] = tuple(one for one in found if not isinstance(one, News))
        news = tuple(one for one in found if isinstance(one, News))
        for room in self._speaking(guild) if news else ():
            await self._tell(room.address, news, able=True)

    def _speaking(self, guild: int) -> list[Room]:
        """Return the rooms whose teams hear what concerns the whole server."""
        rooms = self.rooms.in_guild(guild)
        return [room for room in rooms if room.staff] or rooms[:1]

    async def room(self, room: Room) -> None:
        """Look whether a room is kept to those who are let in; tell the ring if that changed."""
        problems = tuple(await self.keeper.check(room))
        if room in self._speaking(room.guild):
            problems += self._filters.get(room.guild, ())
        known = self._known.get(room.address)
        self._known[room.address] = problems
        if problems == (known or ()):
            return
        # Of what was so before the start, the team hears once a day however often that is.
        mark = f"{self.desk.clock.now():%Y-%m-%d} {problems}" if known is None else ""
        await self._tell(room.address, problems, able=not problems, mark=mark)

    def asked(self, room: Address) -> None:
        """Note that somebody wants to hear how things stand with a room, changed or not."""
        if room in self._known:  # of a new room only what is wrong is worth saying
            self._known[room] = UNSAID

    async def tell(
        self, room: Address, problems: tuple[str, ...] = (), *, inside: bool = True
    ) -> None:
        """Tell the ring how things stand with a room."""
        self._known[room] = problems
        await self._tell(room, problems, inside=inside, able=inside and not problems)

    async def _tell(
        self,
        room: Address,
        problems: tuple[str, ...],
        *,
        able: bool,
        inside: bool = True,
        mark: str = "",
    ) -> None:
        now = self.desk.clock.now()
        moment = sha256(mark.encode()).hexdigest() if mark else now.timestamp()
        await self.receive(
            Standing(
                id=f"discord:{room}:standing:{moment}",
                at=now,
                chat=room,
                user=NOBODY,
                inside=inside,
                able=able,
                problems=problems,
            )
        )

    async def channel(self, channel: discord.abc.GuildChannel) -> None:
        """Look again at a server's rooms: a channel of it was changed, ours or one beside it."""
        await self._again(channel.guild.id)

    async def role(self, role: discord.Role) -> None:
        """Look again at the rooms of a server in which a role was changed."""
        await self._again(role.guild.id)

    async def _again(self, guild: int) -> None:
        """Look again at a server's rooms, once for all that changes in a short time."""
        if guild in self._soon or not self.rooms.in_guild(guild):
            return
        self._soon.add(guild)
        await asyncio.sleep(LULL)
        self._soon.discard(guild)
        for room in self.rooms.in_guild(guild):
            await self._quietly(guild, self.room(room))

    async def gone(self, channel: discord.abc.GuildChannel) -> None:
        """Tell the ring that a room was deleted."""
        room = addresses.room(channel.id)
        if self.rooms.of(room) is not None:
            await self.tell(room, inside=False)
        await self.automod(channel.guild.id)

    async def made(self, channel: discord.abc.GuildChannel) -> None:
        """Take in a new channel: the filter is for our rooms alone, and its role opens no other."""
        await self.automod(channel.guild.id)
        await self._again(channel.guild.id)

    async def lost(self, guild: discord.Guild) -> None:
        """Tell the ring that the bot was put out of a server, and so of its rooms there."""
        await self.commands.forget(guild.id)
        for room in self.rooms.in_guild(guild.id):
            await self.tell(room.address, inside=False)

    async def _quietly(self, guild: int, work: Awaitable[object]) -> None:
        """Do something in a server; if that fails, it is done again in a while."""
        try:
            await work
        except (DeliveryError, discord.DiscordException) as problem:
            self._undone.add(guild)
            log.warning("a server was not brought up to date", why=str(problem))
