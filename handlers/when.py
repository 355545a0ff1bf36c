"""When: plain words for times of the week as a cron line, and a cron line as plain words."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot import schedule
from bot.errors import BadInput

EXAMPLES = "Try: daily at 9, weekdays at 18:30, weekends at 10, or mondays and thursdays at 7pm."
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_WEEK = frozenset(range(7))
_WORKING, _ENDING = frozenset(range(1, 6)), frozenset({0, 6})
_NAMED = {
    **dict.fromkeys(("day", "days", "daily", "everyday"), _WEEK),
    **dict.fromkeys(("weekday", "weekdays"), _WORKING),
    **dict.fromkeys(("weekend", "weekends"), _ENDING),
    **{
        word: frozenset({number})
        for number, day in enumerate(_DAYS)
        for word in (day, f"{day}s", day[:3])
    },
}
_FILLING = frozenset(("every", "each", "on", "at", "and", "the"))
_TIME = re.compile(
    r"(?<![\w:.])(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap]\.?m\b\.?)?"
    r"|(?P<word>noon|midday))(?![\w:])"
)
_CRON = re.compile(r"[\d*][^ ]*(?: [^ ]+){4}")
_PLAIN = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* ([\d,*-]+)")
_NOON, _LAST_HOUR, _LAST_MINUTE = 12, 23, 59
_FIRST_OF_WEEK = 1
_LOOKS = 30


def parse(words: str) -> str:
    """Return the cron line of `weekdays at 18:30`, or of a cron line; raises BadInput."""
    plain = " ".join(words.lower().replace(",", " ").split()).rstrip(".")
    line = " ".join(words.split())
    if _CRON.fullmatch(line):
        return _not_too_often(schedule.parse(line))
    times = list(_TIME.finditer(plain))
    if len(times) != 1:
        raise BadInput(f"I need one time of day. {EXAMPLES}")
    hour, minute = _clock(times[0])
    rest = f"{plain[: times[0].start()]} {plain[times[0].end() :]}"
    return f"{minute} {hour} * * {_field(_days(rest))}"


def _not_too_often(cron: str) -> str:
    """Return the cron line; raises BadInput if it comes more than once an hour."""
    moments = [datetime(2027, 1, 1, tzinfo=UTC)]
    while len(moments) < _LOOKS and (following := schedule.after(cron, moments[-1], "UTC")):
        moments.append(following)
    if any(later - earlier < timedelta(hours=1) for earlier, later in pairwise(moments[1:])):
        raise BadInput(f"That is more than one tip an hour. {EXAMPLES}")
    return cron


def say(cron: str) -> str:
    """Return a cron line as people say it: `on weekdays at 18:30`."""
    found = _PLAIN.fullmatch(cron)
    days = _numbers(found[3]) if found else None
    if found is None or days is None:
        return f"at the times of `{cron}`"
    at = f"at {int(found[2]):02}:{int(found[1]):02}"
    if days == _WEEK:
        return f"every day {at}"
    if days == _WORKING:
        return f"on weekdays {at}"
    if days == _ENDING:
        return f"on weekends {at}"
    names = [f"{_DAYS[number].capitalize()}s" for number in _in_order(days)]
    return f"on {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))} {at}"


def _clock(found: re.Match[str]) -> tuple[int, int]:
    if found["word"]:
        return _NOON, 0
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half and not 1 <= hour <= _NOON:
        raise BadInput(f"There is no such time of day. {EXAMPLES}")
    if half:
        hour = hour % _NOON + (_NOON if half.startswith("p") else 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE:
        raise BadInput(f"There is no such time of day. {EXAMPLES}")
    return hour, minute


def _days(words: str) -> frozenset[int]:
    named = [word for word in words.split() if word not in _FILLING]
    if any(word not in _NAMED for word in named):
        raise BadInput(f"I do not understand those days. {EXAMPLES}")
    return frozenset().union(*(_NAMED[word] for word in named)) or _WEEK


def _field(days: frozenset[int]) -> str:
    if days == _WEEK:
        return "*"
    if days == _WORKING:
        return "1-5"
    return ",".join(map(str, _in_order(days)))


def _numbers(field: str) -> frozenset[int] | None:
    """Return the days that a simple field of a cron line names; None for any other field."""
    if field == "*":
        return _WEEK
    if field == "1-5":
        return _WORKING
    parts = field.split(",")
    return frozenset(int(part) % 7 for part in parts) if all(map(str.isdecimal, parts)) else None


def _in_order(days: frozenset[int]) -> list[int]:
    """Return the days as a week goes here: from Monday to Sunday."""
    return sorted(days, key=lambda number: (number - _FIRST_OF_WEEK) % 7)
