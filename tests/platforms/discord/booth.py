"""A booth for tests of what is said on Discord: the real library and rows, and no ring.

async with booth(tmp_path) as here:
    answer = await here.ana.runs(here.room, "ask")     # `here.reacts` is told the token
    await here.says(Send(to=here.person, room=here.address, reply_token=here.token, text="x"))
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from simcord.backend.models import Channel

from bot.actions import Address, Receipt, Send, SendFile
from bot.budget import Budget, Limits
from bot.clock import SystemClock
from bot.platforms.discord import addresses
from bot.platforms.discord.client import Client, intents
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.reach import Reach
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.sending import Sender
from bot.settings import DatabaseSettings, Discord, Settings
from bot.store import vault
from bot.store.db import Database
from tests.platforms.discord_server import DiscordServer, Guild, Person, discord_server
from tests.world import KEY, empty_database

FAST = Limits(overall="10000/second", chat="10000/second", group="10000/second")
ASK = {"name": "ask", "description": "Ask something", "type": 1}

Reaction = Callable[[str], Awaitable[object]]


async def nothing(token: str) -> None:
    """Do nothing when an interaction comes."""


@dataclass
class Booth:
    """What says things on Discord, a guild with a room, and two people in it."""

    server: DiscordServer
    desk: Desk
    guild: Guild
    channel: Channel
    ana: Person
    ben: Person
    reacts: Reaction = nothing
    heard: list[discord.Interaction] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    woken: int = 0
    _tasks: set["asyncio.Task[Any]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.restarts()

    def restarts(self) -> None:
        """Forget what is kept in memory, as a program does that is started again."""
        self.replies = Replies(self.desk)
        self.reach = Reach(self.desk, self.replies)
        self.sender = Sender(self.desk, self.replies, self.reach)
        self.desk.wake = self._wake

    def _wake(self) -> None:
        self.woken += 1

    def hears(self, event: str, args: tuple[Any, ...]) -> None:
        """Take what the gateway tells."""
        if event == "interaction":
            self.heard.append(args[0])
            self.tokens.append(self.replies.open(args[0]))
            task = asyncio.create_task(self._react(self.tokens[-1]))
            self._tasks.add(task)

    async def _react(self, token: str) -> None:
        await self.reacts(token)

    async def ended(self) -> None:
        """Wait until every reaction has ended, and raise what one raised."""
        await asyncio.gather(*self._tasks)
        self._tasks.clear()

    @property
    def token(self) -> str:
        return self.tokens[-1]

    @property
    def room(self) -> Address:
        return addresses.room(self.channel.id)

    @property
    def person(self) -> Address:
        return addresses.person(self.ana.id)

    async def says(self, action: Send | SendFile) -> Receipt:
        return await self.sender.say(action)

    def whisper(self, text: str, key: str = "k", *, token: str | None = None) -> Send:
        """Return words for Ana's eyes only, in answer to the newest interaction."""
        answers = self.token if token is None else token
        return Send(to=self.person, room=self.room, key=key, text=text, reply_token=answers)

    def aloud(self, text: str, key: str = "k") -> Send:
        """Return words for the room, in answer to the newest interaction."""
        return Send(to=self.room, key=key, text=text, reply_token=self.token)

    def lines(self) -> list[tuple[str, bool]]:
        """Return what Ana sees of the bot in the room, and whether only she does."""
        seen = [one for one in self.ana.sees(self.channel) if one.by_bot]
        return [("…" if one.loading else one.words, one.ephemeral) for one in seen]


async def _connected(client: discord.Client, token: str, guild: int) -> "asyncio.Task[None]":
    await client.login(token)
    running = asyncio.create_task(client.connect())
    async with asyncio.timeout(10):  # discord.py calls itself ready two seconds later
        while client.get_guild(guild) is None:
            await asyncio.sleep(0.01)
    return running


@asynccontextmanager
async def booth(folder: Path, limits: Limits = FAST) -> AsyncIterator[Booth]:
    """Open the booth until the block ends; what is asked of Discord must keep to its schema."""
    async with discord_server() as server:
        owner, ana, ben = server.person("Olga"), server.person("Ana"), server.person("Ben")
        guild = server.guild("Clinic", owner=owner)
        for one in (ana, ben):
            server.join(guild, one)
        channel = server.channel(guild, "room")
        settings = Settings(
            database=DatabaseSettings(path=folder / "db" / "roundtable.db"),
            discord=Discord(
                token=server.token, api_url=server.api_url, gateway_url=server.gateway_url
            ),
        )
        empty_database(settings.database.path)
        db = Database(settings.database.path, vault.from_text(KEY))
        ears: list[Booth] = []
        client = Client(
            settings.discord,
            lambda event, args: ears[0].hears(event, args) if ears else None,
            intents(settings.discord, members=True),
        )
        desk = Desk(client, Budget(limits), db, SystemClock(), settings)
        running = await _connected(client, server.token, guild.id)
        here = Booth(server, desk, guild, channel, ana, ben)
        ears.append(here)
        app = client.application_id or 0
        await client.http.bulk_upsert_guild_commands(app, guild.id, [ASK])
        await client.http.bulk_upsert_global_commands(app, [ASK])
        try:
            yield here
            await here.ended()
        finally:
            await here.replies.close()
            await client.close()
            await asyncio.gather(running, return_exceptions=True)
            await db.close()
        assert server.violations == []
