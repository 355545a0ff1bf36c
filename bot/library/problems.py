"""Problems: what is wrong in a pack, by file, line and reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.errors import ConfigError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong; an error keeps the bot from starting, a warning does not."""

    path: Path
    line: int
    reason: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return `path:line: reason`, as editors can jump to."""
        return f"{self.path}:{self.line}: {self.reason}"


class PackInvalid(ConfigError):
    """The content cannot be used; the text names every file, line and reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems, of which only the errors are told."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(one) for one in problems if one.severity == "error"))


@dataclass(slots=True)
class Notes:
    """Collects problems while a library is read; the same one is noted once."""

    _found: set[Problem] = field(default_factory=set)

    def error(self, path: Path, line: int, reason: str) -> None:
        """Note what keeps the library from being used."""
        self._found.add(Problem(path, line, reason))

    def warn(self, path: Path, line: int, reason: str) -> None:
        """Note what somebody should look at."""
        self._found.add(Problem(path, line, reason, "warning"))

    @property
    def problems(self) -> list[Problem]:
        """Return what was noted, by file and line."""
        return sorted(self._found)

    @property
    def fatal(self) -> bool:
        """Tell whether any of it is an error."""
        return any(one.severity == "error" for one in self._found)
