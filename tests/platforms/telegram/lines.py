"""A poller on a Bot API server, whose updates are written down instead of understood.

async with line() as here:
    here.say(ANA, "one")
    here.start()
    await here.server.quiet()
    assert here.words == ["one"]
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import OperationalError

from bot.platforms.telegram.polling import Line, Poller
from bot.platforms.telegram.wire import AioRequest
from tests.platforms.telegram.updates import Json, said
from tests.platforms.telegram_server import TelegramServer, telegram_server


def locked() -> OperationalError:
    """Return what a database raises that cannot be written to at the moment."""
    return OperationalError("INSERT", {}, Exception("database is locked"))


@dataclass
class Heard:
    """The server, the poller, and what it took; `faults` are raised at words, once each."""

    server: TelegramServer
    bot: Line
    taken: list[Json] = field(default_factory=list)
    unusable: list[tuple[Json, str]] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    poller: Poller = field(init=False)

    def __post_init__(self) -> None:
        self.poller = Poller(self.bot, self.take, self.record)

    async def take(self, raw: Json) -> None:
        """Write an update down, unless it is held up or goes wrong."""
        words = text_of(raw)
        if words in self.held:
            await self.held[words].wait()
        if self.faults.get(words):
            raise self.faults[words].pop(0)
        self.taken.append(raw)

    async def record(self, raw: Json, fault: Exception) -> None:
        if self.faults.get("record"):
            raise self.faults["record"].pop(0)
        self.unusable.append((raw, type(fault).__name__))

    @property
    def words(self) -> list[str]:
        """What was taken, in its order."""
        return [text_of(raw) for raw in self.taken]

    def say(self, chat: int, *words: str) -> None:
        """Let some messages of a chat wait for the bot."""
        for text in words:
            self.server.inject({"message": said({"id": chat, "type": "private"}, text=text)})

    def start(self) -> None:
        self.tasks.append(asyncio.create_task(self.poller.run()))

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        ends = await asyncio.gather(*self.tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends

    async def has(self, *words: str) -> None:
        """Wait until all these words were taken."""
        async with asyncio.timeout(10):
            while not set(words) <= set(self.words):
                await asyncio.sleep(0.005)


def text_of(raw: Json) -> str:
    """Return the words of an update, of whatever kind."""
    found: Any = raw.get("message")
    return str(found.get("text")) if isinstance(found, dict) else ""


@asynccontextmanager
async def line() -> AsyncIterator[Heard]:
    """Give a poller that does not run yet."""
    async with telegram_server() as server:
        bot = connect(server)
        await bot.initialize()
        here = Heard(server, bot)
        server.requests.clear()
        try:
            yield here
        finally:
            await here.stop()
            await bot.shutdown()
        assert server.violations == []


def connect(server: TelegramServer) -> Line:
    """Return a line to a server."""
    return Line(
        server.token,
        base_url=server.api_url,
        request=AioRequest(2),
        get_updates_request=AioRequest(1),
    )
