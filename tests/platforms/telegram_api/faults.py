"""What goes wrong on demand."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

from tests.platforms.telegram_api.errors import ApiError

_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong instead of an answer.

    With `done` the server does what was asked and only the answer is lost.
    """

    error: ApiError | None = None
    reset: bool = False
    garbage: bool = False
    hang: float = 0
    done: bool = False

    async def wait(self) -> None:
        """Let the client wait."""
        if self.hang:
            await asyncio.sleep(self.hang)


class Faults:
    """Faults that are still to come, for each method; "*" is any method."""

    def __init__(self) -> None:
        self._coming: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.happened: list[tuple[str, Fault]] = []

    def next(  # noqa: PLR0913
        self,
        method: str,
        *,
        status: int | None = None,
        description: str = "",
        retry_after: int | None = None,
        reset: bool = False,
        garbage: bool = False,
        hang: float = 0,
        done: bool = False,
        times: int = 1,
    ) -> None:
        """Let the next `times` requests of this method go wrong."""
        error = None
        if retry_after is not None:
            status = status or 429
            description = description or f"Too Many Requests: retry after {retry_after}"
        if status is not None:
            extra: dict[str, Any] = {} if retry_after is None else {"retry_after": retry_after}
            error = ApiError(status, description or _WORDS.get(status, "Error"), **extra)
        fault = Fault(error, reset, garbage, hang, done)
        self._coming[method.lower()].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """Return what goes wrong with this request."""
        if not self._coming:
            return None
        for name in (method, "*"):
            if waiting := self._coming.get(name):
                fault = waiting.popleft()
                self.happened.append((method, fault))
                return fault
        return None

    def clear(self) -> None:
        """Let all go well again."""
        self._coming.clear()

    @property
    def left(self) -> int:
        """How many are still to come."""
        return sum(len(one) for one in self._coming.values())
