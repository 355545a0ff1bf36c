from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import events
from bot.actions import Address, Priority, Send
from bot.library import Item
from bot.store import audit, content, groups
from bot.store.content import TipPlan
from bot.store.people import Role
from handlers.rotation import Rotation
from tests.world import World, library

LONDON = ZoneInfo("Europe/London")


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def tips(world: World, room: Address | None = None) -> list[Send]:
    """Return the tips that the clock sent to a room."""
    return [
        action
        for action in world.paper.done
        if isinstance(action, Send)
        and action.priority == Priority.TIP
        and action.to == (room or world.room)
    ]


async def plan(world: World) -> TipPlan:
    async with world.db.read() as db:
        return await db.get_one(TipPlan, world.group.id)


async def next_due(world: World) -> datetime:
    due = (await plan(world)).next_due_at
    assert due is not None
    return due


async def come(world: World) -> None:
    """Let the next tip's moment come."""
    world.clock.time = await next_due(world)
    await world.tick()


async def notes(world: World) -> list[tuple[str, str]]:
    async with world.db.read() as db:
        return [(entry.action, entry.detail) for entry in await audit.every(db)]


@pytest.fixture
async def sam(world: World) -> str:
    await world.person("sam", Role.ADMIN)
    return "sam"


async def test_a_group_without_a_plan_gets_no_tips(world: World, sam: str) -> None:
    seen = await world.says(sam, "/tips")
    assert "Tips are off." in seen
    assert "[On]" in seen
    assert "none are planned" in await world.says(sam, "/tips next")
    await world.tick(days=3)
    assert tips(world) == []


async def test_tips_are_switched_on_with_a_button_and_come_next_morning(
    world: World, sam: str
) -> None:
    await world.says(sam, "/tips")
    seen = await world.presses(sam, "On")
    assert "every day at 09:00 (Europe/London)" in seen
    assert "Quiet hours: 22:00 to 08:00" in seen
    assert "The next tip: Wednesday 25 November, 09:00" in seen
    await come(world)
    (tip,) = tips(world)
    assert world.clock.now() == at("2026-11-25 09:00")
    assert tip.silent
    assert tip.expires_at == at("2026-11-25 11:00")
    assert "Reviewed 24 November 2026 by our editors." in tip.text
    assert tip.key.startswith("tip:g1:2026-11-25T09:00:00+00:00:0")
    assert library().item("crohns", tip.cites[0]) is not None
    assert await next_due(world) == at("2026-11-26 09:00")
    assert ("tip sent", "") in await notes(world)


async def test_times_zones_and_quiet_hours_are_set_in_plain_words(world: World, sam: str) -> None:
    seen = await world.says(sam, "/tips at weekdays at 18:30")
    assert "on weekdays at 18:30" in seen
    assert (await plan(world)).on
    assert await next_due(world) == at("2026-11-24 18:30")
    assert "Europe/Paris" in await world.says(sam, "/tips zone europe/paris")
    assert await next_due(world) == at("2026-11-24 17:30")
    assert "Quiet hours: 17:00 to 19:30" in await world.says(sam, "/tips quiet 17:00-19.30")
    assert await next_due(world) == at("2026-11-24 19:30")
    assert "Quiet hours: none" in await world.says(sam, "/tips quiet off")
    assert await next_due(world) == at("2026-11-24 17:30")
    assert "on Sundays at 04:05" in await world.says(sam, "/tips at 5 4 * * 0")
    assert [entry for entry in await notes(world) if entry[0] == "tips changed"] == [
        ("tips changed", "at 30 18 * * 1-5"),
        ("tips changed", "zone Europe/Paris"),
        ("tips changed", "quiet 17:00 19:30"),
        ("tips changed", "quiet never"),
        ("tips changed", "at 5 4 * * 0"),
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/tips at whenever", "one time of day"),
        ("/tips zone Mars/Base", "do not know that time zone"),
        ("/tips pause", "from 1 to 365"),
        ("/tips pause 0", "from 1 to 365"),
        ("/tips pause ٣ days", "from 1 to 365"),
        ("/tips pause 400 days", "from 1 to 365"),
        ("/tips quiet", "two times"),
        ("/tips quiet 25:00-08:00", "two times"),
        ("/tips quiet 08:00-08:00", "two times"),
        ("/tips maybe", "`/tips off`"),
    ],
)
async def test_what_cannot_be_used_changes_nothing_and_says_how(
    world: World, sam: str, typed: str, answer: str
) -> None:
    assert answer in await world.says(sam, typed)
    async with world.db.read() as db:
        assert await db.get(TipPlan, world.group.id) is None
        assert await audit.every(db) == []


