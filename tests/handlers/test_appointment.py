"""Asking for help: red flags first, everything private, nobody waits unseen."""

import re

import pytest

from bot.actions import Priority
from bot.store import people
from bot.store.cases import Case, Kind
from bot.store.groups import Group
from bot.store.links import use
from bot.store.people import Role
from tests.handlers.visits import (
    acts,
    in_a_chat_app,
    meet,
    opened,
    said_openly,
    stored,
    the_case,
    told_staff,
)
from tests.world import World

REF = re.compile(r"R-[2-9A-Z]{5}")


@pytest.fixture(autouse=True)
async def _people(world: World) -> None:
    await meet(world)


async def change_group(world: World, **values: object) -> None:
    async with world.db.write() as db:
        group = await db.get_one(Group, world.group.id)
        for name, value in values.items():
            setattr(group, name, value)


@pytest.mark.parametrize("command", ["/appointment", "/helpme", "/appointment my tummy hurts"])
async def test_the_red_flags_come_first_and_privately(world: World, command: str) -> None:
    seen = await world.says("ana", command)
    flags = world.bot.library.red_flags("crohns", today=world.clock.now().date())
    assert flags
    assert all(f"- {flag.sign}" in seen for flag in flags)
    assert all(flag.source.url in seen for flag in flags)
    assert "Is any of these true for you now?" in seen
    assert "[Yes, or I am not sure]\n[No]" in seen
    assert not said_openly(world)
    assert not await stored(world, Case)


async def test_flags_past_their_review_are_not_shown(world: World) -> None:
    world.clock.advance(days=3_000)
    seen = await world.says("ana", "/appointment")
    assert "Do you need help right now?" in seen
    assert "- " not in seen


async def test_a_red_flag_gives_the_number_first_and_is_recorded(world: World) -> None:
    await world.says("ana", "/appointment")
    seen = await world.presses("ana", "Yes, or I am not sure")
    assert seen.startswith("**If this may be an emergency, call 999 now.**")
    assert "the urgent number on your clinic’s letters" in seen
    assert "Nobody watches this all the time" in seen
    assert "[Add details and pick a time]" in seen
    case = await the_case(world)
    assert (case.kind, case.red_flag, case.urgent) == (Kind.URGENT, True, True)
    assert case.ref in seen
    assert not said_openly(world)


async def test_the_staff_are_told_at_once_in_neutral_words(world: World) -> None:
    await world.says("ana", "/appointment flag")
    (told,) = told_staff(world)
    case = await the_case(world)
    assert told.priority is Priority.CRISIS
    assert told.text == f"**Please look now: {case.ref}** is a new request. It is urgent."
    labels = [(button.label, button.press) for row in told.buttons for button in row]
    assert labels == [("I have seen it", f"case seen {case.ref}"), ("Open the desk", "")]


async def test_the_clinics_own_urgent_line_is_named(world: World) -> None:
    await change_group(world, urgent_line="020 7946 0018 (9 to 5)")
    seen = await world.says("ana", "/appointment flag")
    assert r"call 020 7946 0018 \(9 to 5\)" in seen


async def test_a_country_without_a_known_number_is_said_in_words(world: World) -> None:
    await change_group(world, country="ZZ")
    assert "call your local emergency number now" in await world.says("ana", "/appointment flag")


async def test_pressing_twice_by_mistake_is_one_alarm(world: World) -> None:
    await world.says("ana", "/appointment flag")
    await world.says("ana", "/appointment flag")
    assert (await the_case(world)).red_flag
    assert len(told_staff(world)) == 1


async def test_an_alarm_that_nobody_saw_is_repeated_once_an_hour(world: World) -> None:
    await world.says("ana", "/appointment flag")
    for _ in range(3):
        world.clock.advance(minutes=15)
        await world.says("ana", "/appointment flag")
    case = await the_case(world)
    assert [told.text for told in told_staff(world)[1:]] == [
        f"**Please look now: {case.ref}** was asked for again. It is urgent."
    ]
    world.clock.advance(minutes=15)
    await world.says("ana", "/appointment flag")
    assert len(told_staff(world)) == 3


async def test_danger_after_an_alarm_was_seen_is_a_new_alarm(world: World) -> None:
    await world.says("ana", "/appointment flag")
    await world.presses("dr", "I have seen it", world.staff_room)
    world.clock.advance(minutes=1)
    await world.says("ana", "/appointment flag")
    assert len(await stored(world, Case)) == 2
    assert len(told_staff(world)) == 2


async def test_without_red_flags_the_kinds_of_help_are_offered(world: World) -> None:
    await world.says("ana", "/appointment")
    seen = await world.presses("ana", "No")
    assert seen.splitlines()[1:] == [
        "[Emergency now]",
        "[Urgent nurse]",
        "[Routine appointment]",
        "[Second opinion]",
        "[Change doctor]",
        "[Technical help]",
    ]


