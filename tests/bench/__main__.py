"""`python -m tests.bench`: prints one table and writes build/bench.json."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.figures import Run, figure, measures, table
from tests.bench.machine import described
from tests.bench.rounds import Plan, bench
from tests.processes import ROOT

QUICK = Plan(messages=200, warm=50, seconds=2.0, runs=1)
TOLD = "In brackets: how many times as good as that one we are; above 1 is better, 1 the same."


async def measure(plan: Plan, folder: Path) -> dict[str, Any]:
    """Run everything and return what was found."""
    machine = described(folder)
    runs: list[Run] = []
    async with bench(plan, folder) as ready:
        for number in range(plan.runs):
            runs.append(await ready.round())
            print(f"round {number + 1} of {plan.runs} done", file=sys.stderr)
    machine["load_after"] = round(os.getloadavg()[0], 2)
    return {
        "machine": machine,
        "plan": plan.__dict__ | {"reply": ready.reply},
        "figures": [figure(one, runs) for one in measures(plan.rates)],
        "lost": {name: sum(run[name]["lost"] for run in runs) for name in runs[0]},
    }


def main(words: Sequence[str] | None = None) -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, for a first look")
    parser.add_argument("--runs", type=int, help="rounds; the middle one of them counts")
    parser.add_argument("--messages", type=int, help="commands that wait at once")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    asked = parser.parse_args(words)
    given = {key: getattr(asked, key) for key in ("runs", "messages") if getattr(asked, key)}
    plan = replace(QUICK if asked.quick else Plan(), **given)
    folder = asked.out.parent / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    found = asyncio.run(measure(plan, folder))
    asked.out.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    lost = {name: int(count) for name, count in found["lost"].items() if count}
    print(table(found["figures"]), TOLD, sep="\n\n")
    print(f"Lost: {lost or 'none'}. All of it is in {asked.out}.")


if __name__ == "__main__":
    main()
