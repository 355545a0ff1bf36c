"""Discord's limits: told in headers and refused with 429 when switched on."""

import hashlib
import time
from dataclasses import dataclass, field
from typing import NamedTuple

_MAJOR = ("channel_id", "guild_id", "webhook_id", "token")
_OUTSIDE = ("interactions", "webhooks")
"""Interaction endpoints are not bound by the limit over everything."""


class Verdict(NamedTuple):
    """What the limits say of one request; `wait` is 0 if it may pass."""

    wait: float
    is_global: bool
    headers: dict[str, str]


@dataclass
class _Window:
    until: float
    left: int


@dataclass
class Rates:
    """Buckets by route and major id; each limit is (how many, in how many seconds)."""

    on: bool = False
    overall: tuple[int, float] = (50, 1.0)
    usual: tuple[int, float] = (10, 1.0)
    limits: dict[str, tuple[int, float]] = field(
        default_factory=lambda: {
            "POST channels/{channel_id}/messages": (5, 5.0),
            "PATCH channels/{channel_id}/messages/{message_id}": (5, 5.0),
            "DELETE channels/{channel_id}/messages/{message_id}": (5, 1.0),
            "POST users/@me/channels": (10, 10.0),
            "PUT guilds/{guild_id}/members/{user_id}/roles/{role_id}": (10, 10.0),
            "DELETE guilds/{guild_id}/members/{user_id}/roles/{role_id}": (10, 10.0),
            "POST webhooks/{webhook_id}/{token}": (5, 2.0),
        }
    )
    refused: list[str] = field(default_factory=list)
    _windows: dict[str, _Window] = field(default_factory=dict, repr=False)

    def set(self, method: str, template: str, many: int, seconds: float) -> None:
        """Set a route's limit, its path as the vendor writes it: "/channels/{channel_id}"."""
        self.limits[f"{method} {template.strip('/')}"] = (many, seconds)

    def count(self, method: str, template: tuple[str, ...], args: dict[str, str]) -> Verdict:
        """Count a request and say whether it may pass."""
        now = time.monotonic()
        name = f"{method} {'/'.join(template)}"
        if template[0] not in _OUTSIDE and (wait := self._overall(now)) > 0:
            self.refused.append(name)
            return Verdict(wait, is_global=True, headers=_refusal(wait, "global"))
        many, seconds = self.limits.get(name, self.usual)
        window = self._window(name, args, now, many, seconds)
        after = max(window.until - now, 0.001)
        headers = {
            "X-RateLimit-Limit": str(many),
            "X-RateLimit-Remaining": str(max(window.left - 1, 0)),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
        }
        if window.left <= 0:
            self.refused.append(name)
            return Verdict(after, is_global=False, headers=headers | _refusal(after, "user"))
        window.left -= 1
        return Verdict(0, is_global=False, headers=headers)

    def _overall(self, now: float) -> float:
        window = self._window("", {}, now, *self.overall)
        window.left -= 1
        return 0 if window.left >= 0 else max(window.until - now, 0.001)

    def _window(
        self, name: str, args: dict[str, str], now: float, many: int, seconds: float
    ) -> _Window:
        key = name + "".join(f":{args[part]}" for part in _MAJOR if part in args)
        window = self._windows.get(key)
        if window is None or window.until <= now:
            window = self._windows[key] = _Window(now + seconds, many)
        return window


def _refusal(wait: float, scope: str) -> dict[str, str]:
    headers = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope, "Via": "1.1 edge"}
    return headers | ({"X-RateLimit-Global": "true"} if scope == "global" else {})
