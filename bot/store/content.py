"""What clinicians post, and each group's plan of scheduled tips."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.store.db import moment

IN_REVIEW, PUBLISHED, RETURNED, RECALLED = "in review", "published", "returned", "recalled"


class Post(SQLModel, table=True):
    """A clinician's research link or tip. Public to the group once a second person approved it.

    `kind` is `research` or `tip`; `url` is the source it rests on.

        in review ──> published ──> recalled
               └────> returned
    """

    id: str = Field(primary_key=True)
    group_id: str = Field(foreign_key="group.id", index=True)
    kind: str
    title: str
    body: str
    url: str
    source: str
    topic: str = ""
    state: str = IN_REVIEW
    author_id: str
    reviewer_id: str | None = None
    reviewer_role: str = ""
    created_at: datetime = moment()
    decided_at: datetime | None = moment(default=None, nullable=True)
    review_by: date | None = None
    note: str = ""


class TipPlan(SQLModel, table=True):
    """When a group gets its tips: a cron line in a time zone; `next_due_at` is the next moment."""

    group_id: str = Field(primary_key=True, foreign_key="group.id")
    cron: str = "0 9 * * *"
    timezone: str = "UTC"
    on: bool = True
    paused_until: datetime | None = moment(default=None, nullable=True)
    next_due_at: datetime | None = moment(default=None, nullable=True, index=True)


class TipSent(SQLModel, table=True):
    """A tip that a group was given, so that none comes twice before all have come."""

    group_id: str = Field(primary_key=True, foreign_key="group.id")
    item_id: str = Field(primary_key=True)
    round: int = Field(primary_key=True, default=1)
    sent_at: datetime = moment()


async def posts(db: AsyncSession, group_id: str, *states: str) -> Sequence[Post]:
    """Return a group's posts in these states, the newest first."""
    query = select(Post).where(Post.group_id == group_id).order_by(col(Post.created_at).desc())
    if states:
        query = query.where(col(Post.state).in_(states))
    return (await db.execute(query)).scalars().all()


async def post(db: AsyncSession, group_id: str, post_id: str) -> Post | None:
    """Return one post of this group."""
    found = await db.get(Post, post_id)
    return found if found is not None and found.group_id == group_id else None


async def due_plans(db: AsyncSession, now: datetime, limit: int) -> Sequence[TipPlan]:
    """Return the plans whose moment has come, the longest waiting first."""
    query = (
        select(TipPlan)
        .where(col(TipPlan.on).is_(True), col(TipPlan.next_due_at) <= now)
        .order_by(col(TipPlan.next_due_at))
        .limit(limit)
    )
    return (await db.execute(query)).scalars().all()


async def tips_sent(db: AsyncSession, group_id: str) -> Sequence[TipSent]:
    """Return the tips a group has had, in the order it had them."""
    query = select(TipSent).where(TipSent.group_id == group_id)
    return (await db.execute(query.order_by(col(TipSent.sent_at)))).scalars().all()
