"""Commits: units of work that wait for the one writer share a commit, each in a savepoint.

    unit ──> savepoint ──> released ──┐
    unit ──> savepoint ──> released ──┼──> COMMIT ──> each of them returns
    unit ──> savepoint ──> undone     │    (this one raised, and takes nothing with it)
                                      └──> or the commit fails, and each of them raises

Nobody is told that a unit is done before the commit that holds it. A unit that comes alone is
committed at once; those that queue meanwhile make up the next commit.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

MOST = 64  # units in one commit, so that the first does not wait long for the last


@dataclass(slots=True)
class Commit:
    """One transaction that several units of work share; `done` ends with the commit."""

    connection: AsyncConnection
    units: int = 0
    done: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Commits:
    """The one writer of a database: units of work go one at a time, in the order they came."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take the engine, which has one connection."""
        self._engine = engine
        self._turn = asyncio.Lock()
        self._open: Commit | None = None
        self._closers: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def unit(self, info: dict[str, Any]) -> AsyncIterator[AsyncSession]:
        """Give a session; return once what was done with it is committed."""
        async with self._turn:
            commit = await self._commit()
            try:
                async with _session(commit, info) as session, session.begin():
                    yield session
            except BaseException:
                await self._look(commit)
                raise
        # The commit goes on, and is waited for, whatever becomes of this task.
        await asyncio.shield(commit.done)

    async def _commit(self) -> Commit:
        """Return the commit that takes this unit in."""
        if self._open is not None and self._open.units >= MOST:
            await self._end(self._open)
        if self._open is None:
            self._open = Commit(await self._begun())
            # It queues for its turn behind those who wait already: they share the commit.
            closer = asyncio.create_task(self._close(self._open))
            self._closers.add(closer)
            closer.add_done_callback(self._closers.discard)
        self._open.units += 1
        return self._open

    async def _begun(self) -> AsyncConnection:
        connection = await self._engine.connect()
        try:
            await connection.begin()
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _close(self, commit: Commit) -> None:
        async with self._turn:
            if self._open is commit:
                await self._end(commit)

    async def _end(self, commit: Commit) -> None:
        """Commit; if that fails, nobody's work is stored and everybody is told so."""
        self._open = None
        try:
            await commit.connection.commit()
        except SQLAlchemyError as error:
            await _fail(commit, error)
        else:
            await commit.connection.close()
            commit.done.set_result(None)

    async def _look(self, commit: Commit) -> None:
        """See whether a failed unit took the whole transaction with it, as a full disk does."""
        raw = await _raw(commit)
        if raw is not None and raw.in_transaction:
            return
        self._open = None
        lost = OperationalError("COMMIT", None, RuntimeError("the transaction was lost"))
        await _fail(commit, lost)

    async def close(self) -> None:
        """Wait until what has been begun is committed."""
        async with self._turn:
            closers = tuple(self._closers)
        await asyncio.gather(*closers)


def _session(commit: Commit, info: dict[str, Any]) -> AsyncSession:
    # The first has nobody before it whose work a failure could undo: it needs no savepoint.
    session = AsyncSession(
        commit.connection,
        expire_on_commit=False,
        join_transaction_mode="rollback_only" if commit.units == 1 else "create_savepoint",
    )
    session.info.update(info)
    return session


async def _fail(commit: Commit, error: Exception) -> None:
    commit.done.set_exception(error)
    commit.done.exception()  # if nobody is left to hear it, that is no mistake
    raw = await _raw(commit)
    if raw is not None and raw.in_transaction:
        await raw.rollback()  # SQLAlchemy takes a transaction for ended whose commit failed
    await commit.connection.close()


async def _raw(commit: Commit) -> Any:  # noqa: ANN401 - the driver's own connection
    """Return the driver's connection; None if it was given up, as after a cut-off statement."""
    if commit.connection.invalidated:
        return None
    return (await commit.connection.get_raw_connection()).driver_connection
