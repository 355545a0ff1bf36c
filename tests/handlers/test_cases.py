"""Cases: the staff see who waits by reference only, and the patient hears of each step."""

import pytest

from bot.actions import Address, Send
from bot.store import people
from bot.store.cases import Case, State
from tests.handlers.visits import acts, meet, opened, said_openly, slots, stored, the_case
from tests.world import World


@pytest.fixture(autouse=True)
async def _people(world: World) -> None:
    await meet(world)


async def test_nobody_waiting_is_said(world: World) -> None:
    seen = await world.says("dr", "/cases", world.staff_room)
    assert seen == "Nobody is waiting.\n[Open the desk]"


async def test_the_list_names_references_urgent_ones_first(world: World) -> None:
    await world.says("ana", "/appointment routine")
    world.clock.advance(minutes=5)
    await world.says("ben", "/appointment flag")
    routine, urgent = await stored(world, Case)
    seen = await world.says("sam", "/cases", world.staff_room)
    listed = seen[seen.index("2 requests") :]
    assert listed.splitlines() == [
        "2 requests, urgent ones first:",
        "",
        f"- **{urgent.ref}**: **urgent**, open, asked on Tuesday 24 November, 10:05",
        f"- **{routine.ref}**: open, asked on Tuesday 24 November, 10:00",
        f"[Seen {urgent.ref}]",
        f"[Seen {routine.ref}]",
        "[Open the desk]",
    ]
    assert "Ana" not in seen
    assert "Ben" not in seen


async def test_a_long_list_goes_on_at_the_desk(world: World) -> None:
    for number in range(10):
        await world.person(f"p{number}")
        await world.says(f"p{number}", "/appointment routine")
    seen = await world.says("dr", "/cases", world.staff_room)
    assert "- and 2 more on the desk" in seen
    assert seen.count("[Seen ") == 8


async def test_the_button_is_always_the_next_step(world: World) -> None:
    await world.says("ana", "/appointment routine")
    ref = (await the_case(world)).ref
    await world.says("dr", "/cases", world.staff_room)
    await world.presses("dr", f"Seen {ref}", world.staff_room)
    await world.says("dr", "/cases", world.staff_room)
    await world.presses("dr", f"Answered {ref}", world.staff_room)
    await world.says("dr", "/cases", world.staff_room)
    await world.presses("dr", f"Close {ref}", world.staff_room)
    assert "Nobody is waiting." in await world.says("dr", "/cases", world.staff_room)
    assert [
        act for act in await acts(world) if act.startswith("request ") and act != "request opened"
    ] == ["request seen", "request answered", "request closed"]


async def test_the_patient_hears_privately_that_it_was_seen(world: World) -> None:
    await world.says("ana", "/appointment routine")
    seen = await world.presses("dr", "I have seen it", world.staff_room)
    case = await the_case(world)
    assert f"**{case.ref}** is marked as seen. The patient has been told." in seen
    assert world.seen_by("ana") == (
        f"Your request **{case.ref}** was seen by the team.\n[See how far it is]"
    )
    assert (case.state, case.seen_at) == (State.SEEN, world.clock.now())
    assert not said_openly(world)
    assert not world.seen_by("ben")


async def test_somebody_in_danger_who_asked_for_nothing_hears_of_no_request_of_theirs(
    world: World,
) -> None:
    await world.says("ana", "I want to kill myself")
    world.seen_by("ana")
    await world.presses("dr", "I have seen it", world.staff_room)
    told = world.seen_by("ana")
    assert "team has seen that you may need help" in told
    assert "Your request" not in told


async def test_seeing_it_twice_changes_nothing_and_tells_nobody(world: World) -> None:
    await world.says("ana", "/appointment routine")
    await world.presses("dr", "I have seen it", world.staff_room)
    first = await the_case(world)
    world.seen_by("ana")
    world.clock.advance(minutes=5)
    seen = await world.presses("dr", "I have seen it", world.staff_room)
    assert f"**{first.ref}** was already seen, on Tuesday 24 November, 10:00." in seen
    assert not world.seen_by("ana")
    assert (await the_case(world)).seen_at == first.seen_at


