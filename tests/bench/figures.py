"""Figures: what was measured of each contestant, side by side, as a table and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

OURS = "ours"
Run = Mapping[str, Mapping[str, float]]
"""What one round measured: by contestant, by measure."""


@dataclass(frozen=True)
class Measure:
    """One thing that is measured; `more` says whether more of it is better.

    `key` names it, behind the platform's name: `telegram_saturated`, `discord_paced_p50`.
    """

    key: str
    name: str
    unit: str
    more: bool = False


def measures(rates: Sequence[int]) -> list[Measure]:
    """Return all that is measured, in the order shown."""
    waits = [
        Measure(paced(part, rate, rates), f"wait for a reply at {rate}/s, {part}", "ms")
        for rate in rates
        for part in ("p50", "p99")
    ]
    return [
        Measure("saturated", "commands answered, all waiting", "1/s", more=True),
        *waits,
        Measure("cpu", "CPU for one command", "ms"),
        Measure("memory", "memory held", "MB"),
    ]


def paced(part: str, rate: int, rates: Sequence[int]) -> str:
    """Return what names the wait at a rate: `paced_p50`, and at a further rate `paced_p50_100`."""
    return f"paced_{part}" if rate == rates[0] else f"paced_{part}_{rate}"


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which this part of the sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * part))]


def figure(platform: str, measure: Measure, runs: Sequence[Run]) -> dict[str, Any]:
    """Return the medians of one measure, and how many times as good we are as each peer."""
    names = list(runs[0])
    middle = {name: median(run[name][measure.key] for run in runs) for name in names}
    ours, peers = middle[OURS], {name: middle[name] for name in names if name != OURS}
    ratios = {name: ours / its if measure.more else its / ours for name, its in peers.items()}
    return {
        "key": f"{platform}_{measure.key}",
        "name": measure.name,
        "unit": measure.unit,
        "ours": round(ours, 3),
        "peers": {name: round(value, 3) for name, value in peers.items()},
        "ratios": {name: round(value, 3) for name, value in ratios.items()},
        "runs": [
            {name: round(run[name][measure.key], 3) for name in names} for run in runs
        ],
    }  # fmt: skip


def table(figures: Sequence[Mapping[str, Any]]) -> str:
    """Return the figures to be read: ours, each peer's, and in brackets the ratio."""
    rows = [["", OURS, *figures[0]["peers"]]]
    for one in figures:
        cells = [
            f"{_short(value)} ({_short(one['ratios'][name])}×)"
            for name, value in one["peers"].items()
        ]
        rows.append([f"{one['name']} [{one['unit']}]", _short(one["ours"]), *cells])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"{row[0]:<{widths[0]}}  "
        + "  ".join(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
