"""The machine that a run was made on, and how busy it was with other things."""

import os
import platform
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

COMMITS = 200
LIBRARIES = ("python-telegram-bot", "aiogram", "discord.py", "aiohttp", "sqlalchemy")


def described(folder: Path) -> dict[str, Any]:
    """Return what figures of one run are worth nothing without."""
    return {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "platform": platform.platform(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": round(os.getloadavg()[0], 2),
        "commit_ms": round(_commit(folder), 3),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _commit(folder: Path) -> float:
    """Return the milliseconds that this disk takes to keep one small transaction for good."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as place,
        closing(sqlite3.connect(f"{place}/commits.db", isolation_level=None)) as db,
    ):
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t (n)"):
            db.execute(line)
        start = time.perf_counter()
        for number in range(COMMITS):
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO t VALUES (?)", (number,))
            db.execute("COMMIT")
        return (time.perf_counter() - start) / COMMITS * 1000
