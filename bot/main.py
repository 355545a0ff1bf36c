"""The only place that knows every part: builds the bot and runs it."""

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

import handlers
from bot import library as packs
from bot.actions import Action
from bot.app import App
from bot.booking.native import Native
from bot.clock import Clock, SystemClock
from bot.errors import ConfigError
from bot.events import Done
from bot.library import Library
from bot.outbox import Inhouse, Postman, Rows
from bot.platforms import Platform
from bot.platforms.web import WebPlatform
from bot.routing import Table
from bot.safety import outgoing
from bot.safety.watched import WATCHED
from bot.schedule import Sweeper
from bot.settings import Settings
from bot.store import migrate, outbox, people, vault
from bot.store.db import Database
from bot.store.vault import Vault
from bot.web import site

if TYPE_CHECKING:
    from bot.platforms.discord.platform import DiscordPlatform
    from bot.platforms.telegram.platform import TelegramPlatform

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 5.0


@dataclass(slots=True)
class Bot:
    """Every part of a running bot."""

    settings: Settings
    db: Database
    clock: Clock
    library: Library
    table: Table
    app: App
    sweeper: Sweeper
    postmen: list[Postman]

    async def deliver(self) -> None:
        """Carry out all that may go now."""
        while any([await postman.deliver() for postman in self.postmen]):
            continue


def open_vault(settings: Settings) -> Vault:
    """Return the vault of the configured key; raises ConfigError if there is none."""
    security = settings.security
    if security.key:
        return vault.from_text(security.key)
    if security.key_file is None:
        raise ConfigError(
            "[security] key_file: is missing. Make a key with: roundtable keys new FILE, "
            "in a folder that is not backed up with the database, and name FILE here."
        )
    if security.key_file.resolve().parent == settings.database.path.resolve().parent:
        raise ConfigError(
            "[security] key_file: must not be in the folder of the database: "
            "whoever copies the one would have the other."
        )
    return vault.from_file(security.key_file)


def open_database(settings: Settings) -> Database:
    """Return the database, brought up to this version of the program."""
    key = open_vault(settings)
    migrate.upgrade(settings.database.path)
    return Database(settings.database.path, key)


def open_library(settings: Settings) -> Library:
    """Return the reviewed content; raises ConfigError naming file and line if it is wrong."""
    return packs.load(settings.content.path)


def table() -> Table:
    """Return the table of contents of handlers/."""
    return Table(handlers.ROUTES, handlers.LISTENERS, handlers.SCHEDULES)


def build(
    settings: Settings,
    db: Database,
    library: Library,
    platforms: Sequence[Platform],
    clock: Clock | None = None,
) -> Bot:
    """Put the bot together."""
    clock = clock or SystemClock()
    contents = table()
    postmen: list[Postman] = []

    def wake(names: Collection[str]) -> None:
        for postman in postmen:
            if not names or postman.platform.name in names:
                postman.wake()

    app = App(
        db=db,
        table=contents,
        library=library,
        booking=Native(settings.booking.hold_minutes, settings.booking.reminder_hours),
        settings=settings,
        clock=clock,
        capabilities=lambda: {platform.name: platform.capabilities for platform in platforms},
        wake=wake,
    )

    async def recheck(session: AsyncSession, row: outbox.Row, action: Action) -> bool:
        today = clock.now().date()
        return await outgoing.still_right(session, library, row.group_id, action, today)

    owner = f"{socket.gethostname()}:{os.getpid()}"
    heard = app.handle if any(listener.of is Done for listener in contents.listeners) else None
    for platform in platforms:
        kind = Inhouse if isinstance(platform, Rows) else Postman
        postmen.append(kind(platform, db, clock, owner, recheck, heard))
    sweeper = Sweeper(contents, db, clock, app.handle)
    return Bot(settings, db, clock, library, contents, app, sweeper, postmen)


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold the database for this process; raises ConfigError if another one runs on it."""
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"{database}: another Roundtable is running on this database. Stop it first."
            raise ConfigError(message) from None
        yield


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Bot]:
    """Run the whole bot, on every platform that is set up, for as long as the block lasts."""
    library = open_library(settings)
    async with AsyncExitStack() as stack:
        stack.enter_context(only_one(settings.database.path))
        db = open_database(settings)
        stack.push_async_callback(db.close)
        web = WebPlatform(db, clock or SystemClock(), settings)
        others = list(elsewhere(settings, db, clock or SystemClock()))
        bot = build(settings, db, library, [web, *others], clock)
        for other in others:
            other.wake = partial(bot.app.wake, (other.name,))
        async with db.write() as session:
            await people.check_key(session)
            await outbox.release_all(session)
        await stack.enter_async_context(
            site.serving(
                settings,
                db,
                web,
                library,
                bot.table,
                bot.app.handle,
                site.Elsewhere(
                    lambda: _doors(others),
                    [page for one in others for page in one.pages],
                    [one.passage for one in others if one.passage is not None],
                ),
            )
        )
        await stack.enter_async_context(_at_work(bot, [web, *others]))
        log.info("ready", address=settings.site.address)
        yield bot


def elsewhere(
    settings: Settings, db: Database, clock: Clock
) -> Iterator["TelegramPlatform | DiscordPlatform"]:
    """Give the platforms beside the clinic's own page: those that the settings name."""
    # Libraries of their own, which cost time and memory: only where they are used.
    if settings.telegram.token:
        from bot.platforms.telegram.platform import TelegramPlatform  # noqa: PLC0415

        yield TelegramPlatform(db, clock, settings, table())
    if settings.discord.token:
        from bot.platforms.discord.platform import DiscordPlatform  # noqa: PLC0415

        yield DiscordPlatform(db, clock, settings, table(), WATCHED)


def _doors(platforms: Sequence[Platform]) -> dict[str, str]:
    """Return the ways in that are open now, by the platform's name."""
    named = {platform.name: platform.capabilities.door for platform in platforms}
    return {name: door for name, door in named.items() if door}


async def _for_good(work: Callable[[], Awaitable[None]], platform: str) -> None:
    """Let an ear or a postman work for good: a fault of ours is logged, and it starts anew."""
    while True:
        try:
            await work()
        except Exception as fault:  # the one place where a bug of an ear or a postman ends up
            log.exception("work failed", platform=platform, fault=type(fault).__name__)
            await asyncio.sleep(PAUSE_SECONDS)


@asynccontextmanager
async def _at_work(bot: Bot, platforms: Sequence[Platform]) -> AsyncIterator[None]:
    """Hear, deliver and keep time for as long as the block lasts."""
    ears = [
        asyncio.create_task(_for_good(partial(one.run, bot.app.handle), one.name))
        for one in platforms
    ]
    postmen = [asyncio.create_task(_for_good(one.run, one.platform.name)) for one in bot.postmen]
    scheduler = bot.sweeper.start()
    try:
        yield
    finally:
        await bot.sweeper.stop(scheduler)
        for tasks in (postmen, ears):  # what is on its way still needs its platform
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
