"""Slots: staff open times in chat, and take them back."""

import pytest

from bot.store.bookings import CLOSED, FREE
from bot.store.people import Role
from tests.handlers.visits import acts, meet, opened, said_openly, slots
from tests.world import World


@pytest.fixture(autouse=True)
async def _people(world: World) -> None:
    await meet(world)


async def test_the_form_asks_what_a_calendar_needs(world: World) -> None:
    seen = await world.says("dr", "/slots", world.staff_room)
    assert seen.splitlines() == [
        "Open appointment times", "", "Date", "From", "To", "Minutes for each", "Place",
    ]  # fmt: skip
    answers = {"date": "2026-11-26", "start": "09:00", "end": "10:00", "minutes": "20"}
    seen = await world.answers("dr", world.staff_room, **answers)
    assert "Opened 3 times" in seen


async def test_it_says_what_was_opened(world: World) -> None:
    seen = await opened(world, place="Room *4*")
    assert seen.startswith(
        "Opened 6 times: from Thursday 26 November, 09:00 to Thursday 26 November, 11:30, "
        r"Room \*4\* (Europe/London)."
    )
    assert {slot.place for slot in await slots(world)} == {"Room *4*"}
    assert not said_openly(world)
    assert "slots opened" in await acts(world)


async def test_one_time_is_said_as_one(world: World) -> None:
    seen = await opened(world, end="09:30")
    assert seen.startswith("Opened 1 time: Thursday 26 November, 09:00 (Europe/London).")


async def test_whoever_opens_them_is_the_one_to_be_met(world: World) -> None:
    nurse = await world.person("nurse", Role.CLINICIAN)
    form = {"date": "2026-11-26", "start": "09:00", "end": "09:30", "minutes": "30", "place": ""}
    await world.says("nurse", "/slots", world.staff_room, form=form)
    assert [slot.clinician_id for slot in await slots(world)] == [nurse]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"date": "2026-11-23"}, "That day has passed."),
        ({"date": "tomorrow"}, "must be a date such as"),
        ({"start": "9"}, "must be a time such as"),
        ({"start": "09Z", "end": "12:00"}, "as the clinic’s clock shows it"),
        ({"end": "08:00"}, "later than the start"),
        ({"minutes": "7"}, "must be one of the choices"),
        ({"place": "x" * 101}, "at most 100 characters"),
    ],
)
async def test_what_cannot_be_used_is_said_plainly(
    world: World, change: dict[str, str], words: str
) -> None:
    assert words in await opened(world, **change)
    assert not await slots(world)
    assert world.last is not None
    assert not world.last.ok


async def test_the_same_times_cannot_be_opened_twice(world: World) -> None:
    await opened(world)
    assert "There is a time open already" in await opened(world)
    assert len(await slots(world)) == 6


async def test_a_patient_cannot_open_or_close_times(world: World) -> None:
    await opened(world)
    slot = (await slots(world))[0]
    assert "for other roles" in await world.says("ana", "/slots")
    assert "for other roles" in await world.says("ana", f"/slot close {slot.id}")
    assert (await slots(world))[0].state == FREE


async def test_a_time_is_taken_back(world: World) -> None:
    await opened(world)
    slot = (await slots(world))[0]
    seen = await world.says("sam", f"/slot close {slot.id}", world.staff_room)
    assert "Closed: Thursday 26 November, 09:00." in seen
    assert (await slots(world))[0].state == CLOSED
    assert "slot closed" in await acts(world)


async def test_a_booked_time_stays(world: World) -> None:
    await opened(world)
    slot = (await slots(world))[0]
    await world.says("ana", f"/book {slot.id}")
    seen = await world.says("dr", f"/slot close {slot.id}", world.staff_room)
    assert "Somebody has booked that time, so it stays." in seen


@pytest.mark.parametrize("args", ["", "close", "open abc", "close  "])
async def test_half_a_command_is_explained(world: World, args: str) -> None:
    seen = await world.says("dr", f"/slot {args}", world.staff_room)
    assert "Say which time to close." in seen


async def test_a_time_that_is_not_there_cannot_be_closed(world: World) -> None:
    assert "no such time here" in await world.says("dr", "/slot close abc", world.staff_room)
