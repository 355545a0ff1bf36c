import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import quick
from bot.store.quick import Quick


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Quick]:
    opened = await quick.connect(tmp_path / "x.db")
    await opened.create_function("thread", 0, threading.get_ident)
    await opened.execute("CREATE TABLE kept (name TEXT)")
    await opened.execute("INSERT INTO kept VALUES ('a')")
    yield opened
    await opened.close()


async def thread_of(connection: Quick, statement: str) -> int:
    cursor = await connection.execute(statement)
    row = await cursor.fetchone()
    await cursor.close()
    assert row is not None
    return int(row[0])


async def test_a_statement_runs_where_it_is_called(connection: Quick) -> None:
    assert await thread_of(connection, "SELECT thread()") == threading.get_ident()
    inserted = "INSERT INTO kept VALUES (thread()) RETURNING name"
    assert await thread_of(connection, inserted) == threading.get_ident()


async def test_deleting_in_bulk_goes_to_the_thread(connection: Quick) -> None:
    gone = " delete FROM kept RETURNING thread()"
    assert await thread_of(connection, gone) != threading.get_ident()


async def test_waiting_for_the_lock_holds_up_nothing_else(
    connection: Quick, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(connection.execute("BEGIN IMMEDIATE"))
    behind = asyncio.create_task(thread_of(connection, "SELECT thread()"))
    for _ in range(20):
        await asyncio.sleep(0.005)  # the loop goes round meanwhile
    assert not waiting.done()
    assert not behind.done()  # one connection does one thing at a time
    other.execute("COMMIT")
    await waiting
    assert await behind != threading.get_ident()
    await connection.commit()
    assert await thread_of(connection, "SELECT thread()") == threading.get_ident()
    other.close()


async def test_a_wait_that_is_cut_off_leaves_the_connection_usable(
    connection: Quick, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(connection.execute("BEGIN IMMEDIATE"))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    other.execute("COMMIT")
    other.close()
    await connection.rollback()  # queues behind the one that nobody waits for
    assert not connection.in_transaction
    assert await thread_of(connection, "SELECT thread()") == threading.get_ident()


async def test_a_fault_reaches_whoever_called(connection: Quick) -> None:
    for statement in ("SELECT missing", "DELETE FROM nowhere"):
        with pytest.raises(sqlite3.OperationalError, match="no such"):
            await connection.execute(statement)