async def test_an_emergency_gives_the_number_first_too(world: World) -> None:
    await world.says("ana", "/appointment no flags")
    seen = await world.presses("ana", "Emergency now")
    assert seen.startswith("**If this may be an emergency, call 999 now.**")
    case = await the_case(world)
    assert (case.kind, case.red_flag, case.urgent) == (Kind.EMERGENCY, False, True)
    assert told_staff(world)[0].priority is Priority.CRISIS


async def test_a_routine_request_shows_the_next_five_times(world: World) -> None:
    await opened(world)
    await world.says("ana", "/appointment no flags")
    seen = await world.presses("ana", "Routine appointment")
    case = await the_case(world)
    assert f"Your request is **{case.ref}** (routine appointment). The team has been told." in seen
    assert "we cannot say when they will answer" in seen
    assert "In an emergency, call 999." in seen
    assert [line for line in seen.splitlines() if line.startswith("[")] == [
        "[Thursday 26 November, 09:00]",
        "[Thursday 26 November, 09:30]",
        "[Thursday 26 November, 10:00]",
        "[Thursday 26 November, 10:30]",
        "[Thursday 26 November, 11:00]",
        "[Later times]",
        "[Add details privately]",
    ]
    (told,) = told_staff(world)
    assert (told.text, told.priority) == (f"**{case.ref}** is a new request.", Priority.STAFF)
    assert "request opened" in await acts(world)


async def test_times_are_told_in_the_persons_own_zone(world: World) -> None:
    await opened(world)
    async with world.db.write() as db:
        person = await people.find(db, world.address("ana"))
        assert person is not None
        person.timezone = "America/New_York"
    seen = await world.says("ana", "/appointment routine")
    assert "[Thursday 26 November, 04:00]" in seen


async def test_no_free_times_is_said_honestly(world: World) -> None:
    seen = await world.says("ana", "/appointment opinion")
    assert "There are no free times just now. The team will open some." in seen
    assert "[Add details privately]" in seen


async def test_an_urgent_request_names_the_line_first(world: World) -> None:
    seen = await world.says("ana", "/appointment urgent")
    assert seen.startswith("For help today, call the urgent number")
    assert (await the_case(world)).red_flag is False
    assert told_staff(world)[0].priority is Priority.CRISIS


async def test_technical_help_needs_no_appointment(world: World) -> None:
    await opened(world)
    seen = await world.says("ana", "/appointment technical")
    assert "emergency" not in seen
    assert "[Thursday" not in seen


async def test_asking_again_is_the_same_request_and_another_kind_is_another(world: World) -> None:
    first = REF.findall(await world.says("ana", "/appointment routine"))
    world.clock.advance(hours=5)
    again = REF.findall(await world.says("ana", "/appointment routine"))
    other = REF.findall(await world.says("ana", "/appointment doctor"))
    assert first == again
    assert first != other
    assert len(told_staff(world)) == 2


async def test_a_request_the_team_saw_says_when(world: World) -> None:
    await world.says("ana", "/appointment routine")
    await world.presses("dr", "I have seen it", world.staff_room)
    seen = await world.says("ana", "/appointment routine")
    assert "The team saw it on Tuesday 24 November, 10:00." in seen


@pytest.mark.parametrize("step", ["answered", "close"])
async def test_after_an_answer_the_next_question_is_a_new_request(world: World, step: str) -> None:
    await world.says("ana", "/appointment routine")
    case = await the_case(world)
    await world.says("dr", f"/case {step} {case.ref}", world.staff_room)
    await world.says("ana", "/appointment routine")
    assert len(await stored(world, Case)) == 2


async def test_somebody_with_an_appointment_is_reminded_of_it(world: World) -> None:
    await opened(world)
    await world.says("ana", "/appointment routine")
    await world.presses("ana", "Thursday 26 November, 09:00")
    await world.presses("ana", "Book it")
    seen = await world.says("ana", "/appointment routine")
    assert "You have an appointment: **Thursday 26 November, 09:00**." in seen
    assert "[Move]\n[Cancel appointment]\n[Add details privately]" in seen
    assert len(await stored(world, Case)) == 1
    world.clock.advance(days=3)
    await world.says("ana", "/appointment routine")
    assert len(await stored(world, Case)) == 2


async def test_in_a_chat_app_the_private_page_opens_by_a_link_that_works_once(
    world: World,
) -> None:
    in_a_chat_app(world)
    await world.says("ana", "/appointment routine")
    url = world.button("ana", "Add details privately").url
    start = f"{world.bot.settings.site.address}/in/"
    assert url.startswith(start)
    async with world.db.write() as db:
        used = await use(db, url.removeprefix(start), world.clock.now())
        again = await use(db, url.removeprefix(start), world.clock.now())
    assert used is not None
    assert used[0].startswith("web:@")
    assert (used[1], again) == ("/care?group=crohns", None)


async def test_on_the_clinics_own_page_it_is_a_plain_link(world: World) -> None:
    await world.says("ana", "/appointment routine")
    address = world.bot.settings.site.address
    assert world.button("ana", "Add details privately").url == f"{address}/care?group=crohns"


async def test_a_guest_cannot_ask(world: World) -> None:
    await world.person("gil", Role.GUEST)
    assert "for other roles" in await world.says("gil", "/appointment")
