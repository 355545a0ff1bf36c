"""A small bot on the real library, for the tests of the server itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import discord
from discord import app_commands

from tests.platforms.discord_server import DiscordServer


class Bot(discord.AutoShardedClient):
    """It notes what it hears and answers a handful of commands."""

    def __init__(self, server: DiscordServer, intents: discord.Intents, **more: Any) -> None:  # noqa: ANN401
        super().__init__(intents=intents, guild_ready_timeout=0.1, **more)
        self.server = server
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Interaction] = []
        self.messages: list[discord.Message] = []
        self.resumed = 0

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait: the server has no limit on identifying."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.append(interaction)

    async def on_message(self, message: discord.Message) -> None:
        self.messages.append(message)

    async def on_shard_resumed(self, _: int) -> None:
        self.resumed += 1


@asynccontextmanager
async def running(
    server: DiscordServer,
    *,
    intents: discord.Intents | None = None,
    **more: Any,  # noqa: ANN401
) -> AsyncIterator[Bot]:
    """Run a bot until the block ends."""
    bot = Bot(server, intents or discord.Intents.default(), **more)
    task = asyncio.create_task(bot.start(server.token))
    try:
        ready = asyncio.create_task(bot.wait_until_ready())
        await asyncio.wait({task, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield bot
    finally:
        await bot.close()
        task.cancel()
        with suppress(asyncio.CancelledError, discord.DiscordException):
            await task


async def until_heard(bot: Bot, count: int) -> None:
    """Wait until the bot has heard so many messages."""
    async with asyncio.timeout(10):
        while len(bot.messages) < count:
            await asyncio.sleep(0.01)
