"""Report: problems as a person reads them, and as a program does."""

from collections.abc import Sequence

from bot.library.problems import Problem
from bot.text import plural


def text(problems: Sequence[Problem]) -> str:
    """Return one line a problem, and a last line with their number."""
    lines = [f"{one.path}:{one.line}: {one.severity}: {one.reason}" for one in problems]
    errors = sum(one.severity == "error" for one in problems)
    warnings = len(problems) - errors
    return "\n".join([*lines, f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"])


def rows(problems: Sequence[Problem]) -> list[dict[str, str | int]]:
    """Return the problems as plain rows, ready for JSON."""
    return [
        {
            "path": str(one.path),
            "line": one.line,
            "severity": one.severity,
            "reason": one.reason,
        }
        for one in problems
    ]
