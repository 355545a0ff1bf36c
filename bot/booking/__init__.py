"""Booking: the one seam behind which any calendar of appointments stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.store.bookings import Appointment, Slot


class SlotTaken(Refusal):
    """Somebody else was first, or the time has passed; offer the next free ones."""


class BookingUnavailable(Refusal):
    """The calendar cannot be reached; say so and fall back to the next one."""


class Booking(Protocol):
    """Shows free times and makes, moves and cancels appointments.

    Everything happens in the caller's transaction. Times are aware moments in UTC.
    """

    async def slots(
        self, db: AsyncSession, group_id: str, person_id: str, now: datetime
    ) -> Sequence[Slot]:
        """Return the times this person could take, soonest first."""
        ...

    async def hold(self, db: AsyncSession, slot_id: str, person_id: str, now: datetime) -> Slot:
        """Keep a time for this person for some minutes; raises SlotTaken."""
        ...

    async def book(
        self, db: AsyncSession, slot_id: str, person_id: str, case_id: str | None, now: datetime
    ) -> Appointment:
        """Make the appointment; raises SlotTaken."""
        ...

    async def reschedule(
        self, db: AsyncSession, appointment: Appointment, slot_id: str, now: datetime
    ) -> Appointment:
        """Move an appointment to another time, freeing the old one; raises SlotTaken."""
        ...

    async def cancel(
        self, db: AsyncSession, appointment: Appointment, now: datetime
    ) -> Appointment:
        """Cancel an appointment and free its time."""
        ...
