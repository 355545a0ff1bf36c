"""The server, with the real library led to it."""

from collections.abc import AsyncIterator

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.platforms.discord_api.client import running
from tests.platforms.discord_api.house import House
from tests.platforms.discord_server import DiscordServer, discord_server


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with discord_server() as running:
        monkeypatch.setattr(Route, "BASE", running.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.gateway_url))
        yield running


@pytest.fixture
async def house(server: DiscordServer) -> AsyncIterator[House]:
    ana, ben = server.person("Ana"), server.person("Ben")
    made = server.guild("Clinic", owner=ana)
    server.join(made, ben)
    intents = discord.Intents.default()
    intents.members = True
    async with running(server, intents=intents) as bot:
        yield House(server, bot, ana, ben, made)
        assert server.violations == []
