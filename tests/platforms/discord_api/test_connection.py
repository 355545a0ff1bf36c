"""A connection to the gateway without a library: every byte of the protocol."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.platforms.discord_server import DiscordServer


class Raw:
    """A connection without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def hears(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        found: dict[str, Any] = json.loads(message.data)
        return found

    async def says(self, op: int, data: object) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def ends(self) -> int | None:
        while (await self.socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        return self.socket.close_code


@asynccontextmanager
async def raw(server: DiscordServer, query: str = "") -> AsyncIterator[Raw]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(server.gateway_url + query) as socket,
    ):
        yield Raw(socket)


def identity(server: DiscordServer, **more: object) -> dict[str, object]:
    return {"token": server.token, "intents": 1, "properties": {}} | more


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 1}}, 4004),
        ({"op": 2, "d": {"token": "%", "intents": "all"}}, 4013),
        ({"op": 2, "d": {"token": "%", "intents": 1 << 15}}, 4014),
        ({"op": 2, "d": {"token": "%", "intents": 1, "shard": [2, 2]}}, 4010),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
        ({"op": 8, "d": {"guild_id": 1}}, 4003),
        ({"op": 77, "d": {}}, 4001),
        ({"d": {}}, 4002),
    ],
)
async def test_what_is_not_understood_closes_with_its_code(
    server: DiscordServer, said: dict[str, object], code: int
) -> None:
    async with raw(server) as line:
        assert (await line.hears())["op"] == 10
        text = json.dumps(said).replace("%", server.token)
        await line.socket.send_str(text)
        assert await line.ends() == code


async def test_who_identifies_twice_is_closed(server: DiscordServer) -> None:
    async with raw(server) as line:
        await line.says(2, identity(server))
        await line.says(2, identity(server))
        assert await line.ends() == 4005


async def test_too_many_commands_close_with_4008(server: DiscordServer) -> None:
    async with raw(server) as line:
        for _ in range(121):
            await line.says(1, None)
        assert await line.ends() == 4008


async def test_an_unknown_session_is_invalid(server: DiscordServer) -> None:
    async with raw(server) as line:
        await line.hears()
        data = {"token": server.token, "session_id": "none", "seq": 3}
        await line.says(6, data)
        told = await line.hears()
        assert (told["op"], told["d"]) == (9, False)


async def test_a_resume_replays_exactly_what_is_missing(server: DiscordServer) -> None:
    guild = server.guild("Clinic")
    async with raw(server) as line:
        await line.hears()
        await line.says(2, identity(server))
        ready, created = await line.hears(), await line.hears()
        begun = [(one["t"], one["s"]) for one in (ready, created)]
        assert begun == [("READY", 1), ("GUILD_CREATE", 2)]
        session = ready["d"]["session_id"]
        await line.socket.close(code=4000)
    server.channel(guild, "lobby")
    async with raw(server) as line:
        await line.hears()
        data = {"token": server.token, "session_id": session, "seq": 2}
        await line.says(6, data)
        told = [await line.hears(), await line.hears()]
        assert [(one["t"], one["s"]) for one in told] == [("CHANNEL_CREATE", 3), ("RESUMED", 4)]


async def test_who_says_goodbye_has_no_session_any_more(server: DiscordServer) -> None:
    async with raw(server) as line:
        await line.says(2, identity(server))
        await line.hears()
        await line.socket.close(code=1000)
    async with asyncio.timeout(5):
        while server.gateway.sessions:
            await asyncio.sleep(0.01)
    assert server.gateway.identified == 1


async def test_a_compressed_connection_is_one_stream(server: DiscordServer) -> None:
    async with raw(server, "?compress=zlib-stream") as line:
        stream = zlib.decompressobj()
        hello = (await line.socket.receive(timeout=5)).data
        assert hello.endswith(b"\x00\x00\xff\xff")
        assert json.loads(stream.decompress(hello))["op"] == 10
        await line.says(1, None)
        beat = (await line.socket.receive(timeout=5)).data
        assert json.loads(stream.decompress(beat))["op"] == 11


@pytest.mark.parametrize("query", ["", "?compress=zlib-stream"])
async def test_a_heartbeat_is_acknowledged_before_anybody_identifies(
    server: DiscordServer, query: str
) -> None:
    async with raw(server, query) as line:
        await line.says(1, None)
        got = [await line.socket.receive(timeout=5) for _ in range(2)]
        kind = aiohttp.WSMsgType.BINARY if query else aiohttp.WSMsgType.TEXT
        assert {one.type for one in got} == {kind}


async def test_zstd_is_one_stream_too(server: DiscordServer) -> None:
    zstandard = pytest.importorskip("zstandard", reason="discord.py asks for zstd only with it")
    async with raw(server, "?compress=zstd-stream") as line:
        stream = zstandard.ZstdDecompressor().decompressobj()
        hello = stream.decompress((await line.socket.receive(timeout=5)).data)
        await line.says(1, None)
        beat = stream.decompress((await line.socket.receive(timeout=5)).data)
        assert [json.loads(one)["op"] for one in (hello, beat)] == [10, 11]


async def test_a_resume_takes_the_place_of_a_line_that_still_hangs(server: DiscordServer) -> None:
    async with raw(server) as old, raw(server) as new:
        await old.hears()
        await old.says(2, identity(server))
        ready = await old.hears()
        data = {"token": server.token, "session_id": ready["d"]["session_id"], "seq": 1}
        await new.hears()
        await new.says(6, data)
        assert (await new.hears())["t"] == "RESUMED"
        assert await old.ends() == 1006
        await new.says(6, data)
        assert await new.ends() == 4005


async def test_presence_is_taken_without_a_word(server: DiscordServer) -> None:
    async with raw(server) as line:
        await line.hears()
        await line.says(3, {"status": "online"})
        await line.says(1, None)
        assert (await line.hears())["op"] == 11
