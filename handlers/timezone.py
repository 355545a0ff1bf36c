"""Time zone: by whose clock a person is told the time."""

import difflib
from zoneinfo import available_timezones

from bot import text
from bot.context import Context
from bot.errors import BadInput
from bot.events import Command
from bot.routing import Answer, Route


def named(words: str) -> str:
    """Return the time zone that was meant; raises BadInput with the closest ones if there is none.

    Capitals do not matter, and neither does a space where the name has an underscore. The name
    of the city is enough.
    """
    typed = "_".join(words.split()).lower()[:60]
    # Old names such as "EST" or "GB" would be right only for part of the year, or unclear.
    known = {"UTC", *(zone for zone in available_timezones() if "/" in zone)}
    zones = {zone.lower(): zone for zone in known}
    if typed in zones:
        return zones[typed]
    cities: dict[str, str] = {}
    for zone in sorted(zones.values()):
        cities.setdefault(zone.rpartition("/")[2].lower(), zone)
    if typed in cities:
        return cities[typed]
    close = difflib.get_close_matches(typed, [*zones, *cities])
    meant = list(dict.fromkeys(zones.get(name) or cities[name] for name in close))
    hint = f"Did you mean {' or '.join(meant)}?" if meant else "Try one such as Europe/London."
    raise BadInput(f"I do not know that time zone. {hint}", "timezone")


async def change(event: Command, ctx: Context) -> Answer:
    """Tell a person their time zone, or set it."""
    if event.args:
        ctx.me.timezone = named(event.args)
        ctx.db.add(ctx.me)
    zone, now = text.literal(text.zone(ctx.zone)), text.day_and_time(ctx.now, ctx.zone)
    return event.whisper(f"Your time zone is {zone}. It is {now} there.")


ROUTES = (Route("timezone", change, "Set your time zone, such as Europe/London", usage="[ZONE]"),)
