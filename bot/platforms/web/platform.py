"""The platform: two verbs. What is to be shown becomes rows; open pages are told to look."""

import asyncio
import functools
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete

from bot.actions import Action, Receipt
from bot.clock import Clock
from bot.platforms import Capabilities, Receive
from bot.platforms.web import deliver, sessions
from bot.platforms.web.hub import Hub
from bot.platforms.web.pace import Quota
from bot.platforms.web.tables import WebChange, WebFile, WebLine
from bot.settings import Settings
from bot.store.db import Database

HOUR = 3600.0
FILES = "10/minute;100/day"  # that one person can send, so that nobody alone fills the disk


class WebPlatform:
    """The clinic's own page. `address` is where browsers reach it, `port` where it listens."""

    name = "web"
    capabilities = Capabilities(
        holds=True,
        whispers=True,
        deletes=True,
        forms=True,
        edits=True,
        private_health=True,
        once=True,
    )

    def __init__(
        self, db: Database, clock: Clock, settings: Settings, pace: str = "20/second"
    ) -> None:
        """Take the parts; `pace` is how fast one person can write before they have to wait."""
        self.db, self.clock, self.settings, self.pace = db, clock, settings, pace
        self.hub, self.files = Hub(), Quota(FILES)
        self.address, self.port = settings.site.address, settings.site.port

    async def run(self, receive: Receive) -> None:
        """Keep the rows tidy until cancelled; what people do is heard by the page itself."""
        del receive
        while True:
            await self.tidy()
            await asyncio.sleep(HOUR)

    async def perform(self, action: Action) -> Receipt:
        """Carry one action out in a transaction of its own and tell the open pages."""
        async with self.db.write() as db:
            receipt, tell = await self.write(db, action)
        tell()
        return receipt

    async def write(self, db: AsyncSession, action: Action) -> tuple[Receipt, Callable[[], None]]:
        """Carry one action out in this transaction; call what is returned once it is committed."""
        change = await deliver.carry_out(db, action, self.clock.now())
        tell = functools.partial(self.hub.tell, change.streams, change.lookups)
        return Receipt(message=change.message), tell

    async def tidy(self) -> None:
        """Drop what is older than the settings keep it."""
        keep = self.settings.retention
        now = self.clock.now()
        old = now - timedelta(days=keep.lines)
        async with self.db.write() as db:
            await db.execute(delete(WebLine).where(col(WebLine.created_at) < old))
            await db.execute(delete(WebFile).where(col(WebFile.created_at) < old))
            settled = now - timedelta(days=keep.outbox)
            await db.execute(delete(WebChange).where(col(WebChange.at) < settled))
            await sessions.forget(db, now)
