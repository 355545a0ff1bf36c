"""Places for those who look at Discord without running the bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.groups import STAFF
from tests.platforms.discord.place import Place, open_place


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with open_place(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
async def well(place: Place) -> Place:
    """Give a server in which both rooms are bound, and the bot has done all that it does."""
    await place.bind(place.circle)
    await place.bind(place.team, STAFF)
    await place.starts()
    return place
