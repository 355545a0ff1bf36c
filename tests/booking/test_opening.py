"""Opening times: what fits in a day, by the clinic's clock, and what is refused."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.booking.native import close_slot, open_slots
from bot.booking.opening import times
from bot.errors import BadInput, Refusal
from bot.store import people
from bot.store.bookings import BOOKED, CLOSED
from tests.booking.conftest import NOW, THURSDAY, Clinic, found

LONDON = "Europe/London"


async def opened(
    clinic: Clinic,
    who: str | None = None,
    day: date = THURSDAY,
    start: time = time(9),
    end: time = time(12),
    minutes: int = 30,
) -> list[datetime]:
    slots = await open_slots(
        clinic.db, clinic.group, who, day, start, end, minutes, "Room 4", LONDON, NOW
    )
    return [slot.starts_at for slot in slots]


async def test_a_morning_holds_six_half_hours(clinic: Clinic) -> None:
    starts = await opened(clinic)
    assert len(starts) == 6
    assert (starts[0], starts[-1]) == (
        datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 26, 11, 30, tzinfo=UTC),
    )


async def test_what_does_not_fit_whole_is_left_out(clinic: Clinic) -> None:
    assert len(await opened(clinic, end=time(10, 15), minutes=30)) == 2


async def test_in_summer_the_clinics_clock_is_an_hour_ahead(clinic: Clinic) -> None:
    starts = await opened(clinic, day=date(2027, 7, 1))
    assert starts[0] == datetime(2027, 7, 1, 8, 0, tzinfo=UTC)


def test_the_hour_that_spring_skips_does_not_exist() -> None:
    spans = times(date(2027, 3, 28), time(0), time(3), 30, LONDON)
    assert [f"{begins:%H:%M}" for begins, _ in spans] == ["00:00", "00:30", "01:00", "01:30"]
    assert all(end - begin == timedelta(minutes=30) for begin, end in spans)


def test_the_hour_that_comes_twice_in_autumn_is_taken_once() -> None:
    spans = times(date(2026, 10, 25), time(0), time(3), 60, LONDON)
    assert [begins.isoformat()[:16] for begins, _ in spans] == [
        "2026-10-24T23:00",
        "2026-10-25T00:00",
        "2026-10-25T02:00",
    ]


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
@pytest.mark.parametrize("minutes", [15, 20, 45, 60])
def test_no_two_times_of_a_day_overlap(day: date, minutes: int) -> None:
    spans = times(day, time(0), time(6), minutes, LONDON)
    assert len(spans) > 3
    assert all(one[1] <= next_[0] for one, next_ in pairwise(spans))


async def test_today_only_what_is_still_to_come(clinic: Clinic) -> None:
    starts = await opened(clinic, day=NOW.date())
    assert starts == [NOW + timedelta(minutes=30 * step) for step in (1, 2, 3)]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"day": date(2026, 11, 23)}, "date", "has passed"),
        ({"day": date(2027, 11, 26)}, "date", "more than a year"),
        ({"day": date.max}, "date", "more than a year"),
        ({"end": time(9)}, "end", "later than the start"),
        ({"end": time(9, 10)}, "end", "No time to come"),
        ({"day": NOW.date(), "end": time(10)}, "end", "No time to come"),
        ({"minutes": 0}, "minutes", "5 to 480"),
        ({"minutes": 481}, "minutes", "5 to 480"),
        ({"start": time(0), "end": time(23, 59), "minutes": 5}, "minutes", "more than 100"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(
    clinic: Clinic, change: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        await opened(clinic, **change)  # type: ignore[arg-type]
    assert refused.value.field == field


async def test_one_clinician_is_in_one_place_at_a_time(clinic: Clinic) -> None:
    elsewhere = await found(clinic.db, "g2")
    await opened(clinic, clinic.ana)
    with pytest.raises(BadInput, match="Thursday 26 November, 11:30"):
        await opened(elsewhere, clinic.ana, start=time(11, 45), end=time(13))
    assert len(await opened(elsewhere, clinic.ana, start=time(12), end=time(13))) == 2
    assert len(await opened(clinic, clinic.ben)) == 6


async def test_times_around_one_that_is_open_are_free(clinic: Clinic) -> None:
    await opened(clinic, clinic.ana, start=time(10), end=time(10, 30))
    with pytest.raises(BadInput, match="open already"):
        await opened(clinic, clinic.ana, start=time(9), end=time(12))
    await opened(clinic, clinic.ana, start=time(9), end=time(10))
    await opened(clinic, clinic.ana, start=time(10, 30), end=time(11))


async def test_a_time_in_the_hour_that_is_skipped_in_autumn_is_in_nobodys_way(
    clinic: Clinic,
) -> None:
    night = date(2027, 10, 31)  # 01:00 to 02:00 in UTC is the second one o'clock in London
    await open_slots(
        clinic.db, clinic.group, clinic.ana, night, time(1), time(2), 60, "", "UTC", NOW
    )
    assert len(await opened(clinic, clinic.ana, night, time(0), time(3), 60)) == 3


async def test_times_of_nobody_in_particular_do_not_overlap_in_a_group(clinic: Clinic) -> None:
    elsewhere = await found(clinic.db, "g2")
    await opened(clinic)
    with pytest.raises(BadInput, match="open already"):
        await opened(clinic)
    assert len(await opened(elsewhere)) == 6


async def test_a_closed_time_can_be_opened_anew(clinic: Clinic) -> None:
    slot, *_ = await clinic.open()
    closed = await close_slot(clinic.db, clinic.group, slot.id)
    assert closed.state == CLOSED
    assert len(await opened(clinic, end=time(10))) == 2


async def test_staff_may_close_what_somebody_holds_but_not_what_is_booked(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    await clinic.calendar.hold(clinic.db, first.id, clinic.ana, NOW)
    closed = await close_slot(clinic.db, clinic.group, first.id)
    assert (closed.state, closed.held_by) == (CLOSED, None)
    await clinic.calendar.book(clinic.db, second.id, clinic.ana, None, NOW)
    with pytest.raises(Refusal, match="booked that time"):
        await close_slot(clinic.db, clinic.group, second.id)
    with pytest.raises(Refusal, match="closed already"):
        await close_slot(clinic.db, clinic.group, first.id)
    assert second.state == BOOKED


async def test_another_groups_time_cannot_be_closed(clinic: Clinic) -> None:
    elsewhere = await found(clinic.db, "g2")
    slot, *_ = await elsewhere.open()
    for slot_id in (slot.id, people.new_id()):
        with pytest.raises(BadInput, match="no such time"):
            await close_slot(clinic.db, clinic.group, slot_id)
