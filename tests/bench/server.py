"""The server's process: what people write is put in here, and what they are answered is counted.

It takes one order a line on its standard input and answers each with one line on its output. The
first line says where it listens. The orders are `fresh`, `sample`, `saturate` and `offer`.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.contestants.target import COMMAND
from tests.platforms.telegram_api.rates import Sent
from tests.platforms.telegram_server import Person, TelegramServer, telegram_server

STALLED = 10.0
"""Seconds without any reply after which no more are waited for."""
STARTING = 60.0
LOOK = 0.002

Told = dict[str, Any]


@dataclass
class Crowd:
    """People who write to the bot, each in their own chat."""

    server: TelegramServer
    people: list[Person]

    async def fresh(self) -> Told:
        """Forget what was said, so that each contestant finds the server alike."""
        world = self.server.world
        world.updates.drop()
        for person in self.people:
            person.talk.posts.clear()
        self.server.requests.clear()
        self.server.rate_log.clear()
        return {}

    async def sample(self, count: int) -> Told:
        """Let some write until it is quiet, and return the reply; a contestant warms up so."""
        self._write(count)
        await self._replies(count, STARTING)
        await self.server.quiet(seconds=STARTING, still=0.3)
        asked = self.server.asked("sendMessage")
        return {"reply": asked[-1]["text"] if asked else ""}

    async def saturate(self, count: int) -> Told:
        """Let all write at once; return how long it took until the last one was answered."""
        self.server.rate_log.clear()
        self._write(count)  # without a pause: nobody is given anything before all of it waits
        start = time.monotonic()
        await self._replies(count, STALLED)
        log = self.server.rate_log
        seconds = log[-1].at - start if log else STALLED
        return {"seconds": seconds, "answered": len(log), "lost": count - len(log)}

    async def offer(self, count: int, rate: float) -> Told:
        """Let people write so many times a second; return how long each waited for the reply."""
        self.server.rate_log.clear()
        written: dict[int, list[float]] = defaultdict(list)
        start = time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
            written[self._write(1, number)].append(time.monotonic())
        await self._replies(count, STALLED)
        waits = sorted(_waits(self.server.rate_log, written))
        return {"waits": waits, "lost": count - len(waits)}

    def _write(self, count: int, first: int = 0) -> int:
        """Let people write the command in turn; return the chat of the last one."""
        chat = 0
        for number in range(first, first + count):
            person = self.people[number % len(self.people)]
            person.writes(f"/{COMMAND}")
            chat = person.id
        return chat

    async def _replies(self, count: int, patience: float) -> None:
        """Wait for replies for as long as they come."""
        log = self.server.rate_log
        seen, since = len(log), time.monotonic()
        while len(log) < count and time.monotonic() - since < patience:
            if len(log) != seen:
                seen, since = len(log), time.monotonic()
            await asyncio.sleep(LOOK)


def _waits(log: Iterable[Sent], written: dict[int, list[float]]) -> Iterator[float]:
    """Give how long each reply took: within a chat, the first is to the words written first."""
    for sent in log:
        if written[sent.chat]:
            yield sent.at - written[sent.chat].pop(0)


async def serve(chats: int) -> None:
    """Do what is ordered until there are no more orders."""
    async with telegram_server(validate=False) as server:
        crowd = Crowd(server, [server.person(f"Person {number}") for number in range(chats)])
        for person in crowd.people:
            person.talk.started = True
        orders = await _orders()
        _tell({"url": server.url, "token": server.token, "people": [p.id for p in crowd.people]})
        while line := await orders.readline():
            order: Told = json.loads(line)
            do: Callable[..., Awaitable[Told]] = getattr(crowd, order.pop("do"))
            _tell(await do(**order))


def _tell(answer: Told) -> None:
    print(json.dumps(answer), flush=True)


async def _orders() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
