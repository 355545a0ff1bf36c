"""The floor: two calls and nothing else. Nobody can be faster on this server than about this."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession

from tests.bench.contestants.target import TelegramTarget

SIDE_BY_SIDE = 64
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def run(target: TelegramTarget) -> None:
    """Ask and answer until killed."""
    base = f"{target.api_url}{target.token}"
    places = asyncio.Semaphore(SIDE_BY_SIDE)
    tasks: set[asyncio.Task[None]] = set()
    offset = 0

    async with ClientSession(headers=FORM) as session:

        async def call(method: str, **params: object) -> Any:  # noqa: ANN401 - whatever is told
            async with session.post(f"{base}/{method}", data=urlencode(params)) as answer:
                return json.loads(await answer.read())["result"]

        async def reply(chat: int) -> None:
            async with places:
                await call("sendMessage", chat_id=chat, text=target.reply, parse_mode="HTML")

        while True:
            for update in await call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                task = asyncio.create_task(reply(update["message"]["chat"]["id"]))
                tasks.add(task)
                task.add_done_callback(tasks.discard)


if __name__ == "__main__":
    asyncio.run(run(TelegramTarget.given()))
