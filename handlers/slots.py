"""Slots: staff open the times in which they can be met, and take them back."""

from datetime import date, time

from bot import text
from bot.actions import Button, Choice, Form, Question
from bot.booking.opening import close_slot, open_slots
from bot.context import Context
from bot.errors import BadInput
from bot.events import Command
from bot.routing import SCHEDULERS, Answer, Route
from bot.text import day_and_time, literal, plural
from handlers import notices

MINUTES = (15, 20, 30, 45, 60)

FORM = Form(
    title="Open appointment times",
    fields=(
        Question(name="date", label="Date", kind="date", max=10),
        Question(name="start", label="From", kind="time", max=5),
        Question(name="end", label="To", kind="time", max=5),
        Question(
            name="minutes",
            label="Minutes for each",
            kind="choice",
            options=tuple(Choice(value=str(one), label=f"{one} minutes") for one in MINUTES),
        ),
        Question(name="place", label="Place", required=False, max=100, help="Room or video call"),
    ),
    submit="Open",
)


async def slots(event: Command, ctx: Context) -> Answer:
    """Open every time that fits, with whoever asks as the one to be met."""
    answers = event.answers or {}
    made = await open_slots(
        ctx.db,
        ctx.here.id,
        ctx.me.id,
        date.fromisoformat(answers["date"]),
        _time(answers, "start"),
        _time(answers, "end"),
        int(answers["minutes"]),
        answers["place"],
        ctx.here.timezone,
        ctx.now,
    )
    first, last = made[0], made[-1]
    await ctx.note("slots opened", first.id, plural(len(made), "time"))
    zone = ctx.here.timezone
    when = day_and_time(first.starts_at, zone)
    if first is not last:
        when = f"from {when} to {day_and_time(last.starts_at, zone)}"
    place = f", {literal(first.place)}" if first.place else ""
    return event.whisper(
        f"Opened {plural(len(made), 'time')}: {when}{place} ({literal(text.zone(zone))}).",
        notices.desk(ctx),
    )


async def slot(event: Command, ctx: Context) -> Answer:
    """Take back a time that nobody has booked."""
    verb, _, slot_id = event.args.partition(" ")
    if verb.lower() != "close" or not slot_id.strip():
        raise BadInput("Say which time to close. The desk has a button for each.")
    closed = await close_slot(ctx.db, ctx.here.id, slot_id.strip())
    await ctx.note("slot closed", closed.id)
    when = day_and_time(closed.starts_at, ctx.here.timezone)
    again = Button(label="Open times", press="slots")
    return event.whisper(f"Closed: {when}. Nobody can book it now.", again)


def _time(answers: dict[str, str], name: str) -> time:
    moment = time.fromisoformat(answers[name])
    if moment.tzinfo is not None:
        raise BadInput("Please give the time as the clinic’s clock shows it, such as 09:30.", name)
    return moment.replace(second=0, microsecond=0)


ROUTES = (
    Route("slots", slots, help="Open appointment times", who=SCHEDULERS, form=FORM),
    Route("slot", slot, who=SCHEDULERS, usage="close ID"),
)
