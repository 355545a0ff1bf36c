"""The postman of a platform whose rooms are rows of this very database.

What is to be shown is claimed, written and settled in one transaction: it takes the writer's
turn once for many lines instead of once for each, and it happens exactly once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Action, Receipt
from bot.outbox import jobs
from bot.outbox.jobs import Claim, Perform, Result
from bot.outbox.postman import Postman

BATCH = 50  # handlers wait for the writer meanwhile

After = Callable[[], None]


@runtime_checkable
class Rows(Protocol):
    """A platform that carries its actions out as rows."""

    async def write(self, db: AsyncSession, action: Action) -> tuple[Receipt, After]:
        """Carry one action out in this transaction; return what is to be done after the commit."""
        ...


@dataclass
class Inhouse(Postman):
    """Carries out the actions of a platform that writes to the same database."""

    async def _turn(self) -> int:
        claim = Claim(self.platform.name, self.owner, BATCH)
        if not await self._waits(claim):
            return 0
        results: list[Result] = []
        after: list[After] = []
        async with self.db.write() as db:
            now = self.clock.now()
            perform = self._performer(db, after)
            for lane in await jobs.take(db, claim, now, self.recheck):
                results += [result async for result in jobs.carry_out(lane, perform)]
            await jobs.settle(db, results, now)
        for tell in after:
            tell()
        await self._tell(results)
        return len(results)

    def _performer(self, db: AsyncSession, after: list[After]) -> Perform:
        rows = self.platform
        if not isinstance(rows, Rows):
            raise TypeError("only a platform that writes rows is served inhouse")

        async def perform(action: Action) -> Receipt:
            async with db.begin_nested():
                receipt, tell = await rows.write(db, action)
            after.append(tell)
            return receipt

        return perform
