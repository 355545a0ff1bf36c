"""Native: the clinic's own calendar of slots, kept in the bot's database.

Each change names the state it expects and looks at how many rows it changed, so whoever comes
second sees nothing changed, on any database. The unique index has the last word.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.booking import SlotTaken
from bot.booking.opening import close_slot, open_slots
from bot.booking.rows import change, changed
from bot.errors import Refusal
from bot.store import bookings, people
from bot.store.bookings import BOOKED, CANCELLED, FREE, HELD, Appointment, Slot

__all__ = ["Native", "close_slot", "open_slots"]

TAKEN = "That time is not free any more."


class Native:
    """Books the slots that staff opened."""

    def __init__(self, hold_minutes: int, reminder_hours: int) -> None:
        """Take how long a time is kept, and how long before it a reminder is due."""
        self.hold_for = timedelta(minutes=hold_minutes)
        self.remind_before = timedelta(hours=reminder_hours)

    async def slots(
        self, db: AsyncSession, group_id: str, person_id: str, now: datetime
    ) -> Sequence[Slot]:
        """Return the times this person could take, soonest first."""
        return await bookings.free(db, group_id, person_id, now)

    async def hold(self, db: AsyncSession, slot_id: str, person_id: str, now: datetime) -> Slot:
        """Keep a time for this person for some minutes; raises SlotTaken."""
        slot = await _for(db, slot_id, person_id)
        until = now + self.hold_for
        await _take(db, slot_id, person_id, now, state=HELD, held_by=person_id, held_until=until)
        await _let_go(db, slot, person_id)
        await db.refresh(slot)
        return slot

    async def book(
        self, db: AsyncSession, slot_id: str, person_id: str, case_id: str | None, now: datetime
    ) -> Appointment:
        """Make the appointment; raises SlotTaken."""
        slot = await _for(db, slot_id, person_id)
        made = Appointment(
            id=people.new_id(),
            slot_id=slot_id,
            group_id=slot.group_id,
            person_id=person_id,
            case_id=case_id,
            uid=str(uuid4()),
            created_at=now,
            changed_at=now,
            remind_at=self._remind_at(slot, now),
        )
        try:
            async with db.begin_nested():
                await _take(db, slot_id, person_id, now, **_booked())
                db.add(made)
                await db.flush()
        except IntegrityError:
            raise SlotTaken(TAKEN) from None
        await _let_go(db, slot, person_id)
        await db.refresh(slot)
        return made

    async def reschedule(
        self, db: AsyncSession, appointment: Appointment, slot_id: str, now: datetime
    ) -> Appointment:
        """Move an appointment to another time, freeing the old one; raises SlotTaken."""
        slot = await _for(db, slot_id, appointment.person_id)
        if slot.group_id != appointment.group_id:
            raise SlotTaken(TAKEN)
        old = appointment.slot_id
        try:
            async with db.begin_nested():
                await _take(db, slot_id, appointment.person_id, now, **_booked())
                remind_at = self._remind_at(slot, now)
                await _change(db, appointment, now, slot_id=slot_id, remind_at=remind_at)
                await _give_back(db, old)
        except IntegrityError:
            raise SlotTaken(TAKEN) from None
        await _let_go(db, slot, appointment.person_id)
        await db.refresh(slot)
        return appointment

    async def cancel(
        self, db: AsyncSession, appointment: Appointment, now: datetime
    ) -> Appointment:
        """Cancel an appointment and free its time."""
        await _change(db, appointment, now, state=CANCELLED, remind_at=None)
        await _give_back(db, appointment.slot_id)
        return appointment

    def _remind_at(self, slot: Slot, now: datetime) -> datetime | None:
        moment = slot.starts_at - self.remind_before
        return moment if moment > now else None


async def _for(db: AsyncSession, slot_id: str, person_id: str) -> Slot:
    """Return a slot of a group that the person is in."""
    slot = await db.get(Slot, slot_id)
    if slot is None or await people.membership(db, person_id, slot.group_id) is None:
        raise SlotTaken(TAKEN)
    return slot


def _booked() -> dict[str, Any]:
    return {"state": BOOKED, "held_by": None, "held_until": None}


async def _take(
    db: AsyncSession, slot_id: str, person_id: str, now: datetime, **values: object
) -> None:
    """Change a slot if this person can take it now; raises SlotTaken if they cannot."""
    conditions: Any = bookings.open_to(person_id, now)
    statement = update(Slot).where(col(Slot.id) == slot_id, *conditions).values(**values)
    if not await changed(db, statement):
        raise SlotTaken(TAKEN)


async def _change(
    db: AsyncSession, appointment: Appointment, now: datetime, **values: object
) -> None:
    """Change a booked appointment; a calendar knows the newer version by its sequence."""
    as_known = (col(Appointment.state) == BOOKED) & (
        col(Appointment.sequence) == appointment.sequence
    )
    values |= {"sequence": appointment.sequence + 1, "changed_at": now}
    if not await change(db, Appointment, appointment.id, as_known, values):
        raise Refusal("That appointment was changed in the meantime. Please look again.")
    await db.refresh(appointment)


async def _give_back(db: AsyncSession, slot_id: str) -> None:
    """Let others take a slot whose appointment is gone."""
    await change(db, Slot, slot_id, col(Slot.state) == BOOKED, {"state": FREE})
    await db.get(Slot, slot_id, populate_existing=True)


async def _let_go(db: AsyncSession, slot: Slot, person_id: str) -> None:
    """Free what else the person held in this group: one time is kept for one person."""
    others = update(Slot).where(
        col(Slot.group_id) == slot.group_id,
        col(Slot.state) == HELD,
        col(Slot.held_by) == person_id,
        col(Slot.id) != slot.id,
    )
    await changed(db, others.values(state=FREE, held_by=None, held_until=None))
