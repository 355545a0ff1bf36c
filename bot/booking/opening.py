"""Opening: the clinic's staff say when they can be met, and take it back."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot import text
from bot.booking.rows import change
from bot.errors import BadInput, Refusal
from bot.store import people
from bot.store.bookings import CLOSED, FREE, HELD, Slot

SHORTEST, LONGEST = 5, 480
MOST_SLOTS = 100
FURTHEST = timedelta(days=366)


async def open_slots(  # noqa: PLR0913, PLR0917 - as many facts as a calendar has
    db: AsyncSession,
    group_id: str,
    clinician_id: str | None,
    day: date,
    start: time,
    end: time,
    minutes: int,
    place: str,
    zone: str,
    now: datetime,
) -> list[Slot]:
    """Open every slot of so many minutes that fits between two times of a day in `zone`.

    Raises BadInput naming the field that cannot be used. What has already passed today is left
    out.
    """
    _check_day(day, zone, now)
    spans = [span for span in times(day, start, end, minutes, zone) if span[0] > now]
    if not spans:
        raise BadInput("No time to come fits between those two. Please check them.", "end")
    if len(spans) > MOST_SLOTS:
        raise BadInput(f"That is more than {MOST_SLOTS} times at once.", "minutes")
    await _refuse_overlap(db, group_id, clinician_id, spans, zone)
    made = [
        Slot(
            id=people.new_id(),
            group_id=group_id,
            clinician_id=clinician_id,
            starts_at=begins,
            ends_at=ends,
            place=place,
        )
        for begins, ends in spans
    ]
    db.add_all(made)
    await db.flush()
    return made


def times(
    day: date, start: time, end: time, minutes: int, zone: str
) -> list[tuple[datetime, datetime]]:
    """Return the moments (UTC) at which appointments of one day begin and end.

    A time that the clock skips in spring does not exist and is left out, as is one that the
    appointment before the jump still takes; one that comes twice in autumn is taken once.
    """
    if end <= start:
        raise BadInput("The end must be later than the start.", "end")
    if not SHORTEST <= minutes <= LONGEST:
        raise BadInput(f"An appointment takes {SHORTEST} to {LONGEST} minutes.", "minutes")
    there, length = ZoneInfo(zone), timedelta(minutes=minutes)
    wall, last = datetime.combine(day, start), datetime.combine(day, end)
    found: list[tuple[datetime, datetime]] = []
    while wall + length <= last:
        begins = wall.replace(tzinfo=there).astimezone(UTC)
        exists = begins.astimezone(there).replace(tzinfo=None) == wall
        if exists and (not found or found[-1][1] <= begins):
            found.append((begins, begins + length))
        wall += length
    return found


async def close_slot(db: AsyncSession, group_id: str, slot_id: str) -> Slot:
    """Take back a slot that nobody has booked; raises Refusal if it cannot be taken back."""
    slot = await db.get(Slot, slot_id)
    if slot is None or slot.group_id != group_id:
        raise BadInput("There is no such time here.")
    open_still = col(Slot.state).in_([FREE, HELD])
    values = {"state": CLOSED, "held_by": None, "held_until": None}
    if not await change(db, Slot, slot_id, open_still, values):
        await db.refresh(slot)
        if slot.state == CLOSED:
            raise Refusal("That time is closed already.")
        raise Refusal("Somebody has booked that time, so it stays.")
    await db.refresh(slot)
    return slot


def _check_day(day: date, zone: str, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(zone)).date()
    if day < today:
        raise BadInput("That day has passed.", "date")
    if day > today + FURTHEST:
        raise BadInput("That day is more than a year away.", "date")


async def _refuse_overlap(
    db: AsyncSession,
    group_id: str,
    clinician_id: str | None,
    spans: Sequence[tuple[datetime, datetime]],
    zone: str,
) -> None:
    """Raise BadInput if the clinician has something open at the same time, in any group."""
    query = select(Slot).where(
        Slot.state != CLOSED,
        Slot.clinician_id == clinician_id,
        Slot.starts_at < spans[-1][1],
        Slot.ends_at > spans[0][0],
    )
    if clinician_id is None:
        query = query.where(Slot.group_id == group_id)
    for known in (await db.execute(query.order_by(col(Slot.starts_at)))).scalars():
        if any(known.starts_at < ends and begins < known.ends_at for begins, ends in spans):
            when = text.day_and_time(known.starts_at, zone)
            raise BadInput(f"There is a time open already on {when}. Nothing was opened.", "start")
