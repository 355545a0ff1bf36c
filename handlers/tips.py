"""Tips on a plan: staff say when the group gets one; everybody can see when the next one comes."""

import re
from datetime import datetime, time, timedelta
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncSession

from bot import text
from bot.actions import Button
from bot.context import Context
from bot.errors import BadInput, NotAllowed
from bot.events import Command
from bot.routing import SCHEDULERS, Answer, DueRow, Route, Schedule
from bot.store import content
from bot.store.content import TipPlan
from handlers import giving, moments, when
from handlers.timezone import named

PREVIEWED, LONGEST_PAUSE = 10, 365
HOW = (
    "You can say: `/tips on`, `/tips off`, `/tips at weekdays at 18:30`, "
    "`/tips zone Europe/London`, `/tips pause 7`, `/tips resume`, `/tips quiet 22:00-08:00`, "
    "`/tips next`."
)
_QUIET = re.compile(r"(\d{1,2}[:.]\d{2})\s*(?:-|–|to|until)\s*(\d{1,2}[:.]\d{2})")


async def tips(event: Command, ctx: Context) -> Answer:
    """Show the plan, or change it."""
    plan = await _plan(ctx)
    word, _, rest = event.args.strip().partition(" ")
    if ctx.role not in SCHEDULERS:
        if word:
            raise NotAllowed("Only the clinic’s team can change when tips come.")
        return event.whisper(_for_members(ctx, plan), Button(label="A tip now", press="tip"))
    if not word:
        return event.whisper(_state(ctx, plan), *_buttons(plan))
    if word.lower() == "next":
        words, cites = await _preview(ctx, plan)
        return event.whisper(words).model_copy(update={"cites": cites})
    done = _change(ctx, plan, word.lower(), rest.strip())
    plan.next_due_at = moments.following(plan, ctx.here, ctx.now) if plan.on else None
    ctx.db.add_all([plan, ctx.here])
    await ctx.note("tips changed", ctx.here.id, done)
    return event.whisper(f"Done.\n\n{_state(ctx, plan)}", *_buttons(plan))


def _change(ctx: Context, plan: TipPlan, word: str, rest: str) -> str:
    """Change the plan as told and return a few plain words for the audit log."""
    match word:
        case "on" | "off":
            plan.on = word == "on"
            return word
        case "at":
            plan.cron, plan.on = when.parse(rest), True
            return f"at {plan.cron}"
        case "zone":
            plan.timezone = named(rest)
            return f"zone {plan.timezone}"
        case "pause":
            plan.paused_until = ctx.now + timedelta(days=_days(rest))
            return f"paused until {plan.paused_until.isoformat(timespec='minutes')}"
        case "resume":
            plan.paused_until = None
            return "resumed"
        case "quiet":
            ctx.here.quiet_from, ctx.here.quiet_to = _quiet(rest)
            return f"quiet {ctx.here.quiet_from or 'never'} {ctx.here.quiet_to or ''}".strip()
        case _:
            raise BadInput(f"I do not know that. {HOW}")


async def _plan(ctx: Context) -> TipPlan:
    """Return the group's plan; a group that has none yet starts with tips off."""
    plan = await ctx.db.get(TipPlan, ctx.here.id)
    return plan or TipPlan(group_id=ctx.here.id, timezone=ctx.here.timezone, on=False)


def _days(words: str) -> int:
    number = words.lower().removesuffix("days").removesuffix("day").strip()
    days = int(number) if re.fullmatch(r"[0-9]{1,3}", number) else 0
    if not 1 <= days <= LONGEST_PAUSE:
        raise BadInput(f"Please say for how many days, from 1 to {LONGEST_PAUSE}: `/tips pause 7`.")
    return days


def _quiet(words: str) -> tuple[str | None, str | None]:
    if words.lower() == "off":
        return None, None
    found = _QUIET.fullmatch(words.lower())
    try:
        start, end = (_clock(part) for part in found.groups()) if found else ("", "")
    except ValueError:
        start = end = ""
    if start == end:
        raise BadInput("Please give two times, `/tips quiet 22:00-08:00`, or `/tips quiet off`.")
    return start, end


def _clock(words: str) -> str:
    return time.fromisoformat(words.replace(".", ":").zfill(5)).isoformat("minutes")


def _state(ctx: Context, plan: TipPlan) -> str:
    lines = [
        f"**Tips are {'on' if plan.on else 'off'}.**\n",
        f"- When: {when.say(plan.cron)} ({text.literal(text.zone(plan.timezone))})",
        f"- Quiet hours: {_quiet_words(ctx)}",
    ]
    if moments.is_paused(plan, ctx.now) and plan.paused_until:
        lines.append(f"- Paused until: {text.day_and_time(plan.paused_until, plan.timezone)}")
    if coming := _next(ctx, plan):
        lines.append(f"- The next tip: {text.day_and_time(coming, plan.timezone)}")
    return "\n".join([*lines, f"\n{HOW}"])


def _quiet_words(ctx: Context) -> str:
    group = ctx.here
    if not group.quiet_from or not group.quiet_to or group.quiet_from == group.quiet_to:
        return "none"
    zone = text.literal(text.zone(group.timezone))
    return f"{group.quiet_from} to {group.quiet_to} ({zone}). A tip waits until they end."


def _next(ctx: Context, plan: TipPlan) -> datetime | None:
    if not plan.on:
        return None
    return next(moments.coming(plan, ctx.here, ctx.now, giving.lateness(ctx)), None)


def _for_members(ctx: Context, plan: TipPlan) -> str:
    coming = _next(ctx, plan)
    if coming is None:
        return "This group gets no tips by itself at the moment. You can have one now."
    return f"The next tip for the group comes on {text.day_and_time(coming, ctx.zone)}."


def _buttons(plan: TipPlan) -> tuple[Button, ...]:
    if not plan.on:
        return (Button(label="On", press="tips on", style="primary"),)
    pause = Button(label="Pause a week", press="tips pause 7")
    if plan.paused_until is not None:
        pause = Button(label="Resume", press="tips resume")
    return (Button(label="Off", press="tips off"), pause, NEXT)


async def _preview(ctx: Context, plan: TipPlan) -> tuple[str, tuple[str, ...]]:
    if not plan.on:
        return "Tips are off, so none are planned.", ()
    coming = list(islice(await giving.ahead(ctx, plan), PREVIEWED))
    lines = [
        f"- {text.day_and_time(moment, plan.timezone)}: "
        f"{text.literal(item.title) if item else 'no tip is left by then'}"
        for moment, item in coming
    ]
    words = "\n".join(["**The next tips, as things stand:**\n", *lines])
    return words, tuple(dict.fromkeys(item.id for _, item in coming if item))


NEXT = Button(label="Next ten", press="tips next")


async def due(db: AsyncSession, now: datetime, limit: int) -> list[DueRow]:
    """Return the groups whose tip is due."""
    plans = await content.due_plans(db, now, limit)
    return [DueRow(plan.group_id, plan.next_due_at) for plan in plans if plan.next_due_at]


ROUTES = (Route("tips", tips, "See when the group’s tips come", usage="[how]"),)
SCHEDULES = (Schedule("tips", "* * * * *", giving.give, due),)
