"""A clinic's machine: a folder with settings and a key, and the command line on it."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner, Result

from bot import main, settings
from bot.actions import Action, Address, Send
from bot.cli.app import app
from bot.safety import consent
from bot.store import groups, outbox, people
from bot.store.audit import Entry, every
from bot.store.people import Role

ROOT = Path(__file__).parent.parent.parent
T = TypeVar("T")


@dataclass
class Machine:
    """Types commands, and looks into the database behind them."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def type(self, *words: str) -> Result:
        """Type a command with this machine's settings and return all that came of it."""
        return CliRunner().invoke(app, [*words, "--config", str(self.config)])

    def says(self, *words: str) -> str:
        """Type a command that must succeed and return what it printed."""
        done = self.type(*words)
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *words: str) -> Any:  # noqa: ANN401 - whatever the command prints
        """Type a command with --json and return what it printed."""
        return json.loads(self.says(*words, "--json"))

    def refuses(self, *words: str) -> str:
        """Type a command that must be refused and return its one sentence."""
        done = self.type(*words)
        assert done.exit_code == 2, done.output
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        return done.stderr.strip()

    def with_db(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Do something on the database."""

        async def once() -> T:
            database = main.open_database(settings.load(self.config, {}))
            try:
                async with database.write() as db:
                    return await work(db)
            finally:
                await database.close()

        return asyncio.run(once())

    def person(self, name: str, role: Role = Role.MEMBER) -> str:
        """Put somebody in the group `crohns` and return their id."""

        async def work(db: AsyncSession) -> str:
            now = datetime.now(UTC)
            group = await groups.find(db, "crohns")
            assert group is not None
            person = await people.create(db, name, now)
            await people.connect(db, person.id, Address(f"web:@{name.lower()}"), now)
            await people.admit(db, person.id, group.id, role, consent.VERSION, now)
            return person.id

        return self.with_db(work)

    def audit(self) -> list[Entry]:
        """Return the audit log."""

        async def work(db: AsyncSession) -> list[Entry]:
            return list(await every(db))

        return self.with_db(work)

    def waiting(self) -> list[Action]:
        """Return what the bot would carry out next."""

        async def work(db: AsyncSession) -> list[Action]:
            rows = await outbox.claim(
                db, "web", "test", datetime.now(UTC), timedelta(seconds=1), 100
            )
            return [outbox.action_of(db, row) for row in rows]

        return self.with_db(work)

    def dead(self, *keys: str) -> None:
        """Put messages in the outbox that could not be sent."""

        async def work(db: AsyncSession) -> None:
            now = datetime.now(UTC)
            for key in keys:
                action = Send(to=Address("web:@ana"), key=key, text="secret words")
                await outbox.put(db, action, None, now)
                row = await outbox.by_key(db, key)
                assert row is not None
                outbox.settle(row, outbox.DEAD, now, "the account is gone")
                db.add(row)

        self.with_db(work)


@pytest.fixture(autouse=True)
def logging_kept() -> Iterator[None]:
    """Leave the logging of the other tests as it was: `run` sets up its own."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with settings and a key, and no group yet."""
    monkeypatch.chdir(tmp_path)
    machine = Machine(tmp_path)
    machine.config.write_text(
        '[database]\npath = "db/roundtable.db"\n'
        '[security]\nkey_file = "key/master.key"\n'
        f'[content]\npath = "{ROOT / "content_library"}"\n',
        "utf-8",
    )
    made = CliRunner().invoke(app, ["keys", "new", "key/master.key"])
    assert made.exit_code == 0, made.output
    return machine


@pytest.fixture
def machine(bare: Machine) -> Machine:
    """A machine with one group, `crohns`."""
    bare.says("group", "add", "crohns", "--title", "Crohn’s circle", "--condition", "crohns")
    return bare
