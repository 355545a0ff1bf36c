"""Programs that the bench starts, and what the system says they use."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
LINE = 4 * 1024 * 1024


@dataclass(frozen=True)
class Program:
    """One process that runs."""

    process: Process

    def cpu(self) -> float:
        """Return the seconds of CPU that it has used, its threads included."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> float:
        """Return the megabytes of memory that it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii", "replace")
        held = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(held.split()[1]) / 1024

    async def ask(self, do: str, **order: object) -> dict[str, Any]:
        """Give one order and return the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do} | order).encode() + b"\n")
        return await self.told()

    async def told(self) -> dict[str, Any]:
        """Return the next line that it says."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line:
            raise SystemExit("the server of the bench has ended; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def program(module: str, *args: str, wired: bool = False) -> AsyncIterator[Program]:
    """Run a module of ours as a process until the block ends; `wired` talks by lines of JSON."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    pipe = PIPE if wired else DEVNULL
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *args),
        cwd=ROOT, env=kept, stdin=pipe, stdout=pipe, limit=LINE,
    )  # fmt: skip
    try:
        yield Program(process)
    finally:
        # Without a word: nobody has to tidy up, for what it kept goes with its folder.
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
