"""Reminders: once, in time, private, and never of what is no longer true."""

import pytest

from bot import events
from bot.store import people
from bot.store.groups import Group
from tests.handlers.visits import (
    acts,
    entries,
    meet,
    opened,
    said_openly,
    slots,
    the_appointment,
)
from tests.world import World


@pytest.fixture(autouse=True)
async def _booked(world: World) -> None:
    await meet(world)
    await opened(world, place="Room 4")
    await world.says("ana", f"/book {(await slots(world))[0].id}")


async def test_a_day_before_the_patient_is_reminded_with_a_calendar_file(world: World) -> None:
    await world.tick(hours=22)
    assert not world.seen_by("ana")
    await world.tick(hours=1)
    seen = world.seen_by("ana")
    assert seen == (
        "A reminder: your appointment is **Thursday 26 November, 09:00, Room 4**.\n"
        "[Move]\n[Cancel appointment]\n"
        "Open this file to add it to your calendar. (appointment.ics)"
    )
    first, second = entries(world, "ana")
    assert (first["UID"], first["SEQUENCE"]) == (second["UID"], second["SEQUENCE"])
    assert "appointment reminder" in await acts(world)
    assert not said_openly(world)


async def test_a_reminder_comes_once(world: World) -> None:
    await world.tick(hours=23)
    assert "A reminder" in world.seen_by("ana")
    await world.tick(minutes=1)
    await world.tick(hours=1)
    assert not world.seen_by("ana")
    assert (await the_appointment(world)).remind_at is None


async def test_it_names_no_condition_and_no_group(world: World) -> None:
    await world.tick(hours=23)
    assert "Crohn" not in world.seen_by("ana")


async def test_the_time_is_the_patients_own(world: World) -> None:
    async with world.db.write() as db:
        ana = await people.find(db, world.address("ana"))
        assert ana is not None
        ana.timezone = "America/New_York"
    await world.tick(hours=23)
    assert "**Thursday 26 November, 04:00, Room 4**" in world.seen_by("ana")


async def test_after_an_outage_it_is_better_late_than_never(world: World) -> None:
    await world.tick(hours=46)
    assert "A reminder" in world.seen_by("ana")


async def test_once_it_has_begun_there_is_nothing_to_remind_of(world: World) -> None:
    await world.tick(hours=47)
    assert not world.seen_by("ana")
    assert (await the_appointment(world)).remind_at is None


async def test_a_cancelled_appointment_is_not_reminded_of(world: World) -> None:
    await world.says("ana", "/cancel yes")
    await world.tick(hours=23)
    assert not world.seen_by("ana")


async def test_a_moved_appointment_is_reminded_of_at_its_new_time(world: World) -> None:
    last = (await slots(world))[-1]
    await world.says("ana", f"/move {last.id}")
    await world.tick(hours=23)
    assert not world.seen_by("ana")
    await world.tick(hours=2, minutes=30)
    assert "**Thursday 26 November, 11:30, Room 4**" in world.seen_by("ana")


async def test_an_event_planned_for_the_old_time_says_nothing(world: World) -> None:
    made = await the_appointment(world)
    async with world.db.read() as db:
        schedule = world.bot.table.schedule("reminders")
        assert schedule is not None
        assert schedule.due is not None
        world.clock.advance(hours=23)
        (row,) = await schedule.due(db, world.clock.now(), 10)
    assert (row.ref, row.due_at) == (made.id, made.remind_at)
    last = (await slots(world))[-1]
    await world.says("ana", f"/move {last.id}")
    await world.hears(
        events.Due(
            id="due:reminders:late",
            at=world.clock.now(),
            chat=events.NOBODY,
            user=events.NOBODY,
            name="reminders",
            ref=row.ref,
            due_at=row.due_at,
        )
    )
    assert not world.seen_by("ana")


async def test_somebody_who_left_the_group_is_not_written_to(world: World) -> None:
    async with world.db.write() as db:
        ana = await people.find(db, world.address("ana"))
        assert ana is not None
        place = await people.membership(db, ana.id, world.group.id)
        assert place is not None
        place.left_at = world.clock.now()
    await world.tick(hours=23)
    assert not world.seen_by("ana")
    assert (await the_appointment(world)).remind_at is None


async def test_a_reminder_that_could_not_be_sent_in_time_is_dropped(world: World) -> None:
    world.clock.advance(hours=23)
    await world.bot.sweeper.sweep()
    world.clock.advance(days=2)
    await world.bot.deliver()
    assert not world.seen_by("ana")


async def test_the_group_of_the_appointment_sets_the_zone(world: World) -> None:
    async with world.db.write() as db:
        group = await db.get_one(Group, world.group.id)
        group.timezone = "Asia/Tokyo"
    await world.tick(hours=23)
    assert "**Thursday 26 November, 18:00, Room 4**" in world.seen_by("ana")