async def test_members_see_the_next_tip_by_their_own_clock_but_change_nothing(
    world: World, sam: str
) -> None:
    await world.person("ana")
    assert "no tips by itself" in await world.says("ana", "/tips")
    await world.says(sam, "/tips on")
    await world.says("ana", "/timezone Europe/Athens")
    assert "Wednesday 25 November, 11:00" in await world.says("ana", "/tips")
    assert "Only the clinic’s team" in await world.says("ana", "/tips off")
    assert (await plan(world)).on


async def test_a_clinician_may_change_the_plan(world: World) -> None:
    await world.person("okafor", Role.CLINICIAN)
    assert "Tips are on." in await world.says("okafor", "/tips on")


async def test_a_pause_is_kept_and_ended(world: World, sam: str) -> None:
    await world.says(sam, "/tips on")
    seen = await world.presses(sam, "Pause a week")
    assert "Paused until: Tuesday 1 December, 10:00" in seen
    assert await next_due(world) == at("2026-12-02 09:00")
    await world.tick(days=6, hours=23)
    assert tips(world) == []
    assert "Paused" not in await world.presses(sam, "Resume")
    assert await next_due(world) == at("2026-12-02 09:00")
    assert "Paused until: Friday 4 December" in await world.says(sam, "/tips pause 3 days")


async def test_off_is_off(world: World, sam: str) -> None:
    await world.says(sam, "/tips on")
    assert "Tips are off." in await world.presses(sam, "Off")
    await world.tick(days=5)
    assert tips(world) == []


async def test_a_moment_that_was_planned_before_the_plan_changed_sends_nothing(
    world: World, sam: str
) -> None:
    await world.says(sam, "/tips at daily at 12")
    await world.says(sam, "/tips at daily at 18")
    moment = at("2026-11-24 12:00")
    world.clock.time = moment
    stale = events.Due(
        id="due:stale", at=moment, chat=events.NOBODY, user=events.NOBODY,
        name="tips", ref=world.group.id, due_at=moment,
    )  # fmt: skip
    assert (await world.hears(stale)).ok
    assert tips(world) == []
    assert await next_due(world) == at("2026-11-24 18:00")


async def test_the_ten_that_were_foretold_are_the_ten_that_come(world: World, sam: str) -> None:
    await world.says(sam, "/tips at daily at 7:30")  # in the quiet hours: they wait until 8
    seen = await world.presses(sam, "Next ten")
    foretold = [line[2:] for line in seen.splitlines() if line.startswith("- ")]
    assert len(foretold) == 10
    for line in foretold:
        await come(world)
        moment, _, title = line.partition(": ")
        assert moment.endswith("08:00")
        assert f"{world.clock.now():%A} {world.clock.now().day}" in moment
        assert tips(world)[-1].text.startswith(f"**{title}**")
    assert len(tips(world)) == 10


async def test_a_year_of_daily_tips_is_one_a_day_and_none_again_before_all_have_come(
    world: World, sam: str
) -> None:
    await world.says(sam, "/tips at daily at 8:30")
    moments = []
    for _ in range(365):
        await come(world)
        moments.append(world.clock.now())
    local = [moment.astimezone(LONDON) for moment in moments]
    first = date(2026, 11, 25)
    assert [moment.date() for moment in local] == [first + timedelta(days=n) for n in range(365)]
    assert {(moment.hour, moment.minute) for moment in local} == {(8, 30)}
    assert len({moment.hour for moment in moments}) == 2  # summer time came and went
    given = [tip.cites[0] for tip in tips(world)]
    assert len(given) == 365
    for moment, item_id in zip(moments, given, strict=True):
        item = library().item("crohns", item_id)
        assert item is not None
        assert item.review_by >= moment.date()
    pool = len(library().tips("crohns", today=first))
    assert len(set(given[:pool])) == pool


