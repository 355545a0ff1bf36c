"""The bot as its own process, as an operator starts it."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_SECONDS = 60


@dataclass
class Running:
    """A demo that runs: its process, and the line it printed first."""

    process: asyncio.subprocess.Process
    url: str
    links: dict[str, str]
    invite: str

    def kill(self) -> None:
        """End it without a word."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)


async def start(data: Path, port: int = 0, *, measured: bool = True) -> Running:
    """Start a demo on a folder and wait until it listens; `measured` is for its coverage."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if measured or not name.startswith("COVERAGE_")
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--json"),
        *("--port", str(port), "--data", str(data)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env=environ,
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
    said = json.loads(line)
    return Running(process, said["url"], said["links"], said["invite"])


@asynccontextmanager
async def demo(data: Path, port: int = 0) -> AsyncIterator[Running]:
    """Run a demo for as long as the block lasts, then stop it as an operator does."""
    running = await start(data, port)
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.process.wait(), 30)
