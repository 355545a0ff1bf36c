"""Rate limits and mishaps, as the real library meets them."""

import asyncio
import time

import aiohttp
import discord
import pytest

from tests.platforms.discord_api.client import Bot, running
from tests.platforms.discord_server import DiscordServer

SENDING = "/channels/{channel_id}/messages"


async def room(server: DiscordServer, bot: Bot) -> discord.TextChannel:
    lobby = server.channel(server.guild("Clinic"), "lobby")
    async with asyncio.timeout(5):
        while (found := bot.get_channel(lobby.id)) is None:
            await asyncio.sleep(0.01)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_a_bucket_is_told_in_headers_and_the_library_keeps_to_it(
    server: DiscordServer,
) -> None:
    server.rates.on = True
    server.rates.set("POST", SENDING, 3, 0.4)
    async with running(server) as bot:
        lobby = await room(server, bot)
        started = time.monotonic()
        for number in range(7):
            await lobby.send(str(number))
        assert time.monotonic() - started > 0.6
        assert server.rates.refused == []


async def test_two_channels_have_a_bucket_each(server: DiscordServer) -> None:
    server.rates.on = True
    server.rates.set("POST", SENDING, 1, 0.5)
    async with running(server) as bot:
        one, other = await room(server, bot), await room(server, bot)
        await asyncio.wait_for(asyncio.gather(one.send("a"), other.send("b")), 5)
        assert {line.path for line in server.asked("POST", "messages")} == {
            f"/channels/{one.id}/messages",
            f"/channels/{other.id}/messages",
        }


async def test_who_does_not_read_the_headers_is_refused(server: DiscordServer) -> None:
    server.rates.on = True
    server.rates.set("GET", "/users/@me", 1, 5)
    headers = {"Authorization": f"Bot {server.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answers = [await session.get(server.api_url + "/users/@me") for _ in range(2)]
        told = await answers[1].json()
    assert [one.status for one in answers] == [200, 429]
    assert answers[0].headers["X-RateLimit-Remaining"] == "0"
    assert 4 < told["retry_after"] <= 5
    assert (told["global"], answers[1].headers["X-RateLimit-Scope"]) == (False, "user")


async def test_the_limit_over_everything_is_refused_and_waited_out(server: DiscordServer) -> None:
    server.rates.on = True
    server.rates.overall = (5, 0.5)
    server.rates.usual = (100, 1.0)
    server.rates.set("POST", SENDING, 100, 1.0)
    async with running(server) as bot:
        lobby = await room(server, bot)
        await asyncio.gather(*(lobby.send(str(number)) for number in range(12)))
        assert server.rates.refused
        assert server.invalid == len(server.rates.refused)
        assert len([one for one in server.asked("POST", "messages") if one.status == 200]) == 12


async def test_a_429_with_via_is_waited_out_and_one_without_is_not(server: DiscordServer) -> None:
    async with running(server) as bot:
        lobby = await room(server, bot)
        server.faults.next("POST", "/messages$", retry_after=0.2)
        await lobby.send("one")
        server.faults.next("POST", "/messages$", retry_after=0.2, is_global=True)
        await lobby.send("two")
        server.faults.next("POST", "/messages$", retry_after=0.2, via=False)
        with pytest.raises(discord.HTTPException):
            await lobby.send("three")
        statuses = [one.status for one in server.asked("POST", "/messages$")]
        assert statuses == [429, 200, 429, 200, 429]
        assert server.faults.left == 0


async def test_an_answer_that_is_lost_was_carried_out(server: DiscordServer) -> None:
    async with running(server) as bot:
        lobby = await room(server, bot)
        server.faults.next("POST", "/messages$", reset=True, done=True)
        with pytest.raises(aiohttp.ClientError):
            await lobby.send("one")
        server.faults.next("POST", "/messages$", reset=True)
        with pytest.raises(aiohttp.ClientError):
            await lobby.send("two")
        server.faults.next("*", status=503, hang=0.05, body={"message": "later", "code": 0})
        with pytest.raises(discord.DiscordServerError, match="later"):
            await lobby.send("three")
        server.faults.next("POST", "/messages$", status=404)
        server.faults.clear()
        assert [one.content async for one in lobby.history()] == ["one"]
        assert len(server.faults.happened) == 3


async def test_the_same_nonce_brings_back_the_first_message(server: DiscordServer) -> None:
    async with running(server) as bot:
        lobby = await room(server, bot)
        first, again = await lobby.send("one", nonce=7), await lobby.send("one", nonce=7)
        other = await lobby.send("one", nonce=8)
        assert first.id == again.id != other.id
        assert server.world.nonces[first.id] == "7"
        server.later(minutes=6)
        assert (await lobby.send("one", nonce=7)).id != first.id
        with pytest.raises(discord.HTTPException, match="nonce"):
            await lobby.send("one", nonce="x" * 26)
