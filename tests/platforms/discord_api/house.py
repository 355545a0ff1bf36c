"""A guild with the bot in it, where the tests of the routes take place."""

from dataclasses import dataclass
from typing import Any

import discord
import pytest

from tests.platforms.discord_api.client import Bot
from tests.platforms.discord_server import DiscordServer, Guild, Person


@dataclass
class House:
    """Ana owns the guild, Ben is a member of it."""

    server: DiscordServer
    bot: Bot
    ana: Person
    ben: Person
    made: Guild

    @property
    def guild(self) -> discord.Guild:
        return self.bot.guilds[0]

    async def lobby(self) -> discord.TextChannel:
        return await self.guild.create_text_channel("lobby")

    async def asks(self, method: str, path: str, json: object = None) -> Any:  # noqa: ANN401
        """Send a request that the library has no method for."""
        more: dict[str, Any] = {} if json is None else {"json": json}
        return await self.bot.http.request(discord.http.Route(method, path), **more)


def code(raised: pytest.ExceptionInfo[discord.HTTPException]) -> int:
    """Return Discord's own number of an error."""
    return raised.value.code


def clinic(server: DiscordServer) -> tuple[Guild, Person]:
    """Make a guild and its owner."""
    ana = server.person("Ana")
    return server.guild("Clinic", owner=ana), ana
