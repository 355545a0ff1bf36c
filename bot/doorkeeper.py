"""The doorkeeper: somebody who tries many wrong codes is slowed, and the staff hear of it once."""

import secrets

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot import events
from bot.clock import Clock
from bot.platforms import Receive
from bot.settings import Invites

log = structlog.get_logger(__name__)

SHORTEST, SPREAD = 1.0, 1.0  # seconds that a slowed answer takes


class Doorkeeper:
    """Counts wrong codes for each place on the network they come from; it forgets by itself."""

    def __init__(self, settings: Invites, clock: Clock) -> None:
        """Take how many wrong codes are too many, and the clock to wait by."""
        self._clock = clock
        self._most = RateLimitItemPerMinute(settings.wrong_codes, settings.wrong_minutes)
        self._once: RateLimitItem = RateLimitItemPerMinute(1, settings.wrong_minutes, "alarm")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def tires(self, origin: str) -> bool:
        """Tell whether too many wrong codes came from there lately."""
        return not self._limiter.test(self._most, origin)

    async def pause(self, origin: str) -> bool:
        """Wait a little if too many wrong codes came from there; tell whether that was so."""
        if not self.tires(origin):
            return False
        await self._clock.sleep(SHORTEST + secrets.randbelow(1000) / 1000 * SPREAD)
        return True

    def count(self, origin: str) -> bool:
        """Count a wrong code; tell whether that is the one at which the alarm is raised."""
        self._limiter.hit(self._most, origin)
        return not self._limiter.test(self._most, origin) and self._limiter.hit(self._once, origin)

    async def alarm(self, receive: Receive) -> None:
        """Tell the ring of the attempts, but not where they came from."""
        now = self._clock.now()
        log.warning("many wrong invite codes")
        name = f"guessed:{now.isoformat()}"
        await receive(events.Guessed(id=name, at=now, chat=events.NOBODY, user=events.NOBODY))
