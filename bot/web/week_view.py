"""The week's contents: every time of one week, by the clock of the group's time zone."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.store import bookings, people
from bot.store.bookings import BOOKED, CLOSED, FREE, HELD, Appointment, Slot
from bot.store.people import Person
from bot.web import times
from bot.web.places import Spot
from bot.web.visit import Visit

Json = dict[str, Any]
DAYS = 7
WORDS = {FREE: "Free", HELD: "Being chosen", CLOSED: "Closed"}


async def values(visit: Visit, db: AsyncSession, where: Spot) -> Json:
    """Return the week that the address names, or this one."""
    zone = where.group.timezone
    today = times.local(visit.now, zone).date()
    first = times.monday(_named(visit.query("week")) or today)
    begin, end = times.midnight(first, zone), times.midnight(first + timedelta(days=DAYS), zone)
    slots = await bookings.between(db, where.group.id, begin, end)
    names = await _names(db, where)
    last = first + timedelta(days=DAYS - 1)
    return {
        "monday": first.isoformat(),
        "label": f"{first.day} {first:%B} to {last.day} {last:%B %Y}",
        "prev_href": _href(where, first - timedelta(days=DAYS)),
        "next_href": _href(where, first + timedelta(days=DAYS)),
        "days": [
            {
                "label": f"{day:%A} {day.day} {day:%b}",
                "today": day == today,
                "slots": [
                    _slot(slot, names, zone)
                    for slot in slots
                    if times.local(slot.starts_at, zone).date() == day
                ],
            }
            for day in (first + timedelta(days=number) for number in range(DAYS))
        ],
    }


def _named(words: str) -> date | None:
    """Return the day that an address names; None for none, or for one too far to count from."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if date.min.year + 1 < day.year < date.max.year - 1 else None


def _href(where: Spot, monday: date) -> str:
    return f"/desk?group={where.group.slug}&week={monday.isoformat()}#week-title"


async def _names(db: AsyncSession, where: Spot) -> dict[str, str]:
    """Return who has booked which slot of this group."""
    query = (
        select(Appointment.slot_id, Person)
        .join(Person, col(Person.id) == col(Appointment.person_id))
        .where(Appointment.group_id == where.group.id, Appointment.state == BOOKED)
    )
    rows = (await db.execute(query)).all()
    return {slot_id: people.name_of(db, person) for slot_id, person in rows}


def _slot(slot: Slot, names: dict[str, str], zone: str) -> Json:
    label = names.get(slot.id, "Booked") if slot.state == BOOKED else WORDS[slot.state]
    return {
        "id": slot.id,
        "time": f"{times.clock(slot.starts_at, zone)}–{times.clock(slot.ends_at, zone)}",
        "label": f"{label}, {slot.place}" if slot.place else label,
        "state": slot.state,
    }