async def test_too_late_is_never_and_an_outage_ends_without_a_burst(world: World, sam: str) -> None:
    await world.says(sam, "/tips at daily at 9")
    await world.tick(days=3, hours=5)  # nobody looked for three days; it is 15:00
    assert tips(world) == []
    assert ("tip skipped", "too late") in await notes(world)
    assert await next_due(world) == at("2026-11-28 09:00")
    await world.tick()
    assert tips(world) == []


async def test_a_little_late_is_sent_once(world: World, sam: str) -> None:
    await world.says(sam, "/tips at 0 * * * *")
    await world.tick(hours=2, minutes=50)  # due at 11:00, and 12:00 went by as well
    assert len(tips(world)) == 1
    await world.tick()
    assert len(tips(world)) == 1
    assert await next_due(world) == at("2026-11-24 13:00")


async def test_quiet_hours_set_elsewhere_hold_a_tip_back_until_they_end(
    world: World, sam: str
) -> None:
    await world.says(sam, "/tips at daily at 9")
    async with world.db.write() as db:
        group = await db.get_one(groups.Group, world.group.id)
        group.quiet_to = "10:15"
    await come(world)
    assert tips(world) == []
    assert await next_due(world) == at("2026-11-25 10:15")
    await come(world)
    assert len(tips(world)) == 1
    assert await next_due(world) == at("2026-11-26 10:15")


async def test_a_pause_set_elsewhere_is_kept_too(world: World, sam: str) -> None:
    await world.says(sam, "/tips at daily at 9")
    async with world.db.write() as db:
        row = await db.get_one(TipPlan, world.group.id)
        row.paused_until = at("2026-11-27 12:00")
    await come(world)
    assert tips(world) == []
    assert ("tip skipped", "paused") in await notes(world)
    assert await next_due(world) == at("2026-11-28 09:00")


async def test_every_room_of_the_group_gets_the_same_tip_and_no_other_room(
    world: World, sam: str
) -> None:
    second = Address("paper:second")
    async with world.db.write() as db:
        later = world.clock.now() + timedelta(seconds=1)
        await groups.add_room(db, world.group.id, second, groups.GROUP, later)
    await world.says(sam, "/tips on")
    await come(world)
    ((one,), (two,)) = tips(world), tips(world, second)
    assert one.cites == two.cites
    assert one.key != two.key
    assert tips(world, world.staff_room) == []


async def test_a_group_without_rooms_uses_no_tip_up(world: World, sam: str) -> None:
    await world.says(sam, "/tips on")
    async with world.db.write() as db:
        await db.delete(await db.get_one(groups.Room, world.room))
    await come(world)
    assert ("tip skipped", "no room") in await notes(world)
    async with world.db.read() as db:
        assert await content.tips_sent(db, world.group.id) == []


async def test_expired_tips_are_not_sent(world: World, sam: str) -> None:
    await world.says(sam, "/tips on")
    world.clock.time = at("2029-01-01 08:30")
    await world.says(sam, "/tips on")
    assert "no tip is left by then" in await world.says(sam, "/tips next")
    await come(world)
    assert tips(world) == []
    assert ("tip skipped", "no tips") in await notes(world)
    assert await next_due(world) == at("2029-01-02 09:00")


async def test_another_tip_is_given_privately_from_a_tips_button(world: World, sam: str) -> None:
    await world.person("ana")
    await world.says(sam, "/tips on")
    await come(world)
    world.seen_by("ana")
    seen = await world.presses("ana", "Another tip")
    assert "Reviewed" in seen
    assert isinstance(world.paper.done[-1], Send)
    assert world.paper.done[-1].to == world.address("ana")
    assert world.paper.done[-1].cites != tips(world)[0].cites


def item(name: str) -> Item:
    day = date(2026, 11, 24)
    return Item(name, "tip", name, "", (), (), (), "editor", day, day)


def test_a_new_tip_comes_before_those_that_came_already() -> None:
    pool = [item(name) for name in "abc"]
    rotation = Rotation("g", [])
    order = []
    for hour in range(4):
        nearest = rotation.next(pool)
        assert nearest is not None
        rotation.give(nearest, at("2026-11-24 00:00") + timedelta(hours=hour))
        order.append(nearest.id)
    assert sorted(order[:3]) == ["a", "b", "c"]
    assert order[3] == order[0]
    fresh = rotation.next([*pool, item("d")])
    assert fresh is not None
    assert fresh.id == "d"
    assert rotation.next([]) is None
