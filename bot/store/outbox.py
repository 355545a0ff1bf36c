"""The outbox's rows: what must be sent, born in the transaction that decided it.

    ready ──claim──> ready with a lease ──┬─ sent     (the receipt is kept, the words are dropped)
      ^                                   ├─ ready    (told to wait, or the lease ran out)
      └────────── retry by hand ──────────┼─ dead     (shown, with its reason)
                                          └─ expired  (too late to be worth sending)

Within one lane (a chat) rows go in the order they were put: a row is not claimed while another
of its lane and of the same or a higher priority has been claimed or has to wait.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, delete, func, or_, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.actions import Action, Address, Priority, Receipt, parse, platform_of
from bot.store.db import moment, sealed, vault_of

READY, SENT, DEAD, EXPIRED = "ready", "sent", "dead", "expired"
EMPTY = b""
HURRIED = "hurried"  # in place of whoever holds the lease: somebody came while it was tried


class Row(SQLModel, table=True):
    """One action to carry out; its words are sealed, and dropped once it is settled."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_next", "state", "platform", "priority", "number"),)

    number: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    platform: str
    lane: str
    kind: str
    group_id: str | None = Field(default=None, index=True)
    priority: int
    action: bytes = sealed()
    state: str = READY
    created_at: datetime = moment()
    due_at: datetime = moment()
    expires_at: datetime | None = moment(default=None, nullable=True)
    lease_by: str | None = None
    lease_until: datetime | None = moment(default=None, nullable=True)
    attempts: int = 0
    error: str = ""
    settled_at: datetime | None = moment(default=None, nullable=True)
    message: str = ""
    link: str = ""


async def put(db: AsyncSession, action: Action, group_id: str | None, now: datetime) -> bool:
    """Add an action under its key; False if that key was put before."""
    if not action.key:
        message = "an action needs a key before it is put in the outbox"
        raise ValueError(message)
    vault = vault_of(db)
    fresh = insert(Row).values(
        key=action.key,
        platform=platform_of(action.to),
        lane=vault.lookup("lane", action.to),
        kind=action.kind,
        group_id=group_id,
        priority=int(action.priority),
        action=vault.seal("outbox", action.model_dump_json()),
        state=READY,
        created_at=now,
        due_at=now,
        expires_at=action.expires_at,
        attempts=0,
        error="",
        message="",
        link="",
    )
    put = fresh.on_conflict_do_nothing(index_elements=["key"]).returning(col(Row.number))
    return (await db.execute(put)).first() is not None


async def by_key(db: AsyncSession, key: str) -> Row | None:
    """Return the row of that key."""
    return (await db.execute(select(Row).where(Row.key == key))).scalar_one_or_none()


def action_of(db: AsyncSession, row: Row) -> Action:
    """Return the action that a row holds."""
    return parse(vault_of(db).open("outbox", row.action))


async def waits(
    db: AsyncSession, platform: str, now: datetime, least: Priority = Priority.TIP
) -> bool:
    """Tell whether any row may be due; a look that changes nothing and may be too hopeful."""
    query = select(Row.number).where(
        Row.state == READY,
        Row.platform == platform,
        col(Row.priority) <= int(least),
        Row.due_at <= now,
        or_(col(Row.lease_until).is_(None), col(Row.lease_until) <= now),
    )
    return (await db.execute(query.limit(1))).first() is not None


async def claim(
    db: AsyncSession,
    platform: str,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    *,
    least: Priority = Priority.TIP,
) -> Sequence[Row]:
    """Lease the rows that may go now, urgent ones first, none less urgent than `least`."""
    held = or_(col(Row.due_at) > now, col(Row.lease_until) > now)
    mine = (Row.state == READY, Row.platform == platform)
    # What waits holds up its chat, but nothing more urgent than itself.
    waiting = (
        select(Row.lane, func.min(Row.priority).label("priority"))
        .where(*mine, held)
        .group_by(Row.lane)
        .subquery()
    )
    query = (
        select(Row)
        .outerjoin(waiting, waiting.c.lane == col(Row.lane))
        .where(
            *mine,
            col(Row.priority) <= int(least),
            Row.due_at <= now,
            or_(col(Row.lease_until).is_(None), col(Row.lease_until) <= now),
            or_(waiting.c.lane.is_(None), col(Row.priority) < waiting.c.priority),
        )
        .order_by(col(Row.priority), col(Row.number))
        .limit(limit)
    )
    rows = (await db.execute(query)).scalars().all()
    if not rows:
        return rows
    leased = update(Row).where(col(Row.number).in_([row.number for row in rows]))
    await db.execute(leased.values(lease_by=owner, lease_until=now + lease))
    return rows


