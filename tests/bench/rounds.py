"""Rounds: each contestant in turn, round after round, so that noise hits all of them alike."""

import json
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.figures import OURS, Run, paced, share
from tests.bench.programs import Program, program


@dataclass(frozen=True)
class Platform:
    """The module of its server's process, and of each contestant with its manner."""

    name: str
    server: str
    contestants: Mapping[str, tuple[str, ...]]


TELEGRAM = Platform(
    "telegram",
    "server",
    {
        OURS: ("ours",),
        "aiogram": ("aio",),
        "python-telegram-bot": ("bare",),
        "ptb, concurrent": ("bare", "concurrent"),
        "ptb, our wire": ("bare", "wire"),
        "floor": ("floor",),
    },
)
DISCORD = Platform(
    "discord",
    "discord_server",
    {
        OURS: ("discord_ours",),
        "discord.py": ("discord_bare",),
        "discord.py, raw": ("discord_bare", "raw"),
        "floor": ("discord_floor",),
    },
)


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
    """The server that a platform's contestants share, and the reply that all of them give."""

    platform: Platform
    plan: Plan
    server: Program
    folder: Path
    reply: str = ""
    runs: list[Run] = field(default_factory=list)

    async def round(self) -> None:
        """Let each contestant run once; the first one's reply is everybody's."""
        self.runs.append({name: await self._contestant(name) for name in self.platform.contestants})

    def lost(self) -> dict[str, int]:
        """Return how many commands of each contestant nobody answered, in all rounds."""
        names = self.platform.contestants
        return {name: int(sum(run[name]["lost"] for run in self.runs)) for name in names}

    async def _contestant(self, name: str) -> dict[str, float]:
        module, *manner = self.platform.contestants[name]
        place = await self.server.ask("fresh")
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            target = json.dumps(place | {"reply": self.reply, "folder": folder})
            async with program(f"tests.bench.contestants.{module}", target, *manner) as running:
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
            "saturated": found["answered"] / found["seconds"],
            "cpu": 1000 * used / plan.messages,
            "memory": running.memory(),
            "lost": found["lost"],
        }
        for rate in plan.rates:
            count = max(1, int(rate * plan.seconds))
            offered = await self.server.ask("offer", count=count, rate=rate)
            waits = [1000 * seconds for seconds in offered["waits"]] or [float("inf")]
            told["lost"] += offered["lost"]
            for part, much in (("p50", 0.5), ("p99", 0.99)):
                told[paced(part, rate, plan.rates)] = share(waits, much)
        return told


@asynccontextmanager
async def bench(platform: Platform, plan: Plan, folder: Path) -> AsyncIterator[Bench]:
    """Give a bench with its server running."""
    async with program(f"tests.bench.{platform.server}", str(plan.chats), wired=True) as server:
        yield Bench(platform, plan, server, folder)
