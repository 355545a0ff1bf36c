"""The care page's contents: everything it shows, read from the rows, in a patient's words."""

import math
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import text
from bot.library import Helpline
from bot.store import bookings, cases, people
from bot.store.bookings import HELD, Appointment, Slot
from bot.store.cases import Case, Kind, State
from bot.store.people import Person
from bot.text import day_and_time
from bot.web import times
from bot.web.places import Spot
from bot.web.visit import Visit

Json = dict[str, Any]
STATUS = {
    State.OPEN: "Waiting for the care team",
    State.SEEN: "Seen by the care team",
    State.ANSWERED: "Answered",
    State.BOOKED: "Booked",
    State.CLOSED: "Closed",
}
HINTS = {
    Kind.URGENT: "You need help today or tomorrow.",
    Kind.ROUTINE: "A check-up, or a question that can wait.",
    Kind.OPINION: "Another doctor looks at it as well.",
    Kind.DOCTOR: "You would like to see somebody else.",
    Kind.TECHNICAL: "This page or the chat does not work as it should.",
}
UNKNOWN_NUMBER = "112"


async def values(visit: Visit, db: AsyncSession, where: Spot) -> Json:
    """Return what the page shows to this patient now."""
    group, person, now = where.group, where.person, visit.now
    booked = await bookings.appointment(db, group.id, person.id, now)
    case = await cases.current(db, group.id, person.id)
    free = await bookings.free(db, group.id, person.id, now)
    held = next((slot for slot in free if slot.state == HELD), None)
    flags = visit.site.library.red_flags(group.condition, today=now.date())
    return {
        "group": group,
        "emergency": _emergency(visit.site.library.helplines(group.country, "emergency")),
        "red_flags": [{"sign": flag.sign, "say": flag.say} for flag in flags],
        "timezone": text.zone(where.zone),
        "appointment": await _appointment(db, where, booked, now) if booked else None,
        "days": days([slot for slot in free if slot is not held], where.zone),
        "held": _held(held, where.zone, now) if held else None,
        "case": _case(case, where.zone) if case else None,
        "kinds": [_kind(kind) for kind in Kind if kind is not Kind.EMERGENCY],
    }


def _emergency(lines: Sequence[Helpline]) -> Json:
    number = lines[0].contact if lines else UNKNOWN_NUMBER
    words = "If you may be in danger, call now. Nobody watches this page all the time."
    return {"number": number, "text": words}


async def _appointment(
    db: AsyncSession, where: Spot, booked: tuple[Appointment, Slot], now: datetime
) -> Json:
    slot = booked[1]
    clinician = await db.get(Person, slot.clinician_id) if slot.clinician_id else None
    return {
        "when_label": day_and_time(slot.starts_at, where.zone),
        "who": people.name_of(db, clinician) if clinician else "",
        "place": slot.place,
        "ics_href": f"/care/appointment.ics?group={where.group.slug}",
        "can_change": slot.starts_at > now,
    }


def days(slots: Sequence[Slot], zone: str) -> list[Json]:
    """Return times by day, as somebody in that time zone calls the days."""
    by_day = groupby(slots, key=lambda slot: times.local(slot.starts_at, zone).date())
    return [
        {
            "label": times.day_words(date),
            "slots": [
                {"id": slot.id, "label": times.clock(slot.starts_at, zone)} for slot in of_day
            ],
        }
        for date, of_day in by_day
    ]


def _held(slot: Slot, zone: str, now: datetime) -> Json:
    left = (slot.held_until - now).total_seconds() if slot.held_until else 0
    minutes = max(1, math.ceil(left / 60))
    return {"id": slot.id, "label": day_and_time(slot.starts_at, zone), "minutes": minutes}


def _kind(kind: Kind) -> Json:
    return {"value": kind.value, "label": kind.label, "hint": HINTS.get(kind, "")}


def _case(case: Case, zone: str) -> Json:
    return {
        "ref": case.ref,
        "kind_label": Kind(case.kind).label,
        "status_label": STATUS[State(case.state)],
        "details_given": case.details_at is not None,
        "steps": _steps(case, zone),
    }


def _steps(case: Case, zone: str) -> list[Json]:
    """Return what has happened with a request, and what comes next."""
    booked = case.state == State.BOOKED
    steps = [
        _step("You asked for help", "", case.created_at, zone),
        _step("You gave details", "You have given no details yet", case.details_at, zone),
        _step("The care team has seen it", "The care team has not seen it yet", case.seen_at, zone),
    ]
    if booked:
        return [*steps, {"label": "You have an appointment", "done": True, "at": ""}]
    answered = "The care team has answered", "The care team has not answered yet"
    return [*steps, _step(*answered, case.answered_at, zone)]


def _step(done: str, to_come: str, at: datetime | None, zone: str) -> Json:
    """Return one step; the words of one that has not happened must not read as if it had."""
    label = done if at else to_come
    return {"label": label, "done": at is not None, "at": day_and_time(at, zone) if at else ""}
