"""A clinic on Telegram for tests: the real bot, the real library, and a Bot API on a socket.

    async with clinic(tmp_path) as here:
        ana = await here.enters("ana")
        ana.says(here.group, "/tip")
        await here.settled()
        assert ana.reads()

Only the Telegram at the other end of the wire and the folder are made for the test.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, func, select

from bot.actions import Address
from bot.budget import Budget, Limits
from bot.clock import SystemClock
from bot.main import Bot, build, table
from bot.platforms.telegram import addresses
from bot.platforms.telegram.platform import TelegramPlatform
from bot.routing import Table
from bot.safety import consent
from bot.settings import Content, DatabaseSettings, Settings, Telegram
from bot.store import groups, invites, outbox, people, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role
from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_server import Person, TelegramServer, telegram_server
from tests.world import KEY, ROOT, empty_database, library

FAST = Limits(overall="10000/second", chat="10000/second", group="100000/minute")
PATIENCE = 10.0


@dataclass
class Clinic:
    """The bot that runs, its two rooms on Telegram, and the people in them."""

    folder: Path
    server: TelegramServer
    group: Chat
    staff: Chat
    owner: Person
    contents: Table
    limits: Limits = FAST
    bot: Bot = field(init=False)
    telegram: TelegramPlatform = field(init=False)
    people: dict[str, Person] = field(default_factory=dict)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    @property
    def room(self) -> Address:
        return addresses.room(self.group.id)

    @property
    def staff_room(self) -> Address:
        return addresses.room(self.staff.id)

    def settings(self) -> Settings:
        return Settings(
            database=DatabaseSettings(path=self.folder / "db" / "roundtable.db"),
            content=Content(path=ROOT / "content_library"),
            telegram=Telegram(
                token=self.server.token, api_url=self.server.api_url, file_url=self.server.file_url
            ),
        )

    async def start(self) -> None:
        """Start the program on the rows that are there."""
        settings, clock = self.settings(), SystemClock()
        empty_database(settings.database.path)
        db = Database(settings.database.path, vault.from_text(KEY))
        self.telegram = TelegramPlatform(db, clock, settings, self.contents, Budget(self.limits))
        self.bot = build(settings, db, library(), [self.telegram], clock)
        self.bot.table = self.bot.app.table = self.contents
        self.telegram.wake = lambda: self.bot.app.wake(())
        self._tasks = [
            asyncio.create_task(self.telegram.run(self.bot.app.handle)),
            *(asyncio.create_task(postman.run()) for postman in self.bot.postmen),
        ]
        async with asyncio.timeout(PATIENCE):
            while self.telegram.intake is None:
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """End the program as an operator does."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bot.db.close()

    async def opens(self) -> None:
        """Make the group and bind its two rooms."""
        now = self.bot.clock.now()
        async with self.bot.db.write() as db:
            db.add(
                Group(
                    id="g1", slug="crohns", title="Crohn’s circle", condition="crohns",
                    timezone="Europe/London", created_at=now,
                )
            )  # fmt: skip
            await db.flush()
            await groups.add_room(db, "g1", self.room, GROUP, now)
            await groups.add_room(db, "g1", self.staff_room, STAFF, now)

    async def enters(self, name: str, role: Role = Role.MEMBER, *, opened: bool = True) -> Person:
        """Put somebody in the group and its room, as if they had joined long ago."""
        person = self.server.person(name.capitalize())
        person.talk.started = opened
        now = self.bot.clock.now()
        async with self.bot.db.write() as db:
            known = await people.create(db, name.capitalize(), now)
            await people.connect(db, known.id, addresses.person(person.id), now)
            await people.admit(db, known.id, "g1", role, consent.VERSION, now)
        for chat in (self.group, self.staff) if role.is_staff else (self.group,):
            self.server.join(chat, person)
        self.people[name] = person
        await self.settled()
        return person

    async def invite(self, role: Role = Role.MEMBER) -> str:
        """Make an invite and return its code."""
        now = self.bot.clock.now()
        async with self.bot.db.write() as db:
            until = now.replace(year=now.year + 1)
            _, code = await invites.issue(db, "g1", role, now=now, expires_at=until)
        return code

    async def settled(self) -> None:
        """Wait until every update is confirmed and all that may go now has gone."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.server.quiet()
                if not await self._due():
                    await self.server.quiet()
                    return
                await asyncio.sleep(0.01)

    async def _due(self) -> int:
        query = select(func.count(col(outbox.Row.number))).where(
            outbox.Row.state == outbox.READY, outbox.Row.due_at <= self.bot.clock.now()
        )
        async with self.bot.db.read() as db:
            return (await db.execute(query)).scalar_one()


@asynccontextmanager
async def clinic(
    folder: Path, contents: Table | None = None, *, limits: Limits = FAST
) -> AsyncIterator[Clinic]:
    """Run a clinic until the block ends; what the bot asks of Telegram must keep to its schema."""
    async with telegram_server() as server:
        owner = server.person("Olga")
        here = Clinic(
            folder,
            server,
            server.group("Crohn’s circle", admin=owner),
            server.group("Team", admin=owner),
            owner,
            contents or table(),
            limits,
        )
        await here.start()
        await server.quiet()  # it has heard that it was let in before the rooms mean anything
        await here.opens()
        try:
            yield here
        finally:
            with contextlib.suppress(RuntimeError):
                await here.stop()
        assert server.violations == []
