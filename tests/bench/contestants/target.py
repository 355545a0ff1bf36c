"""What a contestant is told: where the server is, who will write, and what to answer."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

COMMAND = "timezone"


@dataclass(frozen=True)
class Target:
    """The task of one contestant; `folder` is its own, to keep what it likes in."""

    url: str
    token: str
    people: tuple[int, ...]
    reply: str
    folder: str

    @property
    def place(self) -> Path:
        """Return the folder."""
        return Path(self.folder)

    @classmethod
    def given(cls) -> Self:
        """Return the task that this program was started with."""
        told: dict[str, Any] = json.loads(sys.argv[1])
        return cls(**told | {"people": tuple(told["people"])})


@dataclass(frozen=True)
class TelegramTarget(Target):
    """A task on Telegram."""

    @property
    def api_url(self) -> str:
        """Return what stands before the token in the address of a call."""
        return f"{self.url}/bot"


@dataclass(frozen=True)
class DiscordTarget(Target):
    """A task on Discord, where all write in one channel."""

    gateway_url: str
    application: int
    channel: int


def manner() -> str:
    """Return the word after the task that changes how a contestant does it."""
    return sys.argv[2] if len(sys.argv) > 2 else ""
