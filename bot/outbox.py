"""The postmen: one for each platform, carrying out what the outbox holds.

What is claimed is leased, carried out lane by lane (a chat's actions in order, chats side by
side), and settled together in one commit. A crash in between means that the lease runs out and
the action is carried out again under the same key.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import actions, events
from bot.actions import Action, Receipt
from bot.clock import Clock
from bot.errors import RetryLater, Undeliverable
from bot.platforms import Platform
from bot.store import outbox
from bot.store.db import Database
from bot.store.outbox import Row

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 200
LANES_AT_ONCE = 20
TRIES = 8
WAITS = 200
IDLE_SECONDS = 1.0
LONGEST_WAIT = 300.0

Recheck = Callable[[AsyncSession, Row, Action], Awaitable[bool]]


@dataclass(slots=True)
class Result:
    """What came of one row: a receipt, a reason to wait, or a reason to give up."""

    row: Row
    receipt: Receipt | None = None
    state: str = outbox.READY
    error: str = ""
    after: float = 0.0


@dataclass(slots=True)
class Job:
    """A claimed row with its action, ready to be carried out."""

    row: Row
    action: Action
    problem: str = ""


@dataclass
class Postman:
    """Carries out the actions of one platform until cancelled.

    `recheck` tells, just before sending, whether an action may still go. `heard` is told of each
    action that was carried out, if somebody listens.
    """

    platform: Platform
    db: Database
    clock: Clock
    owner: str
    recheck: Recheck
    heard: Callable[[events.Event], Awaitable[object]] | None = None
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Say that there is something to send."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled, then give back what was claimed."""
        try:
            while True:
                self._woken.clear()
                if not await self._round():
                    await self._wait()
        finally:
            async with self.db.write() as db:
                await outbox.release(db, self.owner)

    async def _wait(self) -> None:
        # Rows put by another process (the command line) wake nobody here: look now and then.
        try:
            # Not wait_for: on 3.11 it loses a cancel that comes together with a wake.
            async with asyncio.timeout(IDLE_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _round(self) -> int:
        """Deliver once; when the database is in trouble, say so and come again."""
        try:
            return await self.deliver()
        except SQLAlchemyError as trouble:
            log.exception("outbox in trouble", fault=type(trouble).__name__)
            return 0

    async def deliver(self) -> int:
        """Carry out what may go now and return how many rows that was."""
        jobs = await self._claim()
        if not jobs:
            return 0
        lanes: dict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            lanes[job.row.lane].append(job)
        gate = asyncio.Semaphore(LANES_AT_ONCE)
        results = await asyncio.gather(*(self._lane(gate, lane) for lane in lanes.values()))
        flat = [result for lane in results for result in lane]
        await self._settle(flat)
        await self._tell(flat)
        return len(flat)

    async def _claim(self) -> list[Job]:
        async with self.db.write() as db:
            now = self.clock.now()
            rows = await outbox.claim(db, self.platform.name, self.owner, now, LEASE, BATCH)
            return [await self._job(db, row, now) for row in rows]

    async def _job(self, db: AsyncSession, row: Row, now: datetime) -> Job:
        action = outbox.action_of(db, row)
        if row.expires_at is not None and row.expires_at <= now:
            return Job(row, action, "too late")
        if not await self.recheck(db, row, action):
            return Job(row, action, "no longer to be said")
        return await _found(db, Job(row, action)) if _unaimed(action) else Job(row, action)

    async def _lane(self, gate: asyncio.Semaphore, jobs: Sequence[Job]) -> list[Result]:
        """Carry out one chat's actions in order; when one has to wait, the rest wait behind it."""
        async with gate:
            results: list[Result] = []
            sent: dict[str, str] = {}
            for number, job in enumerate(jobs):
                result = await self._one(_aimed(job, sent))
                if result.receipt is not None:
                    sent[job.row.key] = result.receipt.message
                results.append(result)
                if result.state == outbox.READY and not _unaimed(job.action):
                    behind = jobs[number + 1 :]
                    results += [Result(later.row, after=result.after) for later in behind]
                    break
            return results

    async def _one(self, job: Job) -> Result:
        row = job.row
        if job.problem:
            return Result(row, state=outbox.EXPIRED, error=job.problem)
        if _unaimed(job.action):
            return Result(row, error="what it changes is still to be sent", after=1.0)
        row.attempts += 1
        try:
            return Result(row, await self.platform.perform(job.action), outbox.SENT)
        except RetryLater as wait:
            return _later(row, wait.after, str(wait), WAITS)
        except Undeliverable as final:
            return Result(row, state=outbox.DEAD, error=str(final))
        except Exception as fault:  # the one place where a fault of a platform ends up
            log.exception("action failed", kind=row.kind, fault=type(fault).__name__)
            pause = min(2.0**row.attempts, LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311
            return _later(row, pause, type(fault).__name__, TRIES)

    async def _settle(self, results: Sequence[Result]) -> None:
        async with self.db.write() as db:
            now = self.clock.now()
            rows = await outbox.rows_of(db, [result.row.number for result in results])
            for result in results:
                row = rows[result.row.number]
                row.attempts = result.row.attempts
                if result.receipt is not None:
                    outbox.sent(row, result.receipt, now)
                elif result.state == outbox.READY:
                    outbox.postpone(row, now + timedelta(seconds=result.after), result.error)
                else:
                    outbox.settle(row, result.state, now, result.error)
                    log.warning("not sent", kind=row.kind, state=row.state, why=result.error)

    async def _tell(self, results: Sequence[Result]) -> None:
        for result in results if self.heard else ():
            if result.receipt is not None and self.heard is not None:
                await self.heard(
                    events.Done(
                        id=f"done:{result.row.key}",
                        at=self.clock.now(),
                        chat=events.NOBODY,
                        user=events.NOBODY,
                        key=result.row.key,
                        receipt=result.receipt,
                    )
                )


def _later(row: Row, after: float, why: str, most: int) -> Result:
    """Try again later, unless that was tried often enough."""
    if row.attempts >= most:
        return Result(row, state=outbox.DEAD, error=f"gave up after {row.attempts} tries: {why}")
    return Result(row, error=why, after=after)


def _unaimed(action: Action) -> bool:
    """Tell whether an action changes a message whose id is not known yet."""
    changes = isinstance(action, actions.Edit | actions.Delete | actions.Pin)
    return changes and not getattr(action, "message", "")


def _aimed(job: Job, sent: dict[str, str]) -> Job:
    """Aim an action at a message that was sent a moment ago in the same round."""
    message = sent.get(getattr(job.action, "of", ""), "") if _unaimed(job.action) else ""
    if not message:
        return job
    return Job(job.row, job.action.model_copy(update={"message": message}), job.problem)


async def _found(db: AsyncSession, job: Job) -> Job:
    """Find the message that an action changes by the receipt of the action that sent it."""
    target = await outbox.by_key(db, getattr(job.action, "of", ""))
    if target is None or target.state in {outbox.DEAD, outbox.EXPIRED}:
        return Job(job.row, job.action, "what it changes was never sent")
    return _aimed(job, {target.key: target.message})
