"""A server and the real library's bot on it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import FormData
from telegram import Bot, Update

from tests.platforms.telegram_api.place import Place
from tests.platforms.telegram_server import TelegramServer, telegram_server


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with telegram_server() as made:
        yield made


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    made = Bot(server.token, base_url=server.api_url, base_file_url=server.file_url)
    async with made:
        yield made


async def fetch(bot: Bot, *kinds: str, confirm: bool = True) -> list[Update]:
    """Return what waits; with `confirm` it waits no longer."""
    found = await bot.get_updates(timeout=0, allowed_updates=list(kinds) or None)
    if found and confirm:
        await bot.get_updates(offset=found[-1].update_id + 1, limit=1, timeout=0)
    return list(found)


@pytest.fixture
async def place(server: TelegramServer) -> AsyncIterator[Place]:
    async with aiohttp.ClientSession() as session:
        made = Place(server, session)
        form = FormData({"chat_id": str(made.names["R"]), "document": "attach://one"})
        form.add_field("one", b"abc", filename="a.txt")
        url = f"{server.api_url}{server.token}/sendDocument"
        async with session.post(url, data=form) as answer:
            made.names["F"] = (await answer.json())["result"]["message_id"]
        yield made
