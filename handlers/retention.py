"""Retention: once a night, what has been kept long enough is dropped."""

from datetime import timedelta

from bot.context import Context
from bot.events import Tick
from bot.routing import Schedule
from bot.store import events, links, outbox

LINKS_KEPT = timedelta(days=1)


async def drop_old(event: Tick, ctx: Context) -> None:
    """Drop event ids, settled outbox rows and dead links older than the settings say."""
    keep = ctx.settings.retention
    await events.forget(ctx.db, ctx.now - timedelta(days=keep.events))
    await outbox.forget(ctx.db, ctx.now - timedelta(days=keep.outbox))
    await links.forget(ctx.db, ctx.now - LINKS_KEPT)


SCHEDULES = (Schedule("retention", "17 3 * * *", drop_old),)
