"""Quick connections: SQLite's statements run where they are called, without a thread in between.

A statement of ours takes some microseconds; to hand it to a thread and back, four times over,
takes a hundred times as long, and the threads fight for the interpreter besides. What can take
long still goes to the connection's own thread: waiting for the write lock, the commit that waits
for the disk, deleting in bulk, closing.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite

SLOW_WORDS = ("BEGIN IMMEDIATE", "DELETE", "VACUUM")
SLOW_CALLS = frozenset({"commit", "close"})
CHUNK = 64


class Quick(aiosqlite.Connection):
    """A connection of aiosqlite that uses its thread only for what can take long."""

    _away = 0  # calls that the thread has not come back from

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as in aiosqlite
        # Behind a call that is away the next one queues in the thread, too: never two at once.
        if self._away == 0 and not _is_slow(fn, args):
            return fn(*args, **kwargs)
        self._away += 1
        call = asyncio.ensure_future(super()._execute(fn, *args, **kwargs))  # type: ignore[no-untyped-call]
        call.add_done_callback(self._is_back)
        return await asyncio.shield(call)  # the thread goes on even if nobody waits any more

    def _is_back(self, call: "asyncio.Future[Any]") -> None:
        self._away -= 1
        if not call.cancelled():
            call.exception()  # whoever still waits is told; nobody else has to be


def _is_slow(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    of_connection = isinstance(getattr(fn, "__self__", None), sqlite3.Connection)
    if of_connection and getattr(fn, "__name__", "") in SLOW_CALLS:  # a cursor's close is quick
        return True
    first = args[0] if args else None
    return isinstance(first, str) and first.lstrip().upper().startswith(SLOW_WORDS)


async def connect(path: Path) -> Quick:
    """Open a database; transactions begin and end only when they are told to."""
    opened = partial(sqlite3.connect, path, isolation_level=None, check_same_thread=False)
    connection = Quick(opened, CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does, so that exit never hangs
    await connection
    return connection
