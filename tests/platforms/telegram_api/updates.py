"""Updates that wait for the bot: fetched and confirmed, or sent to its web address."""

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from typing import Any

from tests.platforms.telegram_api.errors import ApiError

ONLY_WHEN_NAMED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_TAKEN_OVER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


def packed(value: object) -> bytes:
    """Return JSON as short as it gets."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Updates:
    """Every update in its order until it is confirmed."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.next_id = 700_000_001
        self.allowed: frozenset[str] = frozenset()
        self.arrived = asyncio.Event()
        self.emptied = asyncio.Event()
        self.emptied.set()
        self.handed_out = 0
        self.confirmed = 0
        self.webhook = False
        self._poll = 0
        self._polling: asyncio.Event | None = None

    def wanted(self, kind: str) -> bool:
        """Tell whether the bot asked for this kind."""
        return kind in self.allowed if self.allowed else kind not in ONLY_WHEN_NAMED

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Remember which kinds the bot asks for; an empty list is the usual ones again."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def put(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Add an update and return its id, unless the bot does not want its kind."""
        return self.raw({kind: payload}) if self.wanted(kind) else None

    def raw(self, update: dict[str, Any]) -> int:
        """Add an update whatever it is."""
        number = self.next_id
        self.next_id += 1
        self.waiting.append((number, packed({"update_id": number} | update)))
        self.arrived.set()
        self.emptied.clear()
        return number

    def confirm(self, below: int) -> None:
        """Forget the updates with lower ids."""
        while self.waiting and self.waiting[0][0] < below:
            self.waiting.popleft()
            self.confirmed += 1
        if not self.waiting:
            self.arrived.clear()
            self.emptied.set()

    def drop(self) -> None:
        """Forget all that waits."""
        self.confirm(self.next_id)

    async def fetch(self, offset: int, limit: int, timeout: float) -> bytes:  # noqa: ASYNC109
        """Answer one getUpdates: the JSON list of what waits, from `offset` on."""
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        stop = self._take_over()
        if offset < 0:
            offset = self.waiting[max(0, len(self.waiting) + offset)][0] if self.waiting else 0
        self.confirm(offset)
        if not self.waiting and timeout > 0:
            await self._wait(stop, timeout)
        if stop.is_set():
            raise ApiError(409, _TAKEN_OVER)
        batch = [body for _, body in list(self.waiting)[:limit]]
        self.handed_out += len(batch)
        return b"[" + b",".join(batch) + b"]"

    def _take_over(self) -> asyncio.Event:
        if self._polling is not None:
            self._polling.set()
        self._polling = asyncio.Event()
        return self._polling

    async def _wait(self, stop: asyncio.Event, timeout: float) -> None:  # noqa: ASYNC109
        tasks = [asyncio.ensure_future(one.wait()) for one in (self.arrived, stop)]
        try:
            await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
