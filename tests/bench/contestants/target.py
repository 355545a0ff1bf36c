"""What a contestant is told: where the server is, who will write, and what to answer."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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
    def api_url(self) -> str:
        """Return what stands before the token in the address of a call."""
        return f"{self.url}/bot"

    @property
    def place(self) -> Path:
        """Return the folder."""
        return Path(self.folder)

    def words(self) -> str:
        """Return the task as one argument of a command line."""
        return json.dumps(asdict(self))


def given() -> Target:
    """Return the task that this program was started with."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    return Target(**told | {"people": tuple(told["people"])})
