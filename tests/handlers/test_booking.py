"""Booking, moving and cancelling: one appointment, its calendar file, and what the staff hear."""

import asyncio

import pytest

from bot import events
from bot.store.bookings import BOOKED, CANCELLED, FREE, Appointment
from bot.store.cases import Case, State
from tests.handlers.visits import (
    acts,
    entries,
    files,
    meet,
    opened,
    said_openly,
    slots,
    stored,
    the_appointment,
    the_case,
    told_staff,
)
from tests.world import World

FIRST = "**Thursday 26 November, 09:00, Room 4**"


@pytest.fixture(autouse=True)
async def _people(world: World) -> None:
    await meet(world)
    await opened(world, place="Room 4")


async def booked(world: World) -> str:
    """Let Ana ask for help, choose the first time and book it."""
    await world.says("ana", "/appointment routine")
    await world.presses("ana", "Thursday 26 November, 09:00")
    return await world.presses("ana", "Book it")


async def test_booking_confirms_the_time_and_says_when_a_reminder_comes(world: World) -> None:
    seen = await booked(world)
    assert seen.splitlines() == [
        f"Booked: {FIRST}. We will remind you on Wednesday 25 November, 09:00.",
        "[Move]",
        "[Cancel appointment]",
        "[Add details privately]",
        "Open this file to add it to your calendar. (appointment.ics)",
    ]
    assert (await the_appointment(world)).case_id == (await the_case(world)).id
    assert (await the_case(world)).state == State.BOOKED
    assert not said_openly(world)


async def test_the_calendar_file_says_nothing_about_why(world: World) -> None:
    await booked(world)
    (file,) = files(world, "ana")
    text = file.decode()
    assert "SUMMARY:Appointment\r\n" in text
    assert "DTSTART:20261126T090000Z" in text
    assert "LOCATION:Room 4" in text
    assert "METHOD:PUBLISH" in text
    assert "Crohn" not in text


async def test_the_staff_hear_the_reference_and_the_time_only(world: World) -> None:
    await booked(world)
    case = await the_case(world)
    told = told_staff(world)[-1]
    assert told.text == (
        f"**{case.ref}**: an appointment was booked for Thursday 26 November, 09:00."
    )
    assert "appointment booked" in await acts(world)


async def test_pressing_book_twice_books_once(world: World) -> None:
    await booked(world)
    seen = await world.presses("ana", "Book it")
    assert "You have booked this: **Thursday 26 November, 09:00, Room 4**." in seen
    assert (await the_appointment(world)).sequence == 0
    assert len(told_staff(world)) == 2


async def test_a_second_booking_is_an_offer_to_move(world: World) -> None:
    await booked(world)
    other = (await slots(world))[1]
    seen = await world.says("ana", f"/book {other.id}")
    assert "You have an appointment already" in seen
    assert "[Move it to this time]\n[Keep it as it is]" in seen
    assert world.last is not None
    assert not world.last.ok
    kept = await world.presses("ana", "Keep it as it is")
    assert "Your appointment: **Thursday 26 November, 09:00, Room 4**." in kept


async def test_booking_without_asking_first_is_a_request_by_itself(world: World) -> None:
    slot = (await slots(world))[0]
    await world.says("ana", "/appointment technical")
    await world.says("ana", f"/book {slot.id}")
    kinds = {case.kind: case.state for case in await stored(world, Case)}
    assert kinds == {"technical": State.OPEN, "routine": State.BOOKED}


async def test_a_time_booked_by_somebody_else_leaves_no_request_behind(world: World) -> None:
    slot = (await slots(world))[0]
    await world.says("ben", f"/book {slot.id}")
    seen = await world.says("ana", f"/book {slot.id}")
    assert "not free any more" in seen
    assert len(await stored(world, Case)) == 1


async def test_a_short_notice_booking_promises_no_reminder(world: World) -> None:
    world.clock.advance(days=1, hours=20)
    slot = (await slots(world))[0]
    assert "remind" not in await world.says("ana", f"/book {slot.id}")


async def test_two_people_at_the_same_moment_and_one_gets_it(world: World) -> None:
    slot = (await slots(world))[0]
    presses = [
        events.Pressed.model_validate(world.base(name, None, None) | {"data": f"book {slot.id}"})
        for name in ("ana", "ben")
    ]
    outcomes = await asyncio.gather(*map(world.bot.app.handle, presses))
    await world.bot.deliver()
    assert [outcome.ok for outcome in outcomes].count(True) == 1
    lost = "ben" if outcomes[0].ok else "ana"
    seen = world.seen_by(lost)
    assert "Sorry, that time is not free any more. These are the next free ones:" in seen
    assert "[Thursday 26 November, 09:30]" in seen
    assert len(await stored(world, Appointment)) == 1
    await world.presses(lost, "Thursday 26 November, 09:30")
    assert "Booked:" in await world.presses(lost, "Book it")


