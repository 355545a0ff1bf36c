"""Orders to a server's process: one a line on its standard input, one answer a line on its output.

The orders are the crowd's own: `fresh` makes the server as new and says where it is, `sample` lets
a contestant warm up and returns its reply, `saturate` and `offer` measure.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

STALLED = 10.0
"""Seconds without any reply after which no more are waited for."""
STARTING = 60.0
LOOK = 0.002

Told = dict[str, Any]


class Crowd(Protocol):
    """People who write to the bot, on a server of their own."""

    async def fresh(self) -> Told:
        """Forget what was said, so that each contestant finds the server alike."""
        ...

    async def sample(self, count: int) -> Told:
        """Let some write until it is quiet, and return the reply; a contestant warms up so."""
        ...

    async def saturate(self, count: int) -> Told:
        """Let all write at once; return how long it took until the last one was answered."""
        ...

    async def offer(self, count: int, rate: float) -> Told:
        """Let people write so many times a second; return how long each waited for the reply."""
        ...


async def serve(crowd: Crowd) -> None:
    """Do what is ordered until there are no more orders."""
    does: dict[str, Callable[..., Awaitable[Told]]] = {
        "fresh": crowd.fresh,
        "sample": crowd.sample,
        "saturate": crowd.saturate,
        "offer": crowd.offer,
    }
    orders = await _orders()
    while line := await orders.readline():
        order: Told = json.loads(line)
        answer = await does[order.pop("do")](**order)
        print(json.dumps(answer), flush=True)


async def replies(counted: Callable[[], int], count: int, patience: float) -> None:
    """Wait for so many replies, for as long as they come."""
    seen, since = counted(), time.monotonic()
    while seen < count and time.monotonic() - since < patience:
        await asyncio.sleep(LOOK)
        if (now := counted()) != seen:
            seen, since = now, time.monotonic()


async def paced(write: Callable[[int], None], count: int, rate: float) -> None:
    """Write so many times a second."""
    start = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
        write(number)


async def _orders() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader
