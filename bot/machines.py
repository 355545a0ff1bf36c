"""Machines: whether a platform's server answers, and whether it has the same time as this one."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from bot.platforms import Finding

WAIT = aiohttp.ClientTimeout(total=10)
SKEW = timedelta(seconds=30)


async def greet(url: str, name: str) -> list[Finding]:
    """Ask a server for the time, without a token; whatever else it says does not matter.

    Raises aiohttp.ClientError, OSError or TimeoutError if it does not answer.
    """
    parts = urlsplit(url)
    async with aiohttp.ClientSession(timeout=WAIT, trust_env=True) as session:
        asked = datetime.now(UTC)
        async with session.get(f"{parts.scheme}://{parts.netloc}/", allow_redirects=False) as reply:
            said = reply.headers.get("Date", "")
    found = [Finding("ok", f"{name} answers ({parts.hostname}).")]
    try:
        off = abs(parsedate_to_datetime(said) - asked)
    except (TypeError, ValueError):  # no date, or one without a zone
        return found
    if off > SKEW:
        what = f"This machine's clock differs from the server's by {off.total_seconds():.0f} s."
        found.append(Finding("warn", what, "Set the clock by NTP: tips and reminders go by it."))
    return found
