"""What changes while a connection reads is read as well."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from bot.platforms.web import lines, wire
from bot.platforms.web.feed import Feed
from bot.platforms.web.socket import Connection
from bot.platforms.web.viewers import Viewer
from tests.web.house import House


class SlowFeed(Feed):
    """A feed whose look sees the rows of the moment it began, and takes until a gate opens."""

    def __init__(self, feed: Feed) -> None:
        super().__init__(feed._table, feed._bot_name, {})
        self.began, self.gate = asyncio.Event(), asyncio.Event()

    async def _rooms(self, db: AsyncSession, viewer: Viewer) -> list[wire.Json]:
        self.began.set()
        await self.gate.wait()
        return await super()._rooms(db, viewer)


async def test_a_line_that_comes_during_a_look_does_not_wait_for_the_next(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with small.bot.db.read() as db:
        lookup = lines.lookup_of(db, ana.address)
    async with ana.talks() as talk, ben.talks() as other:
        ear = next(ear for ear in small.web.hub._ears if ear.lookup == lookup)
        assert isinstance(ear, Connection)
        slow = ear._feed = SlowFeed(ear._feed)
        ear.wake()
        await asyncio.wait_for(slow.began.wait(), 10)
        await other.says("just now")
        await small.settled()
        slow.gate.set()
        assert (await talk.sees("just now"))["text"] == "just now"
