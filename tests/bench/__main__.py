"""`python -m tests.bench`: prints a table for each platform and writes build/bench.json."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.figures import figure, measures, table
from tests.bench.machine import described
from tests.bench.rounds import DISCORD, TELEGRAM, Plan, Platform, bench
from tests.processes import ROOT

QUICK = Plan(messages=200, warm=50, seconds=2.0, runs=1)
TOLD = "In brackets: how many times as good as that one we are; above 1 is better, 1 the same."


PLATFORMS = {one.name: one for one in (TELEGRAM, DISCORD)}


async def measure(plan: Plan, folder: Path, platforms: Sequence[Platform]) -> dict[str, Any]:
    """Run everything and return what was found."""
    machine = described(folder)
    async with AsyncExitStack() as stack:
        benches = [await stack.enter_async_context(bench(one, plan, folder)) for one in platforms]
        for number in range(plan.runs):
            for one in benches:
                await one.round()
            print(f"round {number + 1} of {plan.runs} done", file=sys.stderr)
    machine["load_after"] = round(os.getloadavg()[0], 2)
    return {
        "machine": machine,
        "plan": plan.__dict__ | {"reply": {one.platform.name: one.reply for one in benches}},
        "figures": [
            figure(one.platform.name, what, one.runs)
            for one in benches
            for what in measures(plan.rates)
        ],
        "lost": {one.platform.name: one.lost() for one in benches},
    }


def main(words: Sequence[str] | None = None) -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, for a first look")
    parser.add_argument("--runs", type=int, help="rounds; the middle one of them counts")
    parser.add_argument("--messages", type=int, help="commands that wait at once")
    parser.add_argument("--only", choices=PLATFORMS, help="one platform and not the other")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    asked = parser.parse_args(words)
    given = {key: getattr(asked, key) for key in ("runs", "messages") if getattr(asked, key)}
    plan = replace(QUICK if asked.quick else Plan(), **given)
    folder = asked.out.parent / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    platforms = [PLATFORMS[asked.only]] if asked.only else [*PLATFORMS.values()]
    found = asyncio.run(measure(plan, folder, platforms))
    asked.out.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    for name, counts in found["lost"].items():
        figures = [one for one in found["figures"] if one["key"].startswith(f"{name}_")]
        lost = {who: count for who, count in counts.items() if count}
        print(name.capitalize(), table(figures), f"Lost: {lost or 'none'}.\n", sep="\n")
    print(TOLD, f"All of it is in {asked.out}.", sep="\n")


if __name__ == "__main__":
    main()
