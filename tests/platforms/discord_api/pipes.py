"""One connection to the gateway: what is sent, in order, compressed as the client asked."""

import asyncio
import importlib
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

Squeeze = Callable[[bytes], bytes]


def packed(data: Any) -> bytes:  # noqa: ANN401
    """Return JSON as short as it gets."""
    return json.dumps(data, separators=(",", ":")).encode()


def squeezer(name: str) -> Squeeze | None:
    """Return what compresses a whole connection as one stream; None is plain text."""
    if name == "zlib-stream":
        stream = zlib.compressobj(1)
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    if name == "zstd-stream":  # discord.py asks for it where the package zstandard is installed
        zstandard = importlib.import_module("zstandard")
        squeezing = zstandard.ZstdCompressor(1).compressobj()
        block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        return lambda data: bytes(squeezing.compress(data) + squeezing.flush(block))
    return None


class Pipe:
    """The sending half of a connection."""

    def __init__(self, socket: web.WebSocketResponse, request: web.BaseRequest) -> None:
        self.socket = socket
        self.silent_until = 0.0
        self._transport = request.transport
        self._squeeze = squeezer(request.query.get("compress", ""))
        self._waiting: deque[bytes] = deque()
        self._woken = asyncio.Event()
        self._task = asyncio.create_task(self._pump())

    @property
    def silent(self) -> bool:
        """Tell whether nothing is to be heard of this connection for a while."""
        return time.monotonic() < self.silent_until

    @property
    def waiting(self) -> bool:
        """Tell whether there is something that has not been sent yet."""
        return bool(self._waiting)

    def put(self, raw: bytes) -> None:
        """Send something once its turn comes."""
        self._waiting.append(raw)
        self._woken.set()

    def say(self, op: int, data: object = None) -> None:
        """Send something that is no event."""
        self.put(packed({"op": op, "d": data, "s": None, "t": None}))

    async def _pump(self) -> None:
        while not self.socket.closed:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                if (left := self.silent_until - time.monotonic()) > 0:
                    await asyncio.sleep(left)
                await self._send(self._waiting.popleft())

    async def _send(self, raw: bytes) -> None:
        try:
            if self._squeeze is None:
                await self.socket.send_str(raw.decode())
            else:
                await self.socket.send_bytes(self._squeeze(raw))
        except ConnectionError:
            self._waiting.clear()

    async def close(self, code: int) -> None:
        """Close it properly, with a code."""
        self._task.cancel()
        await self.socket.close(code=code)

    def tear(self) -> None:
        """Reset the connection, as a broken network does."""
        self._task.cancel()
        if self._transport is not None:
            self._transport.abort()

    def end(self) -> None:
        """Stop sending; the connection is gone."""
        self._task.cancel()
