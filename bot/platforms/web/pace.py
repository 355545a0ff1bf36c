"""Pace: somebody who writes very fast waits a little; nothing of theirs is dropped.

What takes room on the disk has a quota instead: past it, the answer is no.
"""

import asyncio
import time

from limits import RateLimitItem, parse, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

SHORTEST = 0.02


class Pace:
    """Lets each person act so many times in a span of time, and then makes them wait."""

    def __init__(self, pace: str) -> None:
        """Take the pace in words, such as `20/second`."""
        self._item: RateLimitItem = parse(pace)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def wait(self, who: str) -> None:
        """Return when this person may act again."""
        while not self._limiter.hit(self._item, who):
            over = self._limiter.get_window_stats(self._item, who).reset_time
            await asyncio.sleep(max(SHORTEST, over - time.time()))


class Quota:
    """Lets each person do something so many times in each span of time, and no more."""

    def __init__(self, spans: str) -> None:
        """Take the spans in words, such as `10/minute;100/day`."""
        self._items = parse_many(spans)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def takes(self, who: str) -> bool:
        """Count one more for this person; False, and not counted, if a span is full."""
        if not all(self._limiter.test(item, who) for item in self._items):
            return False
        return all(self._limiter.hit(item, who) for item in self._items)
