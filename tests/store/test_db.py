import asyncio
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from bot.store import migrate, people, vault
from bot.store.db import Database
from tests.world import KEY, World

ADDER = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import text
from bot.store import vault
from bot.store.db import Database

async def main():
    db = Database(Path(sys.argv[1]), vault.from_text(sys.argv[2]))
    for _ in range(50):
        async with db.write() as session:
            value = (await session.execute(text("SELECT v FROM counter"))).scalar_one()
            await session.execute(text("UPDATE counter SET v = :v"), {"v": value + 1})
    await db.close()

asyncio.run(main())
"""


async def test_no_update_is_lost_between_three_processes(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    db = Database(path, vault.from_text(KEY))
    async with db.write() as session:
        await session.execute(text("CREATE TABLE counter (v INTEGER)"))
        await session.execute(text("INSERT INTO counter VALUES (0)"))
    command_line = (sys.executable, "-c", ADDER, str(path), KEY)
    running = [await asyncio.create_subprocess_exec(*command_line) for _ in range(3)]
    codes = [await process.wait() for process in running]
    async with db.read() as session:
        total = (await session.execute(text("SELECT v FROM counter"))).scalar_one()
    await db.close()
    assert codes == [0, 0, 0]
    assert total == 150


async def test_the_file_is_for_its_owner_only(world: World) -> None:
    await world.person("ana")
    files = list(world.db.path.parent.glob("roundtable.db*"))
    assert files
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


async def test_a_moment_keeps_its_instant_and_must_say_its_zone(world: World) -> None:
    async with world.db.write() as db:
        person = await people.create(db, "Ana", world.clock.now())
        person.created_at = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=5)))
    async with world.db.read() as db:
        again = await db.get_one(people.Person, person.id)
        assert again.created_at == datetime(2026, 11, 24, 5, tzinfo=UTC)
    with pytest.raises(StatementError, match="time zone"):
        async with world.db.write() as db:
            await people.create(db, "Ben", datetime(2026, 11, 24))  # noqa: DTZ001 - the mistake


async def test_a_failed_unit_of_work_leaves_nothing(world: World) -> None:
    async def fail() -> None:
        async with world.db.write() as db:
            await people.create(db, "Ana", world.clock.now())
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with world.db.read() as db:
        count = (await db.execute(text("SELECT count(*) FROM person"))).scalar_one()
    assert count == 0


def test_the_steps_make_the_tables_that_the_program_has(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate.upgrade(path)
    assert migrate.current(path) == migrate.head()
    config = Config()
    config.set_main_option("script_location", str(migrate.HERE))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    command.check(config)
    command.downgrade(config, "base")
    assert migrate.current(path) is None


def test_an_old_database_is_kept_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate._keep(path, "0000")
    kept = tmp_path / "x.before-0000"
    assert kept.exists()
    assert kept.stat().st_mode & 0o077 == 0
