"""Reminders: before an appointment its patient is told again when it is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Action
from bot.context import Context
from bot.events import Due
from bot.routing import Answer, DueRow, Schedule
from bot.store import bookings
from bot.store.bookings import BOOKED, Appointment, Slot
from bot.store.groups import Group
from bot.store.people import Person
from handlers import notices, times
from handlers.discreet import discreet


async def due(db: AsyncSession, now: datetime, limit: int) -> Sequence[DueRow]:
    """Return the appointments to remind of."""
    rows = await bookings.due_reminders(db, now, limit)
    return [DueRow(row.id, row.remind_at) for row in rows if row.remind_at is not None]


async def remind(event: Due, ctx: Context) -> Answer:
    """Remind one patient, unless the appointment was moved, cancelled or has begun."""
    made = await ctx.db.get(Appointment, event.ref)
    if made is None or made.state != BOOKED or made.remind_at != event.due_at:
        return None
    made.remind_at = None
    slot = await ctx.db.get_one(Slot, made.slot_id)
    if slot.starts_at <= ctx.now:
        return None
    ctx.group = await ctx.db.get_one(Group, made.group_id)
    await ctx.note("appointment reminder", made.id)
    return await _words(ctx, made, slot)


async def _words(ctx: Context, made: Appointment, slot: Slot) -> list[Action]:
    person = await ctx.db.get_one(Person, made.person_id)
    said = times.said(ctx, slot, person.timezone or ctx.here.timezone)
    reminders = await notices.patient(
        ctx,
        made.person_id,
        f"A reminder: your appointment is **{said}**.",
        times.MOVE,
        times.CANCEL,
    )
    late = {"expires_at": slot.starts_at}
    answer: list[Action] = []
    for reminder in reminders:
        file = notices.file(ctx, reminder.to, reminder.room, (made, slot))
        answer += [reminder.model_copy(update=late), file.model_copy(update=late)]
    return answer


SCHEDULES = (Schedule("reminders", "* * * * *", discreet(remind), due),)
