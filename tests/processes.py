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


async def start(data: Path, port: int = 0, **environ: str) -> Running:
    """Start a demo on a folder and wait until it listens."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--json"),
        *("--port", str(port), "--data", str(data)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **environ},
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
    said = json.loads(line)
    return Running(process, said["url"], said["links"], said["invite"])


@asynccontextmanager
async def demo(data: Path, port: int = 0, **environ: str) -> AsyncIterator[Running]:
    """Run a demo for as long as the block lasts, then stop it as an operator does."""
    running = await start(data, port, **environ)
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.process.wait(), 30)
