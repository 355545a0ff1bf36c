"""The office: what every command shares: its options, the open database, and how it answers."""

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, ParamSpec

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Action
from bot.errors import ConfigError, Refusal
from bot.settings import Settings, load
from bot.store import audit, groups, outbox, people
from bot.store.groups import Group

P = ParamSpec("P")
HERE = Path("config.toml")
ACTOR = "cli"

Config = Annotated[
    Path | None,
    typer.Option("--config", help="The settings file (config.toml here, if there is one)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Slug = Annotated[
    str | None, typer.Option("--group", help="The group’s short name, if there are several.")
]


def command(work: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Make a command of an async function; a refusal becomes one sentence and exit code 2."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def once() -> None:
            await work(*args, **kwargs)

        try:
            asyncio.run(once())
        except (ConfigError, Refusal) as problem:
            typer.echo(str(problem), err=True)
            raise typer.Exit(2) from None

    return run


def settings(config: Path | None) -> Settings:
    """Return the settings of the file that was named, or of config.toml if it is here."""
    return load(config or (HERE if HERE.exists() else None))


def say(answer: object, lines: str | Sequence[str], *, as_json: bool) -> None:
    """Print the answer as JSON, or as lines that a person reads."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        typer.echo(lines if isinstance(lines, str) else "\n".join(lines))


@dataclass(slots=True)
class Office:
    """One transaction on the database, and what a command needs beside it."""

    settings: Settings
    db: AsyncSession
    now: datetime

    async def group(self, slug: str | None) -> Group:
        """Return the group of that short name, or the only one."""
        every = await groups.every(self.db)
        if slug is None and len(every) == 1:
            return every[0]
        known = ", ".join(group.slug for group in every)
        if not every:
            raise Refusal("There is no group yet. Add one: roundtable group add SLUG --title …")
        if slug is None:
            raise Refusal(f"There are several groups. Add --group with one of: {known}")
        found = await groups.find(self.db, slug)
        if found is None:
            raise Refusal(f"There is no group {slug}. There is: {known}")
        return found

    async def note(
        self, group: Group | None, act: str, subject: str = "", detail: str = ""
    ) -> None:
        """Append to the audit log what was done from the command line."""
        group_id = group.id if group else None
        await audit.add(
            self.db, self.now, ACTOR, act, group_id=group_id, subject=subject, detail=detail
        )

    async def send(self, group: Group, actions: Sequence[Action]) -> None:
        """Put actions in the outbox; the running bot carries them out."""
        for action in actions:
            keyed = action.under(f"cli:{people.new_id()}")
            await outbox.put(self.db, keyed, group.id, self.now)


@asynccontextmanager
async def opened(config: Path | None) -> AsyncIterator[Office]:
    """Open the database for one command; the bot may be running on it."""
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it

    known = settings(config)
    database = main.open_database(known)
    try:
        async with database.write() as db:
            await people.check_key(db)
            yield Office(known, db, datetime.now(UTC))
    finally:
        await database.close()


def moment(value: datetime | None) -> str | None:
    """Return a moment as programs read it (ISO 8601, UTC)."""
    return value.isoformat() if value else None


def until(value: datetime) -> str:
    """Return a moment as an operator reads it, in UTC."""
    return f"{value:%Y-%m-%d %H:%M} UTC"
