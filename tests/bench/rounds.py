"""Rounds: each contestant in turn, round after round, so that noise hits all of them alike."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.contestants.target import Target
from tests.bench.figures import OURS, Run, share
from tests.bench.programs import Program, program

CONTESTANTS: dict[str, tuple[str, ...]] = {
    OURS: ("ours",),
    "aiogram": ("aio",),
    "python-telegram-bot": ("bare",),
    "ptb, concurrent": ("bare", "concurrent"),
    "ptb, our wire": ("bare", "wire"),
    "floor": ("floor",),
}


@dataclass(frozen=True)
class Plan:
    """How much of everything: `messages` at once, then for `seconds` at each of the `rates`."""

    messages: int = 1000
    chats: int = 50
    warm: int = 100
    seconds: float = 6.0
    rates: tuple[int, ...] = (30, 100)
    runs: int = 3


@dataclass
class Bench:
    """The server that all contestants share, and the reply that all of them give."""

    plan: Plan
    server: Program
    place: dict[str, Any]
    folder: Path
    reply: str = ""

    async def round(self) -> Run:
        """Let each contestant run once; the first one's reply is everybody's."""
        return {name: await self._contestant(name) for name in CONTESTANTS}

    async def _contestant(self, name: str) -> dict[str, float]:
        module, *manner = CONTESTANTS[name]
        await self.server.ask("fresh")
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            target = Target(**self.place, reply=self.reply, folder=folder)
            where = f"tests.bench.contestants.{module}"
            async with program(where, target.words(), *manner) as running:
                warmed = await self.server.ask("sample", count=self.plan.warm)
                if not warmed["reply"]:
                    raise SystemExit(f"{name} answered nothing; what it said stands above")
                self.reply = self.reply or warmed["reply"]
                return await self._measured(running)

    async def _measured(self, running: Program) -> dict[str, float]:
        plan, before = self.plan, running.cpu()
        found = await self.server.ask("saturate", count=plan.messages)
        used = running.cpu() - before
        told = {
            "answered": found["answered"] / found["seconds"],
            "cpu": 1000 * used / plan.messages,
            "memory": running.memory(),
            "lost": found["lost"],
        }
        for rate in plan.rates:
            count = max(1, int(rate * plan.seconds))
            offered = await self.server.ask("offer", count=count, rate=rate)
            waits = [1000 * seconds for seconds in offered["waits"]] or [float("inf")]
            told |= {f"p50@{rate}": share(waits, 0.5), f"p99@{rate}": share(waits, 0.99)}
            told["lost"] += offered["lost"]
        return told


@asynccontextmanager
async def bench(plan: Plan, folder: Path) -> AsyncIterator[Bench]:
    """Give a bench with its server running."""
    async with program("tests.bench.server", str(plan.chats), wired=True) as server:
        yield Bench(plan, server, await server.told(), folder)
