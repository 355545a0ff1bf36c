"""Fixtures of the site's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web import commands
from tests.web.house import House, house


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """The real bot behind the real server, with its own table of commands."""
    async with house(tmp_path) as made:
        yield made


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[House]:
    """The same with a table of a few commands, each of which shows one thing."""
    async with house(tmp_path, commands.table()) as made:
        yield made