async def rows_of(db: AsyncSession, numbers: Sequence[int | None]) -> dict[int | None, Row]:
    """Return rows by their numbers."""
    query = select(Row).where(col(Row.number).in_(numbers))
    return {row.number: row for row in (await db.execute(query)).scalars()}


def settle(row: Row, state: str, now: datetime, error: str = "") -> None:
    """End a row; what was sent keeps no words, what died keeps them for a retry by hand."""
    row.state, row.settled_at, row.error = state, now, error
    row.lease_by = row.lease_until = None
    if state in {SENT, EXPIRED}:
        row.action = EMPTY


def sent(row: Row, receipt: Receipt, now: datetime) -> None:
    """End a row that was carried out and keep its receipt."""
    row.message, row.link = receipt.message, receipt.link
    settle(row, SENT, now)


def postpone(row: Row, until: datetime, error: str) -> None:
    """Put a row back to be tried again at `until`, or at once if somebody came meanwhile."""
    row.due_at, row.error = row.due_at if row.lease_by == HURRIED else until, error
    row.lease_by = row.lease_until = None


async def dead(db: AsyncSession, group_id: str | None = None) -> Sequence[Row]:
    """Return the rows that could not be sent, oldest first."""
    query = select(Row).where(Row.state == DEAD).order_by(col(Row.number))
    if group_id is not None:
        query = query.where(Row.group_id == group_id)
    return (await db.execute(query)).scalars().all()


async def retry(db: AsyncSession, number: int, now: datetime) -> bool:
    """Give a dead row another life; False if there is no such dead row."""
    row = await db.get(Row, number)
    if row is None or row.state != DEAD:
        return False
    row.state, row.due_at, row.attempts, row.error = READY, now, 0, ""
    row.expires_at = row.settled_at = None
    db.add(row)
    await db.flush()
    return True


async def counts(db: AsyncSession) -> dict[str, int]:
    """Return how many rows are in each state."""
    query = select(Row.state, func.count()).group_by(Row.state)
    return {state: count for state, count in (await db.execute(query)).all()}  # noqa: C416 - rows


async def release(db: AsyncSession, owner: str) -> None:
    """Give back every lease of one owner, as a process does when it stops."""
    statement = update(Row).where(col(Row.lease_by) == owner)
    await db.execute(statement.values(lease_by=None, lease_until=None))


async def forget(db: AsyncSession, before: datetime) -> None:
    """Drop settled rows older than the retention says; the dead stay until somebody looks."""
    gone = delete(Row).where(col(Row.state).in_([SENT, EXPIRED]), col(Row.settled_at) < before)
    await db.execute(gone)


async def release_all(db: AsyncSession) -> None:
    """Give back every lease, as the only process on a database may do when it starts."""
    statement = update(Row).where(col(Row.state) == READY)
    await db.execute(statement.values(lease_by=None, lease_until=None))


async def hurry(db: AsyncSession, to: Address, now: datetime) -> None:
    """Let what waits for a chat go now, and what is just being tried as soon as that has failed."""
    lane = vault_of(db).lookup("lane", to)
    mine = (col(Row.state) == READY, col(Row.lane) == lane)
    tried = update(Row).where(*mine, col(Row.lease_until) > now)
    await db.execute(tried.values(lease_by=HURRIED))
    waiting = update(Row).where(*mine, col(Row.due_at) > now)
    await db.execute(waiting.values(due_at=now))


async def is_waiting(db: AsyncSession, to: Address, now: datetime) -> bool:
    """Tell whether something for this chat may go now."""
    lane = vault_of(db).lookup("lane", to)
    query = select(Row.number).where(Row.state == READY, Row.lane == lane, Row.due_at <= now)
    return (await db.execute(query.limit(1))).first() is not None
