"""Moments: when a group's plan of tips next comes round, with pauses and quiet hours in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot import schedule
from bot.store.content import TipPlan
from bot.store.groups import Group


def following(plan: TipPlan, group: Group, after: datetime) -> datetime | None:
    """Return the first moment after `after` at which a tip should come; None if there is none.

    What falls into quiet hours is moved to their end, where several are one.
    """
    start = max(after, plan.paused_until) if plan.paused_until else after
    planned = schedule.after(plan.cron, start, plan.timezone)
    return audible(group, planned) if planned else None


def audible(group: Group, moment: datetime) -> datetime:
    """Return the moment itself, or the end of the group's quiet hours if it lies in them."""
    until = schedule.quiet_until(moment, group.timezone, group.quiet_from, group.quiet_to)
    if until is None:
        return moment
    # In the hour that autumn repeats, the end by the clock may be the hour before: take the next.
    return until if until > moment else until + timedelta(hours=1)


def coming(plan: TipPlan, group: Group, now: datetime, late: timedelta) -> Iterator[datetime]:
    """Give the moments of the tips to come, as the clock will see them."""
    moment = plan.next_due_at
    if moment is None or is_paused(plan, moment) or now - moment > late:
        moment = following(plan, group, now)
    else:
        moment = audible(group, max(moment, now))
    while moment is not None:
        yield moment
        moment = following(plan, group, moment)


def is_paused(plan: TipPlan, moment: datetime) -> bool:
    """Tell whether the plan is paused at that moment."""
    return plan.paused_until is not None and moment < plan.paused_until
