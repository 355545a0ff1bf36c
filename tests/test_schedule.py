import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.base import STATE_STOPPED
from hypothesis import given
from hypothesis import strategies as st

from bot import events, schedule
from bot.errors import BadInput
from bot.routing import DueRow, Schedule, Table
from tests.world import World

LONDON = "Europe/London"


def at(text: str, zone: str = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_nine_in_the_morning_is_nine_on_both_sides_of_a_clock_change() -> None:
    summer = schedule.after("0 9 * * *", at("2026-10-24T12:00"), LONDON)
    assert summer == at("2026-10-25T09:00")
    assert summer - at("2026-10-24T09:00") == timedelta(hours=25)


def test_an_hour_that_happens_twice_counts_once() -> None:
    first = schedule.after("30 1 * * *", at("2026-10-24T12:00"), LONDON)
    assert first is not None
    following = schedule.after("30 1 * * *", first, LONDON)
    assert following == at("2026-10-26T01:30")


def test_an_hour_that_is_skipped_moves_on() -> None:
    found = schedule.after("30 1 * * *", at("2026-03-28T12:00"), LONDON)
    assert found is not None
    local = found.astimezone(ZoneInfo(LONDON))
    assert (local.day, local.hour) == (29, 2)


def test_the_moment_before_includes_now() -> None:
    now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert schedule.before("* * * * *", now, "UTC") == now
    assert schedule.before("0 3 * * *", now, "UTC") == now.replace(hour=3)
    assert schedule.before("not a cron", now, "UTC") is None


def test_a_line_that_is_no_time_is_refused_with_an_example() -> None:
    assert schedule.parse(" 0  9 * * 1-5 ") == "0 9 * * 1-5"
    with pytest.raises(BadInput, match="weekdays at"):
        schedule.parse("whenever")
    with pytest.raises(BadInput):
        schedule.parse("0 0 31 2 *")


@given(
    st.integers(1_735_689_600, 1_893_456_000),
    st.sampled_from([LONDON, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    st.times(),
    st.times(),
)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(
    seconds: int, zone: str, start: object, end: object
) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    opens, closes = str(start)[:5], str(end)[:5]
    until = schedule.quiet_until(moment, zone, opens, closes)
    wall = moment.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S.%f")
    if opens == closes:
        inside = False
    elif opens < closes:
        inside = opens <= wall[: len(opens)] and wall < closes
    else:
        inside = wall >= opens or wall < closes
    assert (until is not None) == inside
    if until is not None:
        assert moment < until <= moment + timedelta(hours=26)


def test_no_quiet_hours_means_never_quiet() -> None:
    now = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert schedule.quiet_until(now, "UTC", None, None) is None
    assert schedule.quiet_until(now, "UTC", "22:00", "08:00") == now + timedelta(hours=9)
    assert schedule.quiet_until(now + timedelta(hours=3), "UTC", "22:00", "08:00") == now + (
        timedelta(hours=9)
    )
    assert schedule.quiet_until(now.replace(hour=12), "UTC", "22:00", "08:00") is None


async def test_a_tick_happens_once_however_often_the_clock_looks(world: World) -> None:
    heard: list[events.Event] = []

    async def receive(event: events.Event) -> None:
        heard.append(event)

    async def job(event: events.Tick, ctx: object) -> None:
        del event, ctx

    table = Table((), (), (Schedule("daily", "0 3 * * *", job),))
    sweeper = schedule.Sweeper(table, world.db, world.clock, receive)
    for _ in range(3):
        await sweeper.sweep()
        world.clock.advance(minutes=1)
    assert [event.id for event in heard] == ["tick:daily:2026-11-24T03:00:00+00:00"]
    world.clock.advance(hours=20)
    await sweeper.sweep()
    assert len(heard) == 2


async def test_each_due_row_is_an_event_of_its_own(world: World) -> None:
    heard: list[events.Event] = []

    async def receive(event: events.Event) -> None:
        heard.append(event)

    async def job(event: events.Due, ctx: object) -> None:
        del event, ctx

    async def due(db: object, now: datetime, limit: int) -> list[DueRow]:
        del db, limit
        return [DueRow("a", now), DueRow("b", now)]

    table = Table((), (), (Schedule("rows", "* * * * *", job, due),))
    await schedule.Sweeper(table, world.db, world.clock, receive).sweep()
    assert [getattr(event, "ref", "") for event in heard] == ["a", "b"]
    assert len({event.id for event in heard}) == 2


async def test_the_clock_looks_at_once_when_it_starts(world: World) -> None:
    looked = asyncio.Event()

    async def receive(event: events.Event) -> None:
        del event
        looked.set()

    async def job(event: events.Tick, ctx: object) -> None:
        del event, ctx

    table = Table((), (), (Schedule("now", "* * * * *", job),))
    sweeper = schedule.Sweeper(table, world.db, world.clock, receive)
    scheduler = sweeper.start()
    await asyncio.wait_for(looked.wait(), 5)
    await sweeper.stop(scheduler)
    looked.clear()
    await asyncio.sleep(0)
    assert not looked.is_set()
    assert scheduler.state == STATE_STOPPED
