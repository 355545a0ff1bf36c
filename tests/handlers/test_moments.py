from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.content import TipPlan
from bot.store.groups import Group
from handlers import moments

LONDON = "Europe/London"
LATE = timedelta(hours=2)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def group(quiet_from: str | None = None, quiet_to: str | None = None, zone: str = LONDON) -> Group:
    return Group(
        id="g", slug="g", title="G", condition="crohns", timezone=zone,
        quiet_from=quiet_from, quiet_to=quiet_to, created_at=at("2026-01-01"),
    )  # fmt: skip


def plan(
    cron: str,
    zone: str = LONDON,
    next_due_at: datetime | None = None,
    paused_until: datetime | None = None,
) -> TipPlan:
    return TipPlan(
        group_id="g",
        cron=cron,
        timezone=zone,
        next_due_at=next_due_at,
        paused_until=paused_until,
    )


@pytest.mark.parametrize(
    ("cron", "after", "following"),
    [
        ("0 9 * * *", "2027-03-27 12:00", "2027-03-28 08:00"),  # spring: 9 o'clock stays 9 o'clock
        ("0 9 * * *", "2027-10-30 12:00", "2027-10-31 09:00"),  # autumn
        ("30 1 * * *", "2027-03-27 12:00", "2027-03-28 01:00"),  # 01:30 does not exist: 02:00 BST
        ("30 2 * * *", "2027-03-27 12:00", "2027-03-28 01:30"),
        ("30 1 * * *", "2027-10-30 12:00", "2027-10-31 00:30"),  # 01:30 comes twice: once is enough
        ("30 1 * * *", "2027-10-31 00:30", "2027-11-01 01:30"),
        ("30 2 * * *", "2027-10-30 12:00", "2027-10-31 02:30"),
    ],
)
def test_the_clock_of_the_zone_is_kept_when_it_changes(
    cron: str, after: str, following: str
) -> None:
    assert moments.following(plan(cron), group(), at(after)) == at(following)


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from([LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_a_daily_tip_comes_once_on_each_local_day_of_a_year(
    hour: int, minute: int, zone: str
) -> None:
    daily = plan(f"{minute} {hour} * * *", zone, next_due_at=at("2027-01-01"))
    coming = moments.coming(daily, group(zone=zone), at("2027-01-01"), LATE)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in islice(coming, 366)][1:]
    assert days == [days[0] + timedelta(days=number) for number in range(365)]
    assert days[0] in {date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)}


@given(
    hour=st.integers(0, 23),
    start=st.integers(0, 47),
    length=st.integers(1, 47),
    began=st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
)
def test_no_moment_lies_in_quiet_hours_and_each_is_later_than_the_last(
    hour: int, start: int, length: int, began: datetime
) -> None:
    end = (start + length) % 48
    quiet = group(_clock(start), _clock(end))
    coming = list(
        islice(moments.coming(plan(f"0 {hour} * * *"), quiet, began.replace(tzinfo=UTC), LATE), 30)
    )
    assert coming == sorted(set(coming))
    assert len(coming) == 30
    for moment in coming:
        assert moments.audible(quiet, moment) == moment


def _clock(halves: int) -> str:
    return f"{halves // 2:02}:{halves % 2 * 30:02}"


def test_quiet_hours_go_over_midnight() -> None:
    night = group("22:00", "08:00")
    assert moments.audible(night, at("2027-01-10 23:00")) == at("2027-01-11 08:00")
    assert moments.audible(night, at("2027-01-11 07:59")) == at("2027-01-11 08:00")
    assert moments.audible(night, at("2027-01-11 08:00")) == at("2027-01-11 08:00")
    assert moments.audible(night, at("2027-01-11 21:59")) == at("2027-01-11 21:59")


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_are_over_later_not_before() -> None:
    # 01:10 for the second time; the quiet hours end at 01:30.
    night = group("22:00", "01:30")
    assert moments.audible(night, at("2027-10-31 01:10")) == at("2027-10-31 01:30")


def test_what_falls_into_one_night_is_one_tip() -> None:
    hourly = plan("0 * * * *", next_due_at=at("2027-01-10 21:00"))
    coming = moments.coming(hourly, group("22:00", "08:00"), at("2027-01-10 20:30"), LATE)
    assert list(islice(coming, 3)) == [
        at("2027-01-10 21:00"),
        at("2027-01-11 08:00"),
        at("2027-01-11 09:00"),
    ]


def test_a_pause_leaves_out_what_falls_into_it() -> None:
    paused = plan(
        "0 9 * * *", paused_until=at("2027-01-17 12:00"), next_due_at=at("2027-01-11 09:00")
    )
    coming = moments.coming(paused, group(), at("2027-01-10 12:00"), LATE)
    assert next(coming) == at("2027-01-18 09:00")


def test_what_is_a_little_overdue_comes_now_and_what_is_too_late_does_not() -> None:
    daily = plan("0 9 * * *", next_due_at=at("2027-01-11 09:00"))
    assert next(moments.coming(daily, group(), at("2027-01-11 10:00"), LATE)) == at(
        "2027-01-11 10:00"
    )
    assert next(moments.coming(daily, group(), at("2027-01-11 12:00"), LATE)) == at(
        "2027-01-12 09:00"
    )


def test_a_line_that_never_comes_has_no_moments() -> None:
    assert list(moments.coming(plan("0 9 31 2 *"), group(), at("2027-01-01"), LATE)) == []
