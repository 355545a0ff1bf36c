"""The native calendar: who gets a time, and what becomes of it."""

from datetime import timedelta

import pytest

from bot.booking import SlotTaken
from bot.errors import Refusal
from bot.store import bookings
from bot.store.bookings import BOOKED, CANCELLED, FREE, HELD, Appointment
from tests.booking.conftest import HOUR, NOW, Clinic, found


async def test_free_times_come_soonest_first(clinic: Clinic) -> None:
    opened = await clinic.open()
    shown = await clinic.calendar.slots(clinic.db, clinic.group, clinic.ana, NOW)
    assert [slot.id for slot in shown] == [slot.id for slot in opened]


async def test_what_one_holds_the_other_does_not_see(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    held = await clinic.calendar.hold(clinic.db, first.id, clinic.ana, NOW)
    assert (held.state, held.held_until) == (HELD, NOW + timedelta(minutes=10))
    bens = await clinic.calendar.slots(clinic.db, clinic.group, clinic.ben, NOW)
    anas = await clinic.calendar.slots(clinic.db, clinic.group, clinic.ana, NOW)
    assert (bens[0].id, anas[0].id) == (second.id, first.id)
    with pytest.raises(SlotTaken):
        await clinic.calendar.hold(clinic.db, first.id, clinic.ben, NOW)
    with pytest.raises(SlotTaken):
        await clinic.calendar.book(clinic.db, first.id, clinic.ben, None, NOW)


async def test_a_hold_lapses(clinic: Clinic) -> None:
    first, *_ = await clinic.open()
    await clinic.calendar.hold(clinic.db, first.id, clinic.ana, NOW)
    later = NOW + timedelta(minutes=10)
    held = await clinic.calendar.hold(clinic.db, first.id, clinic.ben, later)
    assert held.held_by == clinic.ben


async def test_a_person_holds_one_time_in_a_group(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    await clinic.calendar.hold(clinic.db, first.id, clinic.ana, NOW)
    await clinic.calendar.hold(clinic.db, second.id, clinic.ana, NOW)
    await clinic.db.refresh(first)
    assert (first.state, first.held_by) == (FREE, None)


async def test_booking_lets_go_of_what_was_held(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    await clinic.calendar.hold(clinic.db, first.id, clinic.ana, NOW)
    made = await clinic.calendar.book(clinic.db, second.id, clinic.ana, None, NOW)
    await clinic.db.refresh(first)
    assert (first.state, second.state, made.slot_id) == (FREE, BOOKED, second.id)


async def test_a_reminder_is_planned_unless_its_moment_has_passed(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    early = await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, NOW)
    late = second.starts_at - HOUR
    short = await clinic.calendar.book(clinic.db, second.id, clinic.ben, None, late)
    assert early.remind_at == first.starts_at - timedelta(hours=24)
    assert short.remind_at is None


async def test_a_time_that_has_begun_is_gone(clinic: Clinic) -> None:
    first, *_ = await clinic.open()
    with pytest.raises(SlotTaken):
        await clinic.calendar.hold(clinic.db, first.id, clinic.ana, first.starts_at)
    with pytest.raises(SlotTaken):
        await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, first.starts_at)


async def test_another_groups_time_is_no_time(clinic: Clinic) -> None:
    elsewhere = await found(clinic.db, "g2")
    theirs, *_ = await elsewhere.open()
    ours, *_ = await clinic.open()
    made = await clinic.calendar.book(clinic.db, ours.id, clinic.ana, None, NOW)
    for slot_id in (theirs.id, "no-such-slot"):
        with pytest.raises(SlotTaken):
            await clinic.calendar.hold(clinic.db, slot_id, clinic.ana, NOW)
        with pytest.raises(SlotTaken):
            await clinic.calendar.book(clinic.db, slot_id, clinic.ana, None, NOW)
        with pytest.raises(SlotTaken):
            await clinic.calendar.reschedule(clinic.db, made, slot_id, NOW)
    assert theirs.state == FREE


async def test_a_person_in_both_groups_moves_within_one(clinic: Clinic) -> None:
    elsewhere = await found(clinic.db, "g2")
    theirs, *_ = await elsewhere.open()
    made = await clinic.calendar.book(clinic.db, theirs.id, elsewhere.ana, None, NOW)
    made.group_id = clinic.group
    with pytest.raises(SlotTaken):
        await clinic.calendar.reschedule(clinic.db, made, theirs.id, NOW)


async def test_moving_keeps_the_appointment_and_frees_the_old_time(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    made = await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, NOW)
    moved = await clinic.calendar.reschedule(clinic.db, made, second.id, NOW + HOUR)
    assert (moved.uid, moved.id, moved.slot_id) == (made.uid, made.id, second.id)
    assert (moved.sequence, moved.changed_at) == (1, NOW + HOUR)
    assert moved.remind_at == second.starts_at - timedelta(hours=24)
    assert (first.state, second.state) == (FREE, BOOKED)


async def test_moving_to_a_taken_time_changes_nothing(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    made = await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, NOW)
    await clinic.calendar.book(clinic.db, second.id, clinic.ben, None, NOW)
    with pytest.raises(SlotTaken):
        await clinic.calendar.reschedule(clinic.db, made, second.id, NOW)
    await clinic.db.refresh(made)
    assert (made.slot_id, made.sequence, first.state) == (first.id, 0, BOOKED)


async def test_a_cancelled_time_can_be_booked_by_others(clinic: Clinic) -> None:
    first, *_ = await clinic.open()
    made = await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, NOW)
    gone = await clinic.calendar.cancel(clinic.db, made, NOW)
    assert (gone.state, gone.sequence, gone.remind_at, first.state) == (CANCELLED, 1, None, FREE)
    again = await clinic.calendar.book(clinic.db, first.id, clinic.ben, None, NOW)
    assert again.uid != made.uid


async def test_what_was_cancelled_cannot_be_cancelled_or_moved(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    made = await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, NOW)
    await clinic.calendar.cancel(clinic.db, made, NOW)
    with pytest.raises(Refusal, match="changed in the meantime"):
        await clinic.calendar.cancel(clinic.db, made, NOW)
    with pytest.raises(Refusal, match="changed in the meantime"):
        await clinic.calendar.reschedule(clinic.db, made, second.id, NOW)
    await clinic.db.refresh(second)
    assert (made.sequence, second.state) == (1, FREE)


async def test_somebody_who_saw_an_older_version_changes_nothing(clinic: Clinic) -> None:
    first, second, third = await clinic.open()
    made = await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, NOW)
    stale = Appointment(**made.model_dump())
    await clinic.calendar.reschedule(clinic.db, made, second.id, NOW)
    with pytest.raises(Refusal, match="changed in the meantime"):
        await clinic.calendar.reschedule(clinic.db, stale, third.id, NOW)
    await clinic.db.refresh(third)
    assert (made.slot_id, third.state) == (second.id, FREE)


async def test_the_unique_index_has_the_last_word(clinic: Clinic) -> None:
    first, second, _ = await clinic.open()
    await clinic.calendar.book(clinic.db, first.id, clinic.ana, None, NOW)
    bens = await clinic.calendar.book(clinic.db, second.id, clinic.ben, None, NOW)
    first.state = FREE  # as if a fault of ours had freed it while it was booked
    clinic.db.add(first)
    await clinic.db.flush()
    with pytest.raises(SlotTaken):
        await clinic.calendar.book(clinic.db, first.id, clinic.ben, None, NOW)
    with pytest.raises(SlotTaken):
        await clinic.calendar.reschedule(clinic.db, bens, first.id, NOW)
    mine = await bookings.appointment(clinic.db, clinic.group, clinic.ben, NOW)
    assert mine is not None
    assert mine[1].id == second.id
