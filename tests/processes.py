"""The bot as its own process, as an operator starts it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
START_SECONDS = 60
STOP_SECONDS = 30


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


@dataclass
class Service:
    """A clinic's own installation: settings in the environment, the command line, and the bot.

    Paths in the settings are below `folder`, where the commands run, so that no other file of
    settings is found. `measured` is for the coverage of what runs.
    """

    folder: Path
    settings: dict[str, str]
    measured: bool = True
    process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def environ(self) -> dict[str, str]:
        """Return the environment of every command."""
        return environ(measured=self.measured) | self.settings

    async def type(self, *words: str) -> str:
        """Type a command that must succeed and return what it printed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self.environ,
        )
        said, complaint = await asyncio.wait_for(process.communicate(), START_SECONDS)
        assert process.returncode == 0, complaint.decode()
        return said.decode()

    async def json(self, *words: str) -> Any:  # noqa: ANN401 - whatever the command prints
        """Type a command with --json and return what it printed."""
        return json.loads(await self.type(*words, "--json"))

    async def start(self) -> None:
        """Start the bot and wait until it says that it runs."""
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self.folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=self.environ,
            )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), START_SECONDS)
        assert b"is running" in line, self.log

    async def kill(self) -> None:
        """End the bot without a word."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End the bot as an operator does."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
            self.process = None

    @property
    def log(self) -> str:
        """Return all that the bot wrote about itself, over all its starts."""
        return self._log.read_text("utf-8") if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        return self.folder / "log"


def environ(*, measured: bool) -> dict[str, str]:
    """Return this environment, without what measures coverage if nothing is to be measured."""
    return {
        name: value
        for name, value in os.environ.items()
        if measured or not name.startswith("COVERAGE_")
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        return int(ear.getsockname()[1])


async def start(data: Path, port: int = 0, *, measured: bool = True) -> Running:
    """Start a demo on a folder and wait until it listens; `measured` is for its coverage."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--json"),
        *("--port", str(port), "--data", str(data)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env=environ(measured=measured),
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
