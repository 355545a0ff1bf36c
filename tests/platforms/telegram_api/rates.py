"""How fast the bot sends: written down always, and refused like Telegram does when switched on."""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.platforms.telegram_api.errors import too_many

COUNTED = ("send", "editmessage", "copymessage", "forwardmessage")
NOT_COUNTED = frozenset({"sendchataction"})


class Sent(NamedTuple):
    """One message on its way: `at` is the server's steady clock in seconds."""

    at: float
    method: str
    chat: int


@dataclass
class Rates:
    """Telegram's limits; each is (how many, in how many seconds)."""

    on: bool = False
    overall: tuple[int, float] = (30, 1.0)
    chat: tuple[int, float] = (1, 1.0)
    group: tuple[int, float] = (20, 60.0)
    slack: float = 0.02
    log: list[Sent] = field(default_factory=list)
    refused: int = 0
    _recent: defaultdict[object, deque[float]] = field(
        default_factory=lambda: defaultdict(deque), repr=False
    )

    def counts(self, method: str) -> bool:
        """Tell whether a method (in small letters) counts."""
        return method.startswith(COUNTED) and method not in NOT_COUNTED

    def count(self, method: str, chat: int, now: float | None = None) -> None:
        """Write down a message, or refuse it if the limits are on and reached."""
        now = time.monotonic() if now is None else now
        if self.on:
            self._check(chat, now)
        self.log.append(Sent(now, method, chat))

    def _check(self, chat: int, now: float) -> None:
        rules = [("all", self.overall), (("chat", chat), self.chat)]
        rules += [(("group", chat), self.group)] if chat < 0 else []
        waits = [self._wait(key, rule, now) for key, rule in rules]
        if max(waits) > 0:
            self.refused += 1
            raise too_many(math.ceil(max(waits)))
        for key, _ in rules:
            self._recent[key].append(now)

    def _wait(self, key: object, rule: tuple[int, float], now: float) -> float:
        many, seconds = rule
        recent = self._recent[key]
        while recent and recent[0] <= now - seconds + self.slack:
            recent.popleft()
        return recent[0] + seconds - now if len(recent) >= many else 0.0
