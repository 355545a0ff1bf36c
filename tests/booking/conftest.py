"""Fixtures for the tests of booking: a group with two people in it, and its calendar."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.booking.native import Native
from bot.booking.opening import open_slots
from bot.safety import consent
from bot.store import groups, people, vault
from bot.store.bookings import Slot
from bot.store.db import Database
from bot.store.groups import Group
from bot.store.people import Role
from tests.world import empty_database

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday
THURSDAY = date(2026, 11, 26)
HOUR = timedelta(hours=1)


@dataclass
class Clinic:
    """A group, its patients, and the calendar that they book in."""

    db: AsyncSession
    group: str
    ana: str
    ben: str
    calendar: Native = field(default_factory=lambda: Native(hold_minutes=10, reminder_hours=24))

    async def open(self, hours: int = 3, minutes: int = 60) -> list[Slot]:
        """Open so many hours of times on Thursday from nine."""
        return await open_slots(
            self.db, self.group, None, THURSDAY, time(9), time(9 + hours), minutes,
            "Room 4", "Europe/London", NOW,
        )  # fmt: skip


async def found(db: AsyncSession, slug: str) -> Clinic:
    """Make a group with two patients."""
    group = Group(id=slug, slug=slug, title="A circle", condition="crohns", created_at=NOW)
    await groups.add(db, group)
    ana, ben = [(await people.create(db, name, NOW)).id for name in ("Ana", "Ben")]
    for one in (ana, ben):
        await people.admit(db, one, slug, Role.MEMBER, consent.VERSION, NOW)
    return Clinic(db, slug, ana, ben)


def database(folder: Path) -> Database:
    """Make an empty database."""
    path = folder / "roundtable.db"
    empty_database(path)
    return Database(path, vault.from_text(vault.new_master()))


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    db = database(tmp_path)
    try:
        async with db.write() as session:
            yield await found(session, "g1")
    finally:
        await db.close()