async def test_moving_gives_the_same_entry_a_higher_sequence(world: World) -> None:
    await booked(world)
    seen = await world.presses("ana", "Move")
    assert "Your appointment is **Thursday 26 November, 09:00, Room 4**. Move it to:" in seen
    seen = await world.presses("ana", "Thursday 26 November, 10:00")
    assert "Moved. Your appointment is now: **Thursday 26 November, 10:00, Room 4**." in seen
    first, second = entries(world, "ana")
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert f"{second['DTSTART'].dt:%H:%M}" == "10:00"
    assert [slot.state for slot in (await slots(world))[:3]] == [FREE, FREE, BOOKED]
    assert told_staff(world)[-1].text.endswith(
        "an appointment was moved from Thursday 26 November, 09:00 to Thursday 26 November, 10:00."
    )
    assert (await the_case(world)).state == State.BOOKED


async def test_moving_to_where_it_is_changes_nothing(world: World) -> None:
    await booked(world)
    slot = (await slots(world))[0]
    assert "It is at that time already:" in await world.says("ana", f"/move {slot.id}")
    assert (await the_appointment(world)).sequence == 0


async def test_moving_to_a_taken_time_offers_others_and_keeps_the_old(world: World) -> None:
    await booked(world)
    other = (await slots(world))[1]
    await world.says("ben", f"/book {other.id}")
    seen = await world.says("ana", f"/move {other.id}")
    assert "not free any more" in seen
    assert world.button("ana", "Thursday 26 November, 10:00").press.startswith("move ")
    mine = (await stored(world, Appointment))[0]
    assert (mine.sequence, mine.slot_id) == (0, (await slots(world))[0].id)


async def test_with_nothing_free_there_is_nowhere_to_move(world: World) -> None:
    await booked(world)
    for slot in (await slots(world))[1:]:
        await world.says("dr", f"/slot close {slot.id}", world.staff_room)
    assert "There are no free times just now." in await world.says("ana", "/move")


async def test_cancelling_asks_first(world: World) -> None:
    await booked(world)
    seen = await world.presses("ana", "Cancel appointment")
    assert "Cancel it?\n[Yes, cancel it]\n[Keep it]" in seen
    assert (await the_appointment(world)).state == BOOKED
    assert "Your appointment:" in await world.presses("ana", "Keep it")


async def test_cancelling_frees_the_time_and_takes_it_out_of_the_calendar(world: World) -> None:
    await booked(world)
    await world.presses("ana", "Cancel appointment")
    seen = await world.presses("ana", "Yes, cancel it")
    assert "Cancelled: Thursday 26 November, 09:00, Room 4." in seen
    assert "Open this file to take it out of your calendar." in seen
    first, last = entries(world, "ana")
    assert b"METHOD:CANCEL" in files(world, "ana")[-1]
    assert (last["UID"], last["STATUS"]) == (first["UID"], "CANCELLED")
    assert last["SEQUENCE"] > first["SEQUENCE"]
    assert ((await the_appointment(world)).state, (await slots(world))[0].state) == (
        CANCELLED,
        FREE,
    )
    assert told_staff(world)[-1].text.endswith(
        "an appointment was cancelled: Thursday 26 November, 09:00."
    )
    assert (await the_case(world)).state == State.OPEN


async def test_a_cancelled_time_can_be_booked_again_at_once(world: World) -> None:
    await booked(world)
    await world.says("ana", "/cancel yes")
    seen = await world.presses("ana", "Book it again")
    assert "Booked: **Thursday 26 November, 09:00, Room 4**." in seen
    assert len({entry["UID"] for entry in entries(world, "ana")}) == 2


async def test_a_page_may_say_sure_in_its_form(world: World) -> None:
    await booked(world)
    seen = await world.says("ana", "/cancel", form={"sure": "yes"})
    assert "Cancelled:" in seen


@pytest.mark.parametrize(
    ("step", "after"), [("seen", State.SEEN), ("answered", State.ANSWERED), ("close", State.CLOSED)]
)
async def test_after_cancelling_the_request_is_as_far_as_it_was(
    world: World, step: str, after: State
) -> None:
    await booked(world)
    case = await the_case(world)
    await world.says("dr", f"/case {step} {case.ref}", world.staff_room)
    await world.says("ana", "/cancel yes")
    assert (await the_case(world)).state == after


async def test_an_appointment_without_a_request_can_be_cancelled(world: World) -> None:
    await booked(world)
    async with world.db.write() as db:
        made = await the_appointment(world)
        made.case_id = None
        await db.merge(made)
    await world.says("ana", "/cancel yes")
    assert told_staff(world)[-1].text.startswith("An appointment was cancelled")


@pytest.mark.parametrize("command", ["/move", "/cancel", "/cancel yes"])
async def test_without_an_appointment_free_times_are_offered(world: World, command: str) -> None:
    seen = await world.says("ana", command)
    assert seen == "You have no appointment to come.\n[See free times]"