@pytest.mark.parametrize(
    ("step", "words", "state"),
    [
        ("answered", "marked your request", State.ANSWERED),
        ("close", "is closed. You can ask again", State.CLOSED),
    ],
)
async def test_whoever_answers_or_closes_it_has_seen_it(
    world: World, step: str, words: str, state: State
) -> None:
    await world.says("ana", "/appointment routine")
    case = await the_case(world)
    await world.says("dr", f"/case {step} {case.ref.lower()}", world.staff_room)
    assert words in world.seen_by("ana")
    after = await the_case(world)
    assert (after.state, after.seen_at) == (state, world.clock.now())
    assert after.seen_by is not None


async def test_nothing_more_happens_to_a_closed_request(world: World) -> None:
    await world.says("ana", "/appointment routine")
    ref = (await the_case(world)).ref
    await world.says("dr", f"/case close {ref}", world.staff_room)
    for step in ("seen", "answered", "close"):
        seen = await world.says("dr", f"/case {step} {ref}", world.staff_room)
        assert f"**{ref}** was already closed" in seen
    assert (await the_case(world)).answered_at is None


async def test_a_booked_request_stays_booked_until_it_is_closed(world: World) -> None:
    await opened(world)
    await world.says("ana", f"/book {(await slots(world))[0].id}")
    ref = (await the_case(world)).ref
    for step in ("seen", "answered"):
        await world.says("dr", f"/case {step} {ref}", world.staff_room)
        assert (await the_case(world)).state == State.BOOKED
    await world.says("dr", f"/case close {ref}", world.staff_room)
    assert (await the_case(world)).state == State.CLOSED


async def test_the_patient_is_told_only_where_the_group_is(world: World) -> None:
    async with world.db.write() as db:
        ana = await people.find(db, world.address("ana"))
        assert ana is not None
        for address in ("paper:@ana-tablet", "web:@ana"):
            await people.connect(db, ana.id, Address(address), world.clock.now())
    await world.says("ana", "/appointment routine")
    ref = (await the_case(world)).ref
    await world.says("dr", f"/case seen {ref}", world.staff_room)
    told = [
        action.to
        for action in world.paper.done
        if isinstance(action, Send)
        and action.text.startswith("Your request")
        and "seen" in action.text
    ]
    assert told == ["paper:@ana", "paper:@ana-tablet"]


async def test_a_patient_who_left_is_not_written_to(world: World) -> None:
    await world.says("ana", "/appointment routine")
    async with world.db.write() as db:
        ana = await people.find(db, world.address("ana"))
        assert ana is not None
        place = await people.membership(db, ana.id, world.group.id)
        assert place is not None
        place.left_at = world.clock.now()
    world.seen_by("ana")
    await world.says("dr", f"/case seen {(await the_case(world)).ref}", world.staff_room)
    assert not world.seen_by("ana")
    assert (await the_case(world)).state == State.SEEN


@pytest.mark.parametrize("args", ["", "seen", "wave R-AAAAA", "seen R-AAAAA", "R-AAAAA"])
async def test_what_names_no_step_or_no_request_is_explained(world: World, args: str) -> None:
    seen = await world.says("dr", f"/case {args}", world.staff_room)
    assert "Say what happened" in seen or "no request with that reference" in seen
    assert world.last is not None
    assert not world.last.ok


async def test_patients_see_no_list_and_only_clinicians_take_steps(world: World) -> None:
    await world.says("ana", "/appointment routine")
    ref = (await the_case(world)).ref
    assert "for other roles" in await world.says("ana", "/cases")
    assert "for other roles" in await world.says("ana", f"/case close {ref}")
    assert "for other roles" in await world.says("sam", f"/case seen {ref}", world.staff_room)
    assert (await the_case(world)).state == State.OPEN
