"""The gateway with the real library at it: what breaks, and how it heals."""

import asyncio
import random

import discord
import pytest

from tests.platforms.discord_api.client import running, until_heard
from tests.platforms.discord_api.house import clinic
from tests.platforms.discord_server import DiscordServer

BREAKS = ["drop", "reset", "reconnect", "resumable"]


def cause(server: DiscordServer, how: str) -> None:
    gateway = server.gateway
    {
        "drop": gateway.drop,
        "reset": gateway.reset,
        "reconnect": gateway.reconnect,
        "resumable": lambda: gateway.invalidate(resumable=True),
    }[how]()


@pytest.mark.parametrize("how", BREAKS)
async def test_what_is_said_while_the_line_is_down_comes_with_the_resume(
    server: DiscordServer, how: str
) -> None:
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    async with running(server) as bot:
        ana.says(lobby, "one")
        await until_heard(bot, 1)
        cause(server, how)
        ana.says(lobby, "two")
        ana.says(lobby, "three")
        await until_heard(bot, 3)
        assert [one.id for one in bot.messages] == [one.id for one in ana.sees(lobby)]
        assert bot.resumed == 1
        assert (server.gateway.identified, server.gateway.resumed) == (1, 1)


@pytest.mark.parametrize("how", ["4007", "4009", "invalid"])
async def test_a_session_that_cannot_be_resumed_begins_anew(
    server: DiscordServer, how: str
) -> None:
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    async with running(server) as bot:
        if how == "invalid":
            server.gateway.invalidate()
        else:
            server.gateway.drop(int(how))
        ana.says(lobby, "nobody hears this")
        async with asyncio.timeout(10):
            while server.gateway.identified < 2:
                await asyncio.sleep(0.01)
        ana.says(lobby, "hello again")
        await until_heard(bot, 1)
        assert len(bot.messages) == 1


async def test_silence_is_noticed_and_nothing_is_lost(server: DiscordServer) -> None:
    server.gateway.heartbeat = 0.2
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    async with running(server, heartbeat_timeout=0.6) as bot:
        server.gateway.silence(60)
        ana.says(lobby, "one")
        await until_heard(bot, 1)
        assert bot.resumed == 1


async def test_silence_ends_by_itself_too(server: DiscordServer) -> None:
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    async with running(server) as bot:
        server.gateway.silence(0.2)
        ana.says(lobby, "one")
        await asyncio.sleep(0.1)
        assert not bot.messages
        await until_heard(bot, 1)
        assert bot.resumed == 0


async def test_each_shard_hears_its_own_guilds(server: DiscordServer) -> None:
    server.world.shards = 3
    guilds = [server.guild(f"Clinic {number}") for number in range(6)]
    async with running(server) as bot:
        await server.connected(shards=3)
        assert {one.id for one in bot.guilds} == {one.id for one in guilds}
        assert all(one.shard_id == (one.id >> 22) % 3 for one in bot.guilds)
        server.gateway.drop(shard=1)
        async with asyncio.timeout(10):
            while server.gateway.resumed < 1:
                await asyncio.sleep(0.01)
        assert server.gateway.identified == 3


async def test_intents_that_are_switched_off_close_with_4014(server: DiscordServer) -> None:
    intents = discord.Intents.default()
    intents.message_content = True
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(server, intents=intents):
            raise AssertionError


async def test_a_wrong_token_does_not_log_in(server: DiscordServer) -> None:
    server.world.token = "another"
    with pytest.raises(discord.LoginFailure):
        async with running(server):
            raise AssertionError


async def test_however_often_the_line_breaks_each_word_is_heard_once(
    server: DiscordServer,
) -> None:
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    chance = random.Random(7)
    async with running(server) as bot:
        for number in range(60):
            ana.says(lobby, str(number))
            if number % 3 == 0:
                cause(server, chance.choice(BREAKS))
            await asyncio.sleep(chance.random() * 0.02)
        await until_heard(bot, 60)
        assert [one.id for one in bot.messages] == [one.id for one in ana.sees(lobby)]
        assert server.gateway.identified == 1
