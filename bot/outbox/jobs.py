"""Jobs: the rows that a postman has claimed, what came of them, and how that is kept."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import actions
from bot.actions import Action, Priority, Receipt
from bot.errors import RetryLater, Undeliverable
from bot.store import outbox
from bot.store.outbox import Row

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
LONGEST = timedelta(seconds=20)
TRIES = 8
WAITS = 500
LONGEST_WAIT = 300.0

Recheck = Callable[[AsyncSession, Row, Action], Awaitable[bool]]
Perform = Callable[[Action], Awaitable[Receipt]]


@dataclass(slots=True)
class Job:
    """A claimed row with its action, ready to be carried out."""

    row: Row
    action: Action
    problem: str = ""


@dataclass(slots=True)
class Result:
    """What came of one row: a receipt, a reason to wait, or a reason to give up."""

    row: Row
    receipt: Receipt | None = None
    state: str = outbox.READY
    error: str = ""
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What a postman asks for: whose rows, for whom, how many, and how urgent at least."""

    platform: str
    owner: str
    most: int
    least: Priority = Priority.TIP


async def take(db: AsyncSession, claim: Claim, now: datetime, recheck: Recheck) -> list[list[Job]]:
    """Lease what may go now and return it by chat, the urgent first, each chat in its order."""
    rows = await outbox.claim(
        db, claim.platform, claim.owner, now, LEASE, claim.most, least=claim.least
    )
    lanes: dict[str, list[Job]] = defaultdict(list)
    for row in rows:
        lanes[row.lane].append(await _job(db, row, now, recheck))
    return list(lanes.values())


async def _job(db: AsyncSession, row: Row, now: datetime, recheck: Recheck) -> Job:
    action = outbox.action_of(db, row)
    if row.expires_at is not None and row.expires_at <= now:
        return Job(row, action, "too late")
    if not await recheck(db, row, action):
        return Job(row, action, "no longer to be said")
    return await _found(db, Job(row, action)) if _unaimed(action) else Job(row, action)


async def carry_out(jobs: Sequence[Job], perform: Perform) -> AsyncIterator[Result]:
    """Carry out one chat's actions in order; when one has to wait, the rest wait behind it.

    What came of one is given before the next one begins, so that it can be kept meanwhile. What
    a slow chat has not come to in `LONGEST` is given back while it is still this process's own.
    """
    now = asyncio.get_running_loop().time
    until = now() + LONGEST.total_seconds()
    sent: dict[str, str] = {}
    for number, job in enumerate(jobs):
        result = await _one(_aimed(job, sent), perform)
        if result.receipt is not None:
            sent[job.row.key] = result.receipt.message
        yield result
        waits = result.state == outbox.READY and not _unaimed(job.action)
        if waits or now() >= until:
            for later in jobs[number + 1 :]:
                yield Result(later.row, after=result.after)
            return


async def _one(job: Job, perform: Perform) -> Result:
    row = job.row
    if job.problem:
        return Result(row, state=outbox.EXPIRED, error=job.problem)
    if _unaimed(job.action):
        return Result(row, error="what it changes is still to be sent", after=1.0)
    row.attempts += 1
    try:
        return Result(row, await perform(job.action), outbox.SENT)
    except RetryLater as wait:
        return _later(row, wait.after, str(wait), WAITS)
    except Undeliverable as final:
        return Result(row, state=outbox.DEAD, error=str(final))
    except Exception as fault:  # the one place where a fault of a platform ends up
        log.exception("action failed", kind=row.kind, fault=type(fault).__name__)
        pause = min(2.0**row.attempts, LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311
        return _later(row, pause, type(fault).__name__, TRIES)


async def settle(db: AsyncSession, results: Iterable[Result], now: datetime) -> None:
    """Keep what came of rows: the receipts, when to try again, why there was an end."""
    ended = {result.row.number: result for result in results}
    for number, row in (await outbox.rows_of(db, list(ended))).items():
        result = ended[number]
        row.attempts = result.row.attempts
        if result.receipt is not None:
            outbox.sent(row, result.receipt, now)
        elif result.state == outbox.READY:
            outbox.postpone(row, now + timedelta(seconds=result.after), result.error)
        else:
            outbox.settle(row, result.state, now, result.error)
            log.warning("not sent", kind=row.kind, state=row.state, why=result.error)


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
