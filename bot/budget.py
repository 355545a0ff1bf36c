"""The one budget of a bot's token, which everything that is sent takes its turn from.

A platform lets a bot make so many calls a second: Telegram about 30, of which one a second to a
chat and 20 a minute to a group; Discord 50. Whoever wants to call asks for a turn:

    await budget.turn(chat, priority)      one call for that chat may go now

Among those who wait, urgent ones go first, and equal ones in the order they came; a chat that
must wait holds up no other. One turn in ten goes to somebody of the urgency that has had none for
longest (who has waited for half a second at least), so that nobody waits for ever behind a stream
of urgent things. Whoever would have to wait longer than `LONGEST_WAIT` is told so at once
(RetryLater) and comes back.

When the platform itself says how long to wait (429), nothing goes to that chat before that has
passed. A second chat told so in the meantime means that the whole token is meant: then all wait.
"""

import asyncio
import time
from bisect import insort
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.errors import RetryLater

LONGEST_WAIT = 2.0
LONG = 0.5
SHARE = 10
MARGIN = 0.002  # a window is over just after its end, not at it


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a token may call: `overall`, for one `chat`, and for one `group` besides.

    The defaults are Telegram's.
    """

    overall: str = "30/second"
    chat: str = "1/second"
    group: str = "20/minute"


@dataclass(order=True, slots=True)
class _Waiter:
    """Somebody who waits for a turn; `told` becomes 0 for go, or the seconds to come back in."""

    priority: int
    number: int
    chat: str = field(compare=False)
    counts: bool = field(compare=False)
    since: float = field(compare=False)
    told: asyncio.Future[float] = field(compare=False)


class Budget:
    """Shares the turns of one token among all who send; for one asyncio loop."""

    def __init__(self, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._overall = parse(limits.overall)
        self._chat, self._group = parse(limits.chat), parse(limits.group)
        self._waiting: list[_Waiter] = []
        self._numbers = count()
        self._turns, self._share_at = 0, SHARE - 1
        self._last: dict[int, int] = {}
        self._paused: dict[str, float] = {}
        self._all_paused = 0.0
        self._soon: asyncio.Handle | None = None
        self._alarm: asyncio.TimerHandle | None = None

    async def turn(self, chat: int | str, priority: int, *, counts: bool = True) -> None:
        """Wait until one call for `chat` may go; the lower `priority` goes first.

        What sends nothing (`counts=False`: deletes, answers to buttons, questions) takes from the
        overall limit only. Raises RetryLater if that would take longer than LONGEST_WAIT.
        """
        loop = asyncio.get_running_loop()
        told = loop.create_future()
        me = _Waiter(priority, next(self._numbers), str(chat), counts, loop.time(), told)
        insort(self._waiting, me)
        self._stir()
        try:
            seconds = await told
        except asyncio.CancelledError:
            if me in self._waiting:  # the others move up
                self._waiting.remove(me)
                self._stir()
            raise
        if seconds:
            raise RetryLater(seconds, "the rate limit is used up")

    def paused(self, chat: int | str, retry_after: float) -> None:
        """Note a 429: nothing for `chat` before `retry_after` seconds are over."""
        now = asyncio.get_running_loop().time()
        self._paused = {name: end for name, end in self._paused.items() if end > now}
        mine = max(now + retry_after, self._paused.get(str(chat), 0.0))
        self._paused[str(chat)] = mine
        if len(self._paused) > 1 or self._all_paused > now:
            self._all_paused = max(self._all_paused, *self._paused.values())
        self._stir()

    def _stir(self) -> None:
        """Look at those who wait soon: once for all that ask in this moment, urgent ones first."""
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_soon(self._serve)

    def _serve(self) -> None:
        """Let go all who may go, send away those who would wait too long, and set the alarm."""
        self._soon = None
        loop = asyncio.get_running_loop()
        now, next_time = loop.time(), float("inf")
        ahead: Counter[str] = Counter()
        line = list(self._waiting)
        while line:
            one = self._next(line, now)
            wait = self._wait(one, now)
            if not wait and self._take(one):
                self._tell(one, 0.0)
                self._count(one)
                continue
            if one.counts:
                wait = max(wait, MARGIN) + ahead[one.chat] * _each(self._chat)
                ahead[one.chat] += 1
            patience = one.since + LONGEST_WAIT - now
            if wait > patience:
                self._tell(one, wait)
                ahead[one.chat] -= one.counts
            else:
                next_time = min(next_time, now + max(wait, MARGIN))
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = loop.call_at(next_time, self._serve) if self._waiting else None

    def _next(self, line: list[_Waiter], now: float) -> _Waiter:
        """Take the next one out of the line: the most urgent, or the tenth time the overdue."""
        is_share = self._turns >= self._share_at and not self._full(self._overall, "all")
        overdue = self._overdue(line, now) if is_share else []
        if not overdue:
            return line.pop(0)
        one = min(overdue, key=lambda one: (self._last.get(one.priority, 0), one.number))
        line.remove(one)
        self._share_at = self._turns + SHARE
        return one

    def _overdue(self, line: list[_Waiter], now: float) -> list[_Waiter]:
        """Return those who could go and have waited long behind somebody more urgent."""
        behind = [one for one in line if one.priority > line[0].priority]
        return [one for one in behind if one.since <= now - LONG and not self._wait(one, now)]

    def _count(self, served: _Waiter) -> None:
        self._turns += 1
        self._last[served.priority] = self._turns

    def _tell(self, one: _Waiter, seconds: float) -> None:
        self._waiting.remove(one)
        if not one.told.done():
            one.told.set_result(seconds)

    def _of(self, one: _Waiter) -> list[tuple[RateLimitItem, str]]:
        """Return the limits that a call comes under."""
        limits = [(self._overall, "all")]
        if one.counts:
            limits.append((self._chat, f"chat {one.chat}"))
            if one.chat.startswith(("-", "@")):
                limits.append((self._group, f"group {one.chat}"))
        return limits

    def _wait(self, one: _Waiter, now: float) -> float:
        """Return in how many seconds a call may go at the earliest, whoever else waits."""
        pause = max(self._paused.get(one.chat, 0.0), self._all_paused) - now
        return max(0.0, pause, *(self._full(limit, name) for limit, name in self._of(one)))

    def _full(self, limit: RateLimitItem, name: str) -> float:
        """Return for how many seconds a limit is used up."""
        reset, left = self._limiter.get_window_stats(limit, name)
        if left > 0:
            return 0.0
        seconds = reset - time.time() + MARGIN
        if seconds > limit.get_expiry() + 1:  # the machine's clock was set back
            self._limiter.clear(limit, name)
            return 0.0
        return max(seconds, MARGIN)

    def _take(self, one: _Waiter) -> bool:
        # Each limit counts the call, even if another refuses it at the last moment.
        taken = [self._limiter.hit(limit, name) for limit, name in self._of(one)]
        return all(taken)


def _each(limit: RateLimitItem) -> float:
    return limit.get_expiry() / limit.amount
