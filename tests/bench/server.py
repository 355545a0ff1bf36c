"""Telegram's process: what people write is put in here, and what they are answered is counted."""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.bench.contestants.target import COMMAND
from tests.bench.orders import STALLED, STARTING, Told, paced, replies, serve
from tests.platforms.telegram_api.rates import Sent
from tests.platforms.telegram_server import Person, TelegramServer, telegram_server


@dataclass
class Crowd:
    """People who write to the bot, each in their own chat."""

    server: TelegramServer
    people: list[Person]

    async def fresh(self) -> Told:
        """Forget what was said; return where the server is."""
        world = self.server.world
        world.updates.drop()
        for person in self.people:
            person.talk.posts.clear()
        self.server.requests.clear()
        self.server.rate_log.clear()
        people = [person.id for person in self.people]
        return {"url": self.server.url, "token": self.server.token, "people": people}

    async def sample(self, count: int) -> Told:
        """Let some write until it is quiet, and return the reply."""
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

        def write(number: int) -> None:
            written[self._write(1, number)].append(time.monotonic())

        await paced(write, count, rate)
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
        log = self.server.rate_log
        await replies(lambda: len(log), count, patience)


def _waits(log: Iterable[Sent], written: dict[int, list[float]]) -> Iterator[float]:
    """Give how long each reply took: within a chat, the first is to the words written first."""
    for sent in log:
        if written[sent.chat]:
            yield sent.at - written[sent.chat].pop(0)


async def run(chats: int) -> None:
    """Serve until there are no more orders."""
    async with telegram_server(validate=False) as server:
        crowd = Crowd(server, [server.person(f"Person {number}") for number in range(chats)])
        for person in crowd.people:
            person.talk.started = True
        await serve(crowd)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))
