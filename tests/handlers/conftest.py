"""Worlds with a chat app in them: people see a message before the bot does, and enter by links."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import world as worlds
from tests.world import CHAT_APP, Paper, World


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[World]:
    """A bot of its own, on a chat app."""
    made = await worlds.make(tmp_path, paper=Paper(capabilities=CHAT_APP))
    yield made
    await made.db.close()


@pytest.fixture
def letter() -> Paper:
    """A chat app called letter."""
    return Paper(name="letter", capabilities=CHAT_APP)


@pytest.fixture
async def both(tmp_path: Path, letter: Paper) -> AsyncIterator[World]:
    """A bot of its own on paper, which holds messages, and on the chat app letter."""
    made = await worlds.make(tmp_path, others=[letter])
    yield made
    await made.db.close()
