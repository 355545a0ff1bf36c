"""Discord's process: commands are run in here, and what they are answered is counted.

An answer is words by an interaction's token: the first answer, or what is put where the bot "is
thinking". What Discord would not take any more, because three seconds are over, does not count.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from simcord.backend.models import Channel

from tests.bench.contestants.target import COMMAND
from tests.bench.orders import LOOK, STALLED, STARTING, Told, paced, replies, serve
from tests.platforms.discord_api import options
from tests.platforms.discord_api.clicks import COMMAND as RUN
from tests.platforms.discord_api.resolving import surroundings
from tests.platforms.discord_server import DiscordServer, Person, Request, discord_server

SAYS = 4
"""Discord's number for a first answer that is a message."""


@dataclass
class Crowd:
    """People who run a slash command in one channel; each contestant has a server of its own."""

    chats: int
    stack: AsyncExitStack
    server: DiscordServer = field(init=False)
    channel: Channel = field(init=False)
    people: list[Person] = field(init=False)
    written: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    _around: dict[int, dict[str, Any]] = field(default_factory=dict)
    _data: dict[str, Any] = field(default_factory=dict)
    _read: int = 0

    async def fresh(self) -> Told:
        """Begin with a new server and the same people; return where it is."""
        await self.stack.aclose()
        server = await self.stack.enter_async_context(discord_server(validate=False))
        self.server, self._read = server, 0
        guild = server.guild("The clinic")
        self.channel = server.channel(guild, "circle")
        self.people = [server.person(f"Person {number}") for number in range(self.chats)]
        for person in self.people:
            server.join(guild, person)
        self._around = {one.id: surroundings(one, self.channel) for one in self.people}
        return {
            "url": server.api_url,
            "gateway_url": server.gateway_url,
            "token": server.token,
            "application": server.application_id,
            "channel": self.channel.id,
            "people": [person.id for person in self.people],
        }

    async def sample(self, count: int) -> Told:
        """Let some run the command until it is quiet, and return the reply."""
        async with asyncio.timeout(STARTING):
            await self.server.connected(seconds=STARTING)
            while COMMAND not in self.people[-1].commands(self.channel):
                await asyncio.sleep(LOOK)
        self._data = options.filled(self.people[0], self.channel, COMMAND, {})
        self._begin(count)
        await replies(self._counted, count, STARTING)
        await self.server.quiet(seconds=STARTING, still=0.3)
        said = [words for _, words in map(self._answer, self.server.requests) if words]
        return {"reply": said[-1] if said else ""}

    async def saturate(self, count: int) -> Told:
        """Let all run it at once; return how long it took until the last one was answered."""
        self._begin(count)  # without a pause: nobody is given anything before all of it waits
        start = time.monotonic()
        await replies(self._counted, count, STALLED)
        seconds = max(self.answered.values(), default=start + STALLED) - start
        answered = len(self.answered)
        return {"seconds": seconds, "answered": answered, "lost": count - answered}

    async def offer(self, count: int, rate: float) -> Told:
        """Let people run it so many times a second; return how long each waited for the reply."""
        self._begin(0)
        await paced(self._run, count, rate)
        await replies(self._counted, count, STALLED)
        waits = sorted(at - self.written[number] for number, at in self.answered.items())
        return {"waits": waits, "lost": count - len(waits)}

    def _begin(self, count: int) -> None:
        """Forget what was run, and let people run it in turn."""
        self.written.clear()
        self.answered.clear()
        for number in range(count):
            self._run(number)

    def _run(self, number: int) -> None:
        person = self.people[number % len(self.people)]
        record, _ = self.server.world.interact(
            RUN, self.channel.id, person.id, self._data, **self._around[person.id]
        )
        self.written[record.id] = time.monotonic()

    def _counted(self) -> int:
        """Look through what was asked of the server since the last look."""
        for request in self._news():
            number, words = self._answer(request)
            if words and number in self.written:
                self.answered.setdefault(number, request.at)
        return len(self.answered)

    def _news(self) -> Iterator[Request]:
        while self._read < len(self.server.requests):
            yield self.server.requests[self._read]
            self._read += 1

    def _answer(self, request: Request) -> tuple[int, str]:
        """Return which interaction a request answers, and the words of it if there are any."""
        kind, *args = request.path.strip("/").split("/")
        body = request.json if isinstance(request.json, dict) else {}
        if request.status not in {200, 204} or not args:
            return 0, ""
        if kind == "interactions" and body.get("type") == SAYS:
            return int(args[0]), body["data"].get("content", "")
        if kind == "webhooks":
            tokens = self.server.world.backend.interaction_tokens
            return tokens.get(args[1], 0), body.get("content", "")
        return 0, ""


async def run(chats: int) -> None:
    """Serve until there are no more orders."""
    async with AsyncExitStack() as stack:
        await serve(Crowd(chats, stack))


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))
