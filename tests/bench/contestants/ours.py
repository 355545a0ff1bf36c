"""Roundtable itself, as `roundtable run` starts it, on a group with the people who will write.

Everything is real: storage, consent, permissions, the outgoing check, the outbox, the clinic's
page beside it. One thing is changed: the rate budget lets more through than Telegram would, for
otherwise the budget would be all that is measured.
"""

import asyncio
from datetime import UTC, datetime

from bot import logs, main
from bot.cli.running import told_to_stop
from bot.clock import Clock
from bot.platforms.telegram.addresses import person
from bot.platforms.telegram.platform import TelegramPlatform
from bot.budget import Budget, Limits
from bot.safety import consent
from bot.settings import Content, DatabaseSettings, Log, Security, Settings, Site, Telegram
from bot.store import groups as rooms
from bot.store import people, vault
from bot.store.db import Database
from bot.store.groups import Group
from bot.store.people import Role
from tests.bench.contestants.target import Target, given
from tests.processes import ROOT

LIMITS = Limits(overall="100000/second", chat="100000/second", group="100000/minute")


def configured(target: Target) -> Settings:
    """Return an operator's settings for the server."""
    return Settings(
        site=Site(port=0),
        database=DatabaseSettings(path=target.place / "db" / "roundtable.db"),
        security=Security(key_file=target.place / "key" / "master.key"),
        content=Content(path=ROOT / "content_library"),
        telegram=Telegram(
            token=target.token, api_url=target.api_url, file_url=f"{target.url}/file/bot"
        ),
    )


async def prepare(known: Settings, target: Target) -> None:
    """Make a group and let everybody who will write be a member of it."""
    assert known.security.key_file is not None
    vault.write_key(known.security.key_file)
    store = main.open_database(known)
    now = datetime.now(UTC)
    async with store.write() as db:
        group = Group(id="g1", slug="crohns", title="Circle", condition="crohns", created_at=now)
        await rooms.add(db, group)
        for number in target.people:
            one = await people.create(db, f"Member {number}", now)
            await people.connect(db, one.id, person(number), now)
            await people.admit(db, one.id, group.id, Role.MEMBER, consent.VERSION, now)
    await store.close()


def elsewhere(settings: Settings, db: Database, clock: Clock) -> list[TelegramPlatform]:
    """Return the platforms as main does, with a budget that is not the limit."""
    return [TelegramPlatform(db, clock, settings, main.table(), Budget(LIMITS))]


async def run(target: Target) -> None:
    """Answer until told to stop."""
    known = configured(target)
    logs.setup(Log(level="warning"))
    await prepare(known, target)
    stop = told_to_stop()
    main.elsewhere = elsewhere
    async with main.running(known):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(run(given()))
