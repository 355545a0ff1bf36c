"""A bot on the real library that answers as a test tells it to, in a clinic with two people."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord

from tests.platforms.discord_server import DiscordServer

Act = Callable[[discord.Interaction], Awaitable[object]]


class LittleBot(discord.Client):
    """It keeps what it heard; `acts` are what it does at commands and custom ids."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.01)
        self.heard: list[discord.Interaction] = []
        self.acts: dict[str, Act] = {}
        self.automod: list[discord.AutoModAction] = []
        self.up = asyncio.Event()

    async def on_ready(self) -> None:
        """Note that it is there."""
        self.up.set()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Do what the test wants at this command, button, menu or form."""
        self.heard.append(interaction)
        data: dict[str, Any] = dict(interaction.data or {})
        act = self.acts.get(data.get("name") or data["custom_id"])
        if act is not None:
            await act(interaction)

    async def on_automod_action(self, execution: discord.AutoModAction) -> None:
        """Keep what AutoMod did."""
        self.automod.append(execution)

    @property
    def last(self) -> discord.Interaction:
        """Return the newest interaction."""
        return self.heard[-1]

    @property
    def data(self) -> dict[str, Any]:
        """Return the raw data of the newest interaction."""
        return dict(self.last.data or {})


class Clinic:
    """A guild with Ana, who owns it, Ben and the bot; and a lobby."""

    def __init__(self, server: DiscordServer, bot: LittleBot) -> None:
        self.server = server
        self.bot = bot
        self.ana, self.ben = server.person("Ana"), server.person("Ben", locale="fr")
        self.guild = server.guild("Clinic", owner=self.ana)
        self.lobby = server.channel(self.guild, "lobby")
        server.join(self.guild, self.ben)

    async def offers(self, *commands: dict[str, Any], everywhere: bool = False) -> None:
        """Register commands, in the guild or everywhere."""
        app, http = self.server.application_id, self.bot.http
        described: list[Any] = [
            {"type": 1, "description": "What it does"} | one if one.get("type", 1) == 1 else one
            for one in commands
        ]
        if everywhere:
            await http.bulk_upsert_global_commands(app, described)
        else:
            await http.bulk_upsert_guild_commands(app, self.guild.id, described)


@asynccontextmanager
async def opened(server: DiscordServer) -> AsyncIterator[Clinic]:
    """Open the clinic with the bot connected, until the block ends."""
    async with LittleBot() as bot:
        await bot.login(server.token)
        clinic = Clinic(server, bot)
        connected = asyncio.create_task(bot.connect())
        try:
            async with asyncio.timeout(10):
                await bot.up.wait()
            await server.quiet()
            yield clinic
        finally:
            await bot.close()
            await asyncio.gather(connected, return_exceptions=True)
