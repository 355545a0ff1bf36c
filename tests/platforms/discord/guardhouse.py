"""A server to filter: the AutoMod of ours on a Discord on sockets, and nothing else of the bot.

There are a circle and a lobby, a room of the team that only the team sees, and Ana and Dr. Okafor.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from simcord.backend.models import AutoModRule, Channel, Role

from bot.budget import Budget, Limits
from bot.clock import SystemClock
from bot.events import Flagged
from bot.platforms.discord import addresses
from bot.platforms.discord.automod import AutoMod
from bot.platforms.discord.client import Client, intents
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.rooms import Room, Rooms
from bot.safety.watched import WATCHED
from bot.settings import Discord, Settings
from bot.store import audit, groups, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF, Group
from tests.platforms.discord_server import DiscordServer, Guild, Person, discord_server
from tests.world import KEY, START, empty_database

FAST = Limits(overall="10000/second", chat="10000/second", group="10000/second")
VIEW = discord.Permissions(view_channel=True).value
PATIENCE = 10


@dataclass
class Guardhouse:
    """The filter, the server that it looks after, and what was heard."""

    server: DiscordServer
    db: Database
    guild: Guild
    content_mode: bool = False
    desk: Desk = field(init=False)
    rooms: Rooms = field(init=False)
    automod: AutoMod = field(init=False)
    lobby: Channel = field(init=False)
    circle: Channel = field(init=False)
    team: Channel = field(init=False)
    staff: Role = field(init=False)
    ana: Person = field(init=False)
    okafor: Person = field(init=False)
    found: list[discord.AutoModAction] = field(default_factory=list)
    changes: list[discord.AutoModRule] = field(default_factory=list)

    @property
    def rules(self) -> dict[str, AutoModRule]:
        """Return the server's rules by name."""
        return {rule.name: rule for rule in self.guild.made.auto_mod_rules.values()}

    async def group(self, slug: str, *rooms: Channel, staff: Channel | None = None) -> None:
        """Add a group with its rooms and perhaps a room of its team."""
        bound = [(channel, GROUP) for channel in rooms] + ([(staff, STAFF)] if staff else [])
        async with self.db.write() as db:
            db.add(
                Group(id=slug, slug=slug, title=f"{slug} circle", condition=slug, created_at=START)
            )
            await db.flush()
            for channel, purpose in bound:
                await groups.add_room(db, slug, addresses.room(channel.id), purpose, START)
        for channel, purpose in bound:
            role = self.staff.id if purpose == STAFF else 0
            address = addresses.room(channel.id)
            await self.rooms.keep(Room(address, self.guild.id, role, staff=purpose == STAFF))

    def hidden(self, name: str) -> Channel:
        """Make a channel that nobody but the bot sees."""
        channel = self.server.channel(self.guild, name)
        self.server.overwrite(channel, self.guild.roles["@everyone"], deny=VIEW)
        return channel

    async def sync(self) -> list[str]:
        """Bring the rules up to date once the client has heard of everything."""
        await self.server.quiet()
        return await self.automod.sync(self.guild.id)

    async def flagged(self) -> list[Flagged | None]:
        """Return what the ring would be told of what was found so far."""
        await self.server.quiet()
        found, self.found[:] = list(self.found), []
        return [await self.automod.flagged(one) for one in found]

    async def notes(self) -> list[str]:
        """Return the audit log."""
        async with self.db.read() as db:
            return [f"{one.group_id} {one.action}" for one in await audit.every(db)]

    def restarts(self) -> None:
        """Forget everything that is in memory only."""
        self.automod = AutoMod(self.desk, self.rooms, WATCHED)

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "automod_action":
            self.found.append(args[0])
        if event.startswith("automod_rule_"):
            self.changes.append(args[0])


async def furnish(here: Guardhouse) -> None:
    server, guild = here.server, here.guild
    here.ana, here.okafor = server.person("Ana"), server.person("Okafor")
    here.lobby = server.channel(guild, "lobby")
    here.circle = server.channel(guild, "circle")
    here.staff = server.role(guild, "Team")
    here.team = here.hidden("team")
    server.overwrite(here.team, here.staff, allow=VIEW)
    server.join(guild, here.ana)
    server.join(guild, here.okafor, roles=[here.staff])


@asynccontextmanager
async def guardhouse(
    folder: Path,
    *,
    content_mode: bool = False,
    **more: Any,  # noqa: ANN401
) -> AsyncIterator[Guardhouse]:
    """Run the filter until the block ends; what it asks of Discord must keep to its schema."""
    path = folder / "db" / "roundtable.db"
    empty_database(path)
    db = Database(path, vault.from_text(KEY))
    async with discord_server() as server:
        server.flags(message_content=content_mode)
        here = Guardhouse(server, db, server.guild("The clinic", **more), content_mode)
        settings = Settings(
            discord=Discord(
                token=server.token,
                api_url=server.api_url,
                gateway_url=server.gateway_url,
                content_mode=content_mode,
            )
        )
        client = Client(settings.discord, here.heard, intents(settings.discord, members=True))
        here.desk = Desk(client, Budget(FAST), db, SystemClock(), settings)
        here.rooms = Rooms(here.desk)
        await furnish(here)
        here.restarts()
        await client.login(server.token)
        running = asyncio.create_task(client.connect())
        try:
            async with asyncio.timeout(PATIENCE):
                while client.get_guild(here.guild.id) is None:
                    await asyncio.sleep(0.01)
            yield here
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)
            await db.close()
        assert server.violations == []
