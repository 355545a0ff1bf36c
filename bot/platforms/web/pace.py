"""Pace: somebody who writes very fast waits a little; nothing of theirs is dropped."""

import asyncio
import time

from limits import RateLimitItem, parse
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
