"""A server on Discord with two rooms of one group in it, and the parts that keep them.

    async with premises(tmp_path) as here:
        problems = await here.secures(here.circle)

The real client on a real socket, the real rows; the platform around the parts is left out.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from simcord.backend import models

from bot.actions import Address, Secure
from bot.budget import Budget, Limits
from bot.clock import SystemClock
from bot.platforms.discord import addresses
from bot.platforms.discord.asides import Asides
from bot.platforms.discord.client import Client, intents
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.gates import Gates
from bot.platforms.discord.grants import Grants
from bot.platforms.discord.occasions import Occasions
from bot.platforms.discord.reach import Reach
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.rooms import Room, Rooms
from bot.platforms.discord.secure import Keeper
from bot.platforms.discord.sending import Sender
from bot.safety import consent
from bot.settings import Discord, Settings
from bot.store import groups, people, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role
from tests.platforms.discord_server import (
    USUAL_PERMISSIONS,
    DiscordServer,
    Guild,
    Person,
    discord_server,
)
from tests.world import KEY, ZONE, empty_database

FAST = Limits(overall="10000/second", chat="10000/second", group="10000/second")
Channel = models.Channel


@dataclass
class Premises:
    """The server, its channels, its owner of the team, and the parts that look after it."""

    server: DiscordServer
    owner: Person
    guild: Guild
    lobby: Channel
    circle: Channel
    team: Channel
    desk: Desk
    rooms: Rooms

    def __post_init__(self) -> None:
        replies = Replies(self.desk)
        self.sender = Sender(self.desk, replies, Reach(self.desk, replies))
        self.keeper = Keeper(self.desk, self.rooms)
        self.grants = Grants(self.desk)
        self.gates = Gates(self.desk, self.rooms, self.grants)
        self.asides = Asides(self.desk, self.rooms, self.sender)
        self.occasions = Occasions(self.desk, self.rooms, self.sender)

    @property
    def room(self) -> Address:
        return addresses.room(self.circle.id)

    @property
    def staff_room(self) -> Address:
        return addresses.room(self.team.id)

    async def person(
        self, name: str, role: Role | None = None, group: str = "g1", *, inside: bool = True
    ) -> Person:
        """Make somebody on Discord; with a role, somebody with a place in the group."""
        made = self.server.person(name)
        if role is not None:
            await self.belongs(made, role, group)
        if inside:
            self.server.join(self.guild, made)
        return made

    async def belongs(self, made: Person, role: Role, group: str = "g1") -> None:
        """Give somebody a place in the group."""
        now = self.desk.clock.now()
        async with self.desk.db.write() as db:
            known = await people.create(db, made.name, now)
            await people.connect(db, known.id, addresses.person(made.id), now)
            await people.admit(db, known.id, group, role, consent.VERSION, now)

    async def binds(self, channel: Channel, purpose: str = GROUP, group: str = "g1") -> None:
        """Make a channel a room of a group."""
        now = self.desk.clock.now()
        async with self.desk.db.write() as db:
            if await db.get(Group, group) is None:
                db.add(
                    Group(
                        id=group, slug=f"slug-{group}", title=f"Group {group}",
                        condition="crohns", timezone=ZONE, created_at=now,
                    )
                )  # fmt: skip
                await db.flush()
            await groups.add_room(db, group, addresses.room(channel.id), purpose, now)

    async def secures(self, channel: Channel, *, staff: bool = False) -> list[str]:
        """Make a room safe, and return what is wrong all the same."""
        to = addresses.room(channel.id)
        await self.server.quiet()
        _, problems = await self.keeper.secure(Secure(to=to, title="Circle", staff=staff))
        await self.server.quiet()
        return problems

    async def checks(self, channel: Channel) -> list[str]:
        """Look at a room again."""
        await self.server.quiet()
        return await self.keeper.check(self.of(channel))

    def of(self, channel: Channel) -> Room:
        room = self.rooms.of(addresses.room(channel.id))
        assert room is not None
        return room

    def role(self, channel: Channel) -> models.Role:
        """Return the role that opens a room."""
        return self.guild.made.roles[self.of(channel).role]

    def overwrite(self, channel: Channel, target: int) -> models.Overwrite:
        """Return what somebody may and may not do in a channel by its own permissions."""
        return next(one for one in channel.overwrites if one.target_id == target)

    def sees(self, person: Person, channel: Channel) -> bool:
        """Tell whether somebody can see a channel, as Discord works it out."""
        return channel.name in person.channels(self.guild)


@asynccontextmanager
async def premises(
    folder: Path,
    *,
    permissions: int = USUAL_PERMISSIONS,
    before: Callable[[DiscordServer, Guild], object] = lambda _server, _guild: None,
) -> AsyncIterator[Premises]:
    """Run a server and the bot's client until the block ends; the rooms are bound, not secured."""
    async with discord_server() as server:
        owner = server.person("Olga")
        guild = server.guild("The clinic", owner=owner, permissions=permissions)
        lobby, circle, team = (server.channel(guild, name) for name in ("lobby", "circle", "team"))
        before(server, guild)
        path = folder / "db" / "roundtable.db"
        empty_database(path)
        db = Database(path, vault.from_text(KEY))
        discord = Discord(
            token=server.token, api_url=server.api_url, gateway_url=server.gateway_url,
            application_id=str(server.application_id),
        )  # fmt: skip
        client = Client(discord, lambda _event, _args: None, intents(discord, members=True))
        desk = Desk(client, Budget(FAST), db, SystemClock(), Settings(discord=discord))
        here = Premises(server, owner, guild, lobby, circle, team, desk, Rooms(desk))
        task = asyncio.create_task(client.start(server.token))
        await server.connected()
        async with asyncio.timeout(10):  # discord.py itself waits for guilds that may yet come
            while (known := client.get_guild(guild.id)) is None or not known.chunked:
                await asyncio.sleep(0.01)
        for channel, purpose in ((here.circle, GROUP), (here.team, STAFF)):
            await here.binds(channel, purpose)
        await here.belongs(owner, Role.OWNER)
        try:
            yield here
        finally:
            await client.close()
            await asyncio.gather(task, return_exceptions=True)
            await db.close()
        assert server.violations == []
