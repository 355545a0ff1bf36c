"""What goes wrong on demand."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

_WORDS = {
    400: "Bad Request",
    401: "401: Unauthorized",
    403: "Missing Access",
    404: "404: Not Found",
    429: "You are being rate limited.",
    500: "500: Internal Server Error",
    502: "502: Bad Gateway",
    503: "503: Service Unavailable",
}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong instead of an answer.

    With `done` the server does what was asked and only the answer is lost.
    """

    method: str
    path: re.Pattern[str]
    status: int | None = None
    body: Any = None
    retry_after: float | None = None
    is_global: bool = False
    via: bool = True
    reset: bool = False
    hang: float = 0
    done: bool = False

    async def wait(self) -> None:
        """Let the client wait."""
        if self.hang:
            await asyncio.sleep(self.hang)

    def answer(self) -> Any:  # noqa: ANN401
        """Return what the client reads."""
        if self.body is not None:
            return self.body
        if self.retry_after is not None:
            return {
                "message": _WORDS[429],
                "retry_after": self.retry_after,
                "global": self.is_global,
            }
        return {"message": _WORDS.get(self.status or 0, "Error"), "code": 0}

    def headers(self) -> dict[str, str]:
        """Return the headers that go with it."""
        if self.status != 429:
            return {}
        headers = {
            "Retry-After": str(self.retry_after or 0),
            "X-RateLimit-Scope": "global" if self.is_global else "user",
        }
        if self.is_global:
            headers["X-RateLimit-Global"] = "true"
        return headers | ({"Via": "1.1 edge"} if self.via else {})


class Faults:
    """Faults that are still to come; method and path as in `next`."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []
        self.happened: list[tuple[str, Fault]] = []

    def next(  # noqa: PLR0913
        self,
        method: str,
        path: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        is_global: bool = False,
        via: bool = True,
        body: Any = None,  # noqa: ANN401
        reset: bool = False,
        hang: float = 0,
        done: bool = False,
        times: int = 1,
    ) -> None:
        """Let the next `times` requests go wrong; "*" is any method, `path` is searched for."""
        if retry_after is not None and status is None:
            status = 429
        fault = Fault(
            method=method.upper(),
            path=re.compile(path),
            status=status,
            body=body,
            retry_after=retry_after,
            is_global=is_global,
            via=via,
            reset=reset,
            hang=hang,
            done=done,
        )
        self._coming.extend([fault] * times)

    def take(self, method: str, path: str) -> Fault | None:
        """Return what goes wrong with this request."""
        for index, fault in enumerate(self._coming):
            if fault.method in {"*", method} and fault.path.search(path):
                del self._coming[index]
                self.happened.append((f"{method} {path}", fault))
                return fault
        return None

    def clear(self) -> None:
        """Let all go well again."""
        self._coming.clear()

    @property
    def left(self) -> int:
        """How many are still to come."""
        return len(self._coming)
