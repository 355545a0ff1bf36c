"""How far a request is: the patient sees each step, and what they can do next."""

import pytest

from tests.handlers.visits import in_a_chat_app, meet, opened, said_openly, slots, the_case
from tests.world import World


@pytest.fixture(autouse=True)
async def _people(world: World) -> None:
    await meet(world)


async def test_without_a_request_help_is_offered(world: World) -> None:
    seen = await world.says("ana", "/status")
    assert seen == "You have no request with the team.\n[Ask the clinic for help]"


async def test_a_new_request_is_not_seen_yet(world: World) -> None:
    await world.says("ana", "/appointment routine")
    case = await the_case(world)
    seen = await world.says("ana", "/status")
    assert seen.splitlines() == [
        f"**{case.ref}** · Routine appointment",
        "",
        "- Asked: Tuesday 24 November, 10:00",
        "- Not seen by the team yet",
        "[See free times]",
        "[Add details privately]",
    ]
    assert not said_openly(world)


async def test_every_step_is_shown_with_its_moment(world: World) -> None:
    await opened(world)
    await world.says("ana", "/appointment routine")
    case, slot = await the_case(world), (await slots(world))[0]
    world.clock.advance(minutes=10)
    await world.says("ana", "/details", form={"reason": "A question", "phone": ""})
    world.clock.advance(minutes=10)
    await world.says("dr", f"/case seen {case.ref}", world.staff_room)
    world.clock.advance(minutes=10)
    await world.says("dr", f"/case answered {case.ref}", world.staff_room)
    await world.says("ana", f"/book {slot.id}")
    seen = await world.says("ana", "/status")
    assert "- Details given: Tuesday 24 November, 10:10" in seen
    assert "- Seen by the team: Tuesday 24 November, 10:20" in seen
    assert "- Answered: Tuesday 24 November, 10:30" in seen
    assert "- Booked" in seen
    assert "Your appointment: **Thursday 26 November, 09:00**." in seen
    assert seen.endswith("[Move]\n[Cancel appointment]\n[Add details privately]")


async def test_a_closed_request_says_so_and_help_is_offered_again(world: World) -> None:
    await world.says("ana", "/appointment technical")
    case = await the_case(world)
    await world.says("dr", f"/case close {case.ref}", world.staff_room)
    seen = await world.says("ana", "/status")
    assert "- Closed: Tuesday 24 November, 10:00" in seen
    assert seen.endswith("[Ask the clinic for help]")


async def test_technical_help_shows_no_times(world: World) -> None:
    await world.says("ana", "/appointment technical")
    assert "[See free times]" not in await world.says("ana", "/status")


async def test_in_a_chat_app_what_was_written_is_not_shown(world: World) -> None:
    await world.says("ana", "/details", form={"reason": "A very private reason", "phone": ""})
    in_a_chat_app(world)
    seen = await world.says("ana", "/status")
    assert "Details given" in seen
    assert "private reason" not in seen
