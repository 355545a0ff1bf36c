"""Free times: seen in the person's zone, kept for some minutes, and what happens when too late."""

import pytest

from bot.store.bookings import FREE, HELD
from bot.store.groups import Group
from tests.handlers.visits import meet, opened, said_openly, slots
from tests.world import World


@pytest.fixture(autouse=True)
async def _people(world: World) -> None:
    await meet(world)


def labels(seen: str) -> list[str]:
    return [line[1:-1] for line in seen.splitlines() if line.startswith("[")]


async def test_the_next_times_are_shown_five_at_a_time(world: World) -> None:
    await opened(world)
    seen = await world.says("ana", "/times")
    assert "These times are free:" in seen
    assert labels(seen)[0] == "Thursday 26 November, 09:00"
    assert labels(await world.presses("ana", "Later times")) == ["Thursday 26 November, 11:30"]
    assert not said_openly(world)


@pytest.mark.parametrize("args", ["", "99", "99999999999999999999", "-1", "²", "now please"])
async def test_any_words_after_it_do_no_harm(world: World, args: str) -> None:
    assert "no free times just now" in await world.says("ana", f"/times {args}")


async def test_a_chosen_time_is_kept_and_booking_is_offered(world: World) -> None:
    await opened(world, place="Room *4*")
    await world.says("ana", "/times")
    seen = await world.presses("ana", "Thursday 26 November, 09:00")
    assert r"Kept for you for 10 minutes: **Thursday 26 November, 09:00, Room \*4\***." in seen
    assert "Shall I book it?" in seen
    assert labels(seen) == ["Book it", "Other times"]
    assert (await slots(world))[0].state == HELD


async def test_somebody_too_late_gets_the_next_free_times(world: World) -> None:
    await opened(world)
    await world.says("ana", "/times")
    await world.says("ben", "/times")
    await world.presses("ana", "Thursday 26 November, 09:00")
    seen = await world.presses("ben", "Thursday 26 November, 09:00")
    assert seen.startswith("Sorry, that time is not free any more. These are the next free ones:")
    assert labels(seen)[0] == "Thursday 26 November, 09:30"
    assert world.last is not None
    assert not world.last.ok
    assert world.last.sentence.startswith("Sorry, that time is not free")


async def test_a_refused_time_leaves_the_kept_one_kept(world: World) -> None:
    await opened(world)
    await world.says("ana", "/times")
    await world.says("ben", "/times")
    await world.presses("ana", "Thursday 26 November, 09:00")
    await world.presses("ben", "Thursday 26 November, 09:30")
    await world.presses("ben", "Thursday 26 November, 09:00")
    assert [slot.state for slot in (await slots(world))[:3]] == [HELD, HELD, FREE]


async def test_too_late_with_nothing_left_is_said_kindly(world: World) -> None:
    await opened(world, end="09:30")
    await world.says("ana", "/times")
    await world.says("ben", "/times")
    await world.presses("ana", "Thursday 26 November, 09:00")
    seen = await world.presses("ben", "Thursday 26 November, 09:00")
    assert seen == (
        "Sorry, that time is not free any more. "
        "There are no free times just now. The team will open some."
    )


async def test_after_ten_minutes_others_can_take_it(world: World) -> None:
    await opened(world, end="09:30")
    await world.says("ana", "/times")
    await world.presses("ana", "Thursday 26 November, 09:00")
    assert "no free times" in await world.says("ben", "/times")
    world.clock.advance(minutes=10)
    await world.says("ben", "/times")
    await world.presses("ben", "Thursday 26 November, 09:00")
    assert "not free any more" in await world.presses("ana", "Book it")


@pytest.mark.parametrize("verb", ["hold", "book"])
async def test_another_groups_time_is_no_time(world: World, verb: str) -> None:
    await opened(world)
    async with world.db.write() as db:
        other = Group(
            id="g2", slug="other", title="Other", condition="crohns", created_at=world.clock.now()
        )
        db.add(other)
        await db.flush()
        slot = (await slots(world))[0]
        slot.group_id = "g2"
        await db.merge(slot)
    assert "not free any more" in await world.says("ana", f"/{verb} {slot.id}")
    assert (await slots(world))[0].state == FREE


async def test_with_an_appointment_a_new_time_is_an_offer_to_move(world: World) -> None:
    await opened(world)
    first, second, *_ = await slots(world)
    await world.says("ana", f"/book {first.id}")
    seen = await world.says("ana", f"/hold {second.id}")
    assert "Kept for you for 10 minutes: **Thursday 26 November, 09:30**." in seen
    assert "You have an appointment already: **Thursday 26 November, 09:00**." in seen
    assert labels(seen) == ["Move it to this time", "Keep it as it is"]
    moved = await world.presses("ana", "Move it to this time")
    assert "Your appointment is now: **Thursday 26 November, 09:30**." in moved


async def test_with_an_appointment_the_free_times_move_it(world: World) -> None:
    await opened(world)
    first, second, *_ = await slots(world)
    await world.says("ana", f"/book {first.id}")
    await world.says("ana", "/times")
    assert world.button("ana", "Thursday 26 November, 09:30").press == f"move {second.id}"
    await world.says("ben", f"/book {second.id}")
    late = await world.says("ana", f"/hold {second.id}")
    assert "not free any more" in late
    assert world.button("ana", "Thursday 26 November, 10:00").press.startswith("move ")
