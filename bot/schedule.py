"""The clock: looks at the table of schedules once a minute and turns time into events.

A tick's id names its schedule and its moment, a due row's id names the row and the moment it was
planned for: however often and on however many machines the clock looks, each happens once. What
fell due while the bot was down is found at the first look.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from cronsim import CronSim, CronSimError

from bot import events
from bot.clock import Clock
from bot.errors import BadInput
from bot.routing import Schedule, Table
from bot.store.db import Database

log = structlog.get_logger(__name__)

BATCH = 500


class Sweeper:
    """Sends `Tick` and `Due` events into the ring."""

    def __init__(
        self,
        table: Table,
        db: Database,
        clock: Clock,
        receive: Callable[[events.Event], Awaitable[object]],
    ) -> None:
        """Take the schedules and where the events go."""
        self.table, self.db, self.clock, self.receive = table, db, clock, receive
        self._last: dict[str, datetime] = {}
        self._looking = asyncio.Lock()

    async def sweep(self) -> None:
        """Look once: fire every schedule whose last moment has not been seen to."""
        async with self._looking:
            await self._sweep()

    async def _sweep(self) -> None:
        now = self.clock.now()
        for schedule in self.table.schedules:
            moment = before(schedule.cron, now, "UTC")
            if moment is None or self._last.get(schedule.name) == moment:
                continue
            await self._fire(schedule, moment)
            self._last[schedule.name] = moment

    async def _fire(self, schedule: Schedule, moment: datetime) -> None:
        if schedule.due is None:
            await self.receive(
                events.Tick(
                    id=f"tick:{schedule.name}:{moment.isoformat()}",
                    at=moment,
                    chat=events.NOBODY,
                    user=events.NOBODY,
                    name=schedule.name,
                )
            )
            return
        async with self.db.read() as db:
            rows = await schedule.due(db, self.clock.now(), BATCH)
        for row in rows:
            await self.receive(
                events.Due(
                    id=f"due:{schedule.name}:{row.ref}:{row.due_at.isoformat()}",
                    at=moment,
                    chat=events.NOBODY,
                    user=events.NOBODY,
                    name=schedule.name,
                    ref=row.ref,
                    due_at=row.due_at,
                )
            )

    def start(self) -> AsyncIOScheduler:
        """Begin to look: now, and at each full minute. Give what is returned to `stop` to end."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        # A late look is as good as one on time, and several missed ones are one.
        scheduler.add_job(
            self.sweep,
            CronTrigger(second=0, timezone=UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=datetime.now(UTC),
        )
        scheduler.start()
        return scheduler

    async def stop(self, scheduler: AsyncIOScheduler) -> None:
        """Stop looking, once the present look is over."""
        scheduler.pause()
        async with self._looking:
            scheduler.shutdown(wait=False)


def parse(cron: str) -> str:
    """Return the cron line, tidied; raises BadInput if it is none or never comes."""
    line = " ".join(cron.split())
    if after(line, datetime.now(UTC), "UTC") is None:
        raise BadInput("I do not understand that time. Try: daily at 09:00, or weekdays at 18:30.")
    return line


def after(cron: str, moment: datetime, zone: str) -> datetime | None:
    """Return the first moment after `moment` that the cron line names, by the clock of `zone`.

    An hour that happens twice in autumn counts once, and one that is skipped in spring is moved
    on to the first minute that exists.
    """
    try:
        return next(CronSim(cron, moment.astimezone(ZoneInfo(zone)))).astimezone(UTC)
    except (CronSimError, StopIteration):
        return None


def before(cron: str, moment: datetime, zone: str) -> datetime | None:
    """Return the last moment up to and including `moment` that the cron line names."""
    local = (moment + timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    try:
        return next(CronSim(cron, local, reverse=True)).astimezone(UTC)
    except (CronSimError, StopIteration):
        return None


def quiet_until(moment: datetime, zone: str, start: str | None, end: str | None) -> datetime | None:
    """Return when the quiet hours that `moment` lies in are over; None outside of them.

    `start` and `end` are `HH:MM` by the clock of `zone`; a span may go over midnight.
    """
    if not start or not end or start == end:
        return None
    opens, closes = time.fromisoformat(start), time.fromisoformat(end)
    local = moment.astimezone(ZoneInfo(zone))
    clock = local.time()
    inside = opens <= clock < closes if opens < closes else clock >= opens or clock < closes
    if not inside:
        return None
    # In autumn a wall-clock time can come twice: the first that is still ahead is meant.
    wall = local.replace(hour=closes.hour, minute=closes.minute, second=0, microsecond=0)
    ends = (
        (wall + timedelta(days=days)).replace(fold=fold).astimezone(UTC)
        for days in (0, 1)
        for fold in (0, 1)
    )
    return next(end for end in ends if end > moment)
