"""A postman: carries out the actions of one platform for as long as the program runs.

    claim ──> lanes under way, side by side ──> settle
      ^  in one commit with the settling of what was sent meanwhile  │
      └───────────────────────────────────────────────────────────────┘

It does not wait for a batch to end: a slow chat holds up no other one, and what is urgent is
claimed while tips are still on their way. What was sent is settled at once, not when its chat
is through, so that a program that is killed says as little as possible again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import events
from bot.actions import Priority
from bot.clock import Clock
from bot.outbox import jobs
from bot.outbox.jobs import Claim, Job, Recheck, Result
from bot.platforms import Platform
from bot.store import outbox
from bot.store.db import Database

log = structlog.get_logger(__name__)

BATCH = 200
LANES = 20  # chats served side by side
SPARE = 20  # more of them, for what somebody waits for
IDLE_SECONDS = 1.0
GRACE_SECONDS = 5.0


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
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _results: list[Result] = field(default_factory=list)

    def wake(self, *_: object) -> None:
        """Say that there is something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled; then end what is under way and give back what was claimed."""
        try:
            while True:
                self._woken.clear()
                if not await self._round():
                    await self._wait()
        finally:
            await self._stop()

    async def deliver(self) -> int:
        """Carry out all that may go now and return how many rows that was."""
        count = 0
        while (done := await self._turn()) or self._under_way or self._results:
            count += done
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        return count

    async def _wait(self) -> None:
        # Rows put by another process (the command line) wake nobody here: look now and then.
        try:
            # Not wait_for: on 3.11 it loses a cancel that comes together with a wake.
            async with asyncio.timeout(IDLE_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _round(self) -> int:
        """Go round once; when the database is in trouble, say so and come again."""
        try:
            return await self._turn()
        except SQLAlchemyError as trouble:
            log.exception("outbox in trouble", fault=type(trouble).__name__)
            return 0

    async def _turn(self) -> int:
        """Settle what was sent and start what may go; return how many rows that concerned."""
        claim = self._claim()
        is_due, results = await self._waits(claim), self._results[:]
        if not results and not is_due:
            return 0
        lanes: list[list[Job]] = []
        async with self.db.write() as db:
            now = self.clock.now()
            await jobs.settle(db, results, now)
            if is_due:
                lanes = await jobs.take(db, claim, now, self.recheck)
        del self._results[: len(results)]  # only once that is kept
        for lane in lanes:
            self._start(lane)
        await self._tell(results)
        return len(results) + sum(map(len, lanes))

    def _claim(self) -> Claim:
        """Return what there is room for: while many chats are served, only what is waited for.

        There is always room for what concerns somebody in danger.
        """
        busy = len(self._under_way)
        if busy < LANES:
            return Claim(self.platform.name, self.owner, BATCH)
        if busy < LANES + SPARE:
            return Claim(self.platform.name, self.owner, LANES + SPARE - busy, Priority.STAFF)
        return Claim(self.platform.name, self.owner, SPARE, Priority.CRISIS)

    async def _waits(self, claim: Claim) -> bool:
        """Look whether anything is to be claimed, without taking the one writer's turn for it."""
        async with self.db.read() as db:
            return await outbox.waits(db, claim.platform, self.clock.now(), claim.least)

    def _start(self, lane: Sequence[Job]) -> None:
        task = asyncio.create_task(self._carry_out(lane))
        task.add_done_callback(self._ended)
        self._under_way.add(task)

    async def _carry_out(self, lane: Sequence[Job]) -> None:
        async for result in jobs.carry_out(lane, self.platform.perform):
            self._results.append(result)
            self.wake()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self.wake()

    async def _stop(self) -> None:
        """Let what is under way end, so that it is not done again, and give back the rest."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        async with self.db.write() as db:
            await jobs.settle(db, self._results, self.clock.now())
            await outbox.release(db, self.owner)
        self._results.clear()

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
