"""Giving: sends a group its tip when the moment has come, and tells beforehand which will come."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.actions import Button, Priority, Send
from bot.context import Context
from bot.events import Due
from bot.library import Item
from bot.routing import Answer
from bot.store import content
from bot.store.content import TipPlan
from bot.store.groups import Group
from handlers import moments, shelf
from handlers.rotation import Rotation


async def give(event: Due, ctx: Context) -> Answer:
    """Send the tip that is due, unless the plan has changed or it is too late to be welcome."""
    plan = await ctx.db.get(TipPlan, event.ref)
    if plan is None or not plan.on or plan.next_due_at != event.due_at:
        return None
    ctx.group = await ctx.db.get(Group, plan.group_id)
    ctx.db.add(plan)
    if moments.is_paused(plan, ctx.now):
        return await _skip(ctx, plan, "paused")
    if ctx.now - event.due_at > lateness(ctx):
        return await _skip(ctx, plan, "too late")
    audible = moments.audible(ctx.here, ctx.now)
    if audible > ctx.now:
        plan.next_due_at = audible
        return None
    return await _send(event, ctx, plan)


async def ahead(ctx: Context, plan: TipPlan) -> Iterator[tuple[datetime, Item | None]]:
    """Give the moments to come, each with its tip as things stand; None when there is no tip."""
    await shelf.fill(ctx)
    rotation = Rotation(ctx.here.id, await content.tips_sent(ctx.db, ctx.here.id))

    def turns() -> Iterator[tuple[datetime, Item | None]]:
        for moment in moments.coming(plan, ctx.here, ctx.now, lateness(ctx)):
            item = rotation.next(_pool(ctx, moment))
            if item is not None:
                rotation.give(item, moment)
            yield moment, item

    return turns()


def lateness(ctx: Context) -> timedelta:
    """Return how late a tip may come; one that would come later is left out."""
    return timedelta(minutes=ctx.settings.tips.late_minutes)


async def _send(event: Due, ctx: Context, plan: TipPlan) -> Answer:
    await shelf.fill(ctx)
    rotation = Rotation(ctx.here.id, await content.tips_sent(ctx.db, ctx.here.id))
    item, rooms = rotation.next(_pool(ctx, ctx.now)), await ctx.rooms()
    if item is None or not rooms:
        return await _skip(ctx, plan, "no tips" if item is None else "no room")
    ctx.db.add(rotation.give(item, ctx.now))
    _go_on(ctx, plan)
    await ctx.note("tip sent", item.id)
    tip = Send(
        to=rooms[0],
        priority=Priority.TIP,
        silent=True,
        expires_at=event.due_at + lateness(ctx),
        text=f"{shelf.words(item)}\n\n{shelf.FOOTER}",
        cites=(item.id,),
        buttons=((Button(label="Another tip", press=f"tip after {item.id}"),),),
    )
    moment = event.due_at.isoformat()
    return [
        tip.model_copy(
            update={"to": room, "key": f"tip:{plan.group_id}:{moment}:{number}:{item.id}"}
        )
        for number, room in enumerate(rooms)
    ]


def _pool(ctx: Context, moment: datetime) -> Sequence[Item]:
    return ctx.library.tips(ctx.here.condition, today=moment.date(), scope=ctx.here.id)


async def _skip(ctx: Context, plan: TipPlan, why: str) -> Answer:
    _go_on(ctx, plan)
    await ctx.note("tip skipped", plan.group_id, why)
    return None


def _go_on(ctx: Context, plan: TipPlan) -> None:
    """Set the next moment. After an outage that is one to come: what was missed stays missed."""
    plan.next_due_at = moments.following(plan, ctx.here, ctx.now)
