"""Fixtures that every test may ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import world as worlds
from tests.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A bot of its own, on paper."""
    made = await worlds.make(tmp_path)
    yield made
    await made.db.close()
