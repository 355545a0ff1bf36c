"""Times: how pages say days, hours and how long ago something was."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.text import plural


def local(moment: datetime, zone: str) -> datetime:
    """Return a moment as the clock of a time zone shows it."""
    return moment.astimezone(ZoneInfo(zone))


def clock(moment: datetime, zone: str) -> str:
    """Return the time of day: `09:30`."""
    return f"{local(moment, zone):%H:%M}"


def day_words(day: date) -> str:
    """Return a day as people say it: `Tuesday 24 November`."""
    return f"{day:%A} {day.day} {day:%B}"


def midnight(day: date, zone: str) -> datetime:
    """Return the moment at which a day begins there."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def ago(span: timedelta) -> str:
    """Return how long somebody has waited: `3 hours`, `2 days`."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return plural(max(minutes, 1), "minute")
    hours = minutes // 60
    return plural(hours, "hour") if hours < 48 else plural(hours // 24, "day")  # noqa: PLR2004
