"""Migrations: the database is brought to the tables of this program, one step at a time.

A step lives in migrations/versions/. The present step is looked up first, so that a start on a
database that is up to date does not load the machinery.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.db import prepare

HERE = Path(__file__).parent / "migrations"
VERSIONS = HERE / "versions"


def head() -> str:
    """Return the name of the newest step: the file that sorts last."""
    return max(path.stem for path in VERSIONS.glob("[0-9]*.py")).partition("_")[0]


def current(path: Path) -> str | None:
    """Return the step a database is at; None for a new one."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return str(row[0]) if row else None


def upgrade(path: Path) -> None:
    """Bring a database up to date; a new one gets all tables. The old file is kept beside it."""
    at = current(path)
    if at == head():
        return
    from alembic import command  # noqa: PLC0415 - half a second that most starts do not need
    from alembic.config import Config  # noqa: PLC0415

    prepare(path)
    if at is not None:
        _keep(path, at)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    command.upgrade(config, "head")


def _keep(path: Path, at: str) -> None:
    """Copy the database before it is changed."""
    copy = path.with_suffix(f".before-{at}")
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    copy.chmod(0o600)
