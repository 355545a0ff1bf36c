"""`roundtable doctor`: whether this machine can run the bot, and what to do where it cannot."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli import examine, office
from bot.errors import ConfigError
from bot.platforms import Finding
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.db import Database

SIGNS = {"ok": "✓", "warn": "!", "wrong": "✗"}


@dataclass(slots=True)
class Report:
    """What was found so far, each under the part of the machine that it is about."""

    found: list[tuple[str, Finding]] = field(default_factory=list)

    def add(self, area: str, findings: Iterable[Finding]) -> None:
        """Add what was found in one part."""
        self.found += [(area, finding) for finding in findings]

    @property
    def well(self) -> bool:
        """Tell whether nothing is wrong; a warning is not wrong."""
        return all(finding.level != "wrong" for _, finding in self.found)

    def rows(self) -> list[dict[str, str]]:
        """Return the findings as plain rows, ready for JSON."""
        return [
            {"area": area, "level": one.level, "what": one.what, "advice": one.advice}
            for area, one in self.found
        ]

    def lines(self) -> list[str]:
        """Return one line for each finding, as a person reads it."""
        return [
            f"{SIGNS[one.level]} {area}: {' '.join(filter(None, (one.what, one.advice)))}"
            for area, one in self.found
        ]


async def doctor(config: Path | None, *, as_json: bool) -> None:
    """Look at everything, print it, and exit with 1 if something is wrong."""
    report = Report()
    try:
        known = office.settings(config)
    except ConfigError as problem:
        report.add("settings", [Finding("wrong", str(problem))])
    else:
        report.add("settings", examine.settings(known, config or office.HERE))
        await _machine(report, known)
    office.say(report.rows(), report.lines(), as_json=as_json)
    if not report.well:
        raise typer.Exit(1)


async def _machine(report: Report, known: Settings) -> None:
    report.add("key", examine.key(known))
    report.add("database", examine.database(known.database.path))
    report.add("disk", examine.disk(known.database.path))
    report.add("library", examine.content(known.content.path, datetime.now(UTC).date()))
    report.add("site", examine.site(known.site))
    async with opened(known) as database:
        if database is not None:
            report.add("rows", await examine.rows(database))
        report.add("time zones", await examine.zones(database))
        report.add("telegram", await _telegram(known, database))
        report.add("discord", await _discord(known, database))


async def _telegram(known: Settings, database: "Database | None") -> list[Finding]:
    if not known.telegram.token:
        return [Finding("ok", "There is no token, so the bot is not on Telegram.")]
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it
    from bot.platforms.telegram import checkup  # noqa: PLC0415 - it brings Telegram's library

    running = examine.is_running(known.database.path)
    return await checkup.check(known.telegram, database, main.table(), running=running)


async def _discord(known: Settings, database: "Database | None") -> list[Finding]:
    if not known.discord.token:
        return [Finding("ok", "There is no token, so the bot is not on Discord.")]
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it
    from bot.platforms.discord import checkup  # noqa: PLC0415 - it brings Discord's library
    from bot.safety.watched import WATCHED  # noqa: PLC0415 - it brings what only Discord needs

    running = examine.is_running(known.database.path)
    return await checkup.check(known, database, main.table(), WATCHED, running=running)


@asynccontextmanager
async def opened(known: Settings) -> AsyncIterator["Database | None"]:
    """Give the database if it can be used as it is; nothing is made or changed."""
    from bot.store.db import Database  # noqa: PLC0415 - a wrong setting is told without it

    vault = examine.open_vault(known)
    if vault is None or not examine.is_ready(known.database.path):
        yield None
        return
    database = Database(known.database.path, vault)
    try:
        yield database
    finally:
        await database.close()
