"""Roundtable itself, as `roundtable run` starts it, on a group with the people who will write.

One thing is changed: the rate budget lets more through than Telegram would, for otherwise the
budget would be all that is measured.
"""

import asyncio
from collections.abc import Iterator

from bot import main
from bot.budget import Budget, Limits
from bot.clock import Clock
from bot.platforms.telegram.addresses import person
from bot.platforms.telegram.platform import TelegramPlatform
from bot.settings import Settings, Telegram
from bot.store.db import Database
from tests.bench.contestants.clinic import configured, prepare, until_told
from tests.bench.contestants.target import TelegramTarget

LIMITS = Limits(overall="100000/second", chat="100000/second", group="100000/minute")


def elsewhere(settings: Settings, db: Database, clock: Clock) -> Iterator[TelegramPlatform]:
    """Give the platforms as main does, with a budget that is not the limit."""
    yield TelegramPlatform(db, clock, settings, main.table(), Budget(LIMITS))


async def run(target: TelegramTarget) -> None:
    """Answer until told to stop."""
    telegram = Telegram(
        token=target.token, api_url=target.api_url, file_url=f"{target.url}/file/bot"
    )
    known = configured(target, telegram=telegram)
    await prepare(known, target, person)
    main.elsewhere = elsewhere
    await until_told(known)


if __name__ == "__main__":
    asyncio.run(run(TelegramTarget.given()))
