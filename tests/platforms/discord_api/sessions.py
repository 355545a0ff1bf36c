"""A session at the gateway: it outlives its connections, and keeps what RESUME replays."""

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord_api.pipes import Pipe, packed

KEPT = 20_000
"""How many events are kept for RESUME."""


@dataclass(eq=False)
class Session:
    """One shard of one client."""

    shard: tuple[int, int]
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    pipe: Pipe | None = None
    resumed: int = 0
    kept: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=KEPT), repr=False)

    @property
    def connected(self) -> bool:
        """Tell whether a client is there."""
        return self.pipe is not None

    def hears(self, shard_of: int | None) -> bool:
        """Tell whether a guild's events go to this shard; None is what is in no guild."""
        number, count = self.shard
        return ((shard_of or 0) >> 22) % count == number if shard_of else number == 0

    def tell(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event, or keep it until the client is back."""
        self.seq += 1
        raw = packed({"op": 0, "t": event, "s": self.seq, "d": payload})
        self.kept.append((self.seq, raw))
        if self.pipe is not None:
            self.pipe.put(raw)

    def can_resume(self, seq: int) -> bool:
        """Tell whether everything after this number is still here."""
        oldest = self.kept[0][0] if self.kept else self.seq + 1
        return oldest - 1 <= seq <= self.seq

    def resume(self, pipe: Pipe, seq: int) -> None:
        """Take up a new connection and replay what the old one did not bring."""
        self.pipe = pipe
        self.resumed += 1
        for number, raw in self.kept:
            if number > seq:
                pipe.put(raw)
        self.tell("RESUMED", {"_trace": []})
