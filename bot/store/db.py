"""The database: one writer at a time on SQLite, many readers, and what every table shares.

SQLite takes one writer. `write()` says BEGIN IMMEDIATE, so that a unit of work sees what it
changes; units of work in this process queue for their turn, so they go in the order they came,
and those that queue share a commit (bot/store/commits.py).
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import AsyncAdaptedQueuePool, DateTime, Dialect, LargeBinary, TypeDecorator, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Field

from bot.store import quick
from bot.store.commits import Commits
from bot.store.vault import Vault

BUSY_MS = 15_000


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC, on every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC on its way in."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment must say its time zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware moment in UTC."""
        del dialect
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def moment(**options: Any) -> Any:  # noqa: ANN401 - SQLModel's own Field is typed so
    """Return a column for a moment."""
    return Field(sa_type=Moment, **options)


def sealed(**options: Any) -> Any:  # noqa: ANN401 - SQLModel's own Field is typed so
    """Return a column for something that the vault sealed."""
    return Field(sa_type=LargeBinary, **options)


class Database:
    """The rows, and the vault that opens what is sealed in them."""

    def __init__(self, path: Path, vault: Vault) -> None:
        """Open (and make, if need be) the SQLite file at `path`."""
        self.path = path
        self.vault = vault
        prepare(path)
        self._writer = _engine(path, "BEGIN IMMEDIATE", size=1)
        self._commits = Commits(self._writer)
        self._readers = _engine(path, "BEGIN", size=4)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Give a session whose changes are committed at the end, or undone if it fails."""
        async with self._commits.unit({"vault": self.vault}) as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Give a session that sees one moment and changes nothing."""
        async with AsyncSession(self._readers, expire_on_commit=False) as session:
            session.info["vault"] = self.vault
            yield session

    async def close(self) -> None:
        """Wait for what is being written, and close every connection."""
        await self._commits.close()
        await self._writer.dispose()
        await self._readers.dispose()


def vault_of(session: AsyncSession) -> Vault:
    """Return the vault that belongs to a session's database."""
    vault: Vault = session.info["vault"]
    return vault


def prepare(path: Path) -> None:
    """Make the folder and the file so that only their owner can read them."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _engine(path: Path, begin: str, *, size: int) -> AsyncEngine:
    engine = create_async_engine(
        "sqlite+aiosqlite://",
        async_creator=partial(quick.connect, path),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=60,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # FULL: what was acknowledged survives the power going, not only the process.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event is untyped
        connection.exec_driver_sql(begin)

    return engine
