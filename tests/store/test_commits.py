import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import commits, vault
from bot.store.db import Database
from tests.world import KEY


class Counted:
    """A database with one table, and how often it was committed."""

    def __init__(self, db: Database) -> None:
        self.db, self.commits = db, 0
        event.listen(db._writer.sync_engine, "commit", self._count)

    def _count(self, _connection: object) -> None:
        self.commits += 1

    async def put(self, name: str, *, then: BaseException | None = None) -> None:
        async with self.db.write() as session:
            await insert(session, name)
            if then is not None:
                raise then

    async def names(self) -> list[str]:
        async with self.db.read() as session:
            found = await session.execute(text("SELECT name FROM kept ORDER BY rowid"))
            return [row[0] for row in found]


async def insert(session: AsyncSession, name: str) -> None:
    await session.execute(text("INSERT INTO kept VALUES (:name, NULL)"), {"name": name})


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Counted]:
    db = Database(tmp_path / "x.db", vault.from_text(KEY))
    async with db.write() as session:
        await session.execute(
            text("CREATE TABLE kept (name TEXT UNIQUE, other TEXT REFERENCES kept (name))")
        )
    yield Counted(db)
    await db.close()


async def test_units_that_wait_share_a_commit_in_the_order_they_came(kept: Counted) -> None:
    await asyncio.gather(*(kept.put(f"{number}") for number in range(20)))
    assert await kept.names() == [f"{number}" for number in range(20)]
    assert kept.commits == 1


async def test_no_commit_takes_in_more_than_so_many(kept: Counted) -> None:
    await asyncio.gather(*(kept.put(f"{number}") for number in range(commits.MOST * 2 + 1)))
    assert len(await kept.names()) == commits.MOST * 2 + 1
    assert kept.commits == 3


async def test_a_unit_alone_is_committed_when_it_returns(kept: Counted) -> None:
    for number in range(3):
        await kept.put(f"{number}")
        assert kept.commits == number + 1
        assert len(await kept.names()) == number + 1


@pytest.mark.parametrize("broken", [0, 1, 4])
async def test_a_unit_that_fails_undoes_its_own_work_only(kept: Counted, broken: int) -> None:
    units = [kept.put(f"{n}", then=KeyError() if n == broken else None) for n in range(5)]
    results = await asyncio.gather(*units, return_exceptions=True)
    assert [isinstance(result, KeyError) for result in results] == [n == broken for n in range(5)]
    assert await kept.names() == [f"{n}" for n in range(5) if n != broken]


async def test_when_the_commit_fails_everybody_is_told_and_nothing_is_stored(
    kept: Counted,
) -> None:
    async def break_it() -> None:
        async with kept.db.write() as session:
            await session.execute(text("PRAGMA defer_foreign_keys=ON"))
            await session.execute(text("INSERT INTO kept VALUES ('b', 'nobody')"))

    results = await asyncio.gather(kept.put("a"), break_it(), kept.put("c"), return_exceptions=True)
    assert [type(result) for result in results] == [IntegrityError] * 3
    assert await kept.names() == []
    await kept.put("d")
    assert await kept.names() == ["d"]


async def test_when_a_unit_takes_the_transaction_with_it_the_others_are_told(
    kept: Counted,
) -> None:
    async def lose_it() -> None:
        async with kept.db.write() as session:
            await session.execute(text("ROLLBACK"))  # as SQLite does by itself on a full disk
            await session.execute(text("SELECT nothing"))

    results = await asyncio.gather(kept.put("a"), lose_it(), kept.put("c"), return_exceptions=True)
    assert isinstance(results[0], OperationalError)
    assert isinstance(results[1], OperationalError)
    assert results[2] is None
    assert await kept.names() == ["c"]


async def test_a_task_that_is_cancelled_in_a_unit_holds_up_nobody(kept: Counted) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with kept.db.write() as session:
            await insert(session, "gone")
            inside.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await inside.wait()
    waiting = asyncio.create_task(kept.put("b"))
    await asyncio.sleep(0)
    hanging.cancel()
    await waiting
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await kept.names() == ["b"]


async def test_who_is_cancelled_while_the_commit_runs_has_it_stored_all_the_same(
    kept: Counted,
) -> None:
    ended = asyncio.Event()

    async def put() -> None:
        async with kept.db.write() as session:
            await insert(session, "a")
        ended.set()

    putting, other = asyncio.create_task(put()), asyncio.create_task(kept.put("b"))
    while kept.db._commits._open is None or kept.db._commits._open.units < 2:
        await asyncio.sleep(0)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    await other
    assert not ended.is_set()
    assert await kept.names() == ["a", "b"]


async def test_what_is_written_when_the_database_is_closed_is_stored(tmp_path: Path) -> None:
    db = Database(tmp_path / "x.db", vault.from_text(KEY))
    async with db.write() as session:
        await session.execute(text("CREATE TABLE kept (name TEXT, other TEXT)"))
    kept = Counted(db)
    putting = asyncio.create_task(kept.put("a"))
    await asyncio.sleep(0)
    await db.close()
    await putting
    again = Database(tmp_path / "x.db", vault.from_text(KEY))
    assert await Counted(again).names() == ["a"]
    await again.close()
