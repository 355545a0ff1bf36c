"""A clinic on Discord for tests: the real bot, the real library, and a Discord on sockets.

    async with clinic(tmp_path) as here:
        ana = await here.enters("ana")
        answer = await ana.runs(here.group, "tip")
        await here.settled()

Only the Discord at the other end of the wire and the folder are made for the test.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from discord import Object
from simcord.backend.models import Channel
from sqlmodel import col, func, select

from bot.actions import Address, Secure
from bot.budget import Budget, Limits
from bot.clock import SystemClock
from bot.main import Bot, build, table
from bot.platforms.discord import addresses
from bot.platforms.discord.platform import DiscordPlatform
from bot.routing import Table
from bot.safety import consent
from bot.safety.watched import WATCHED
from bot.settings import Content, DatabaseSettings, Discord, Settings
from bot.store import groups, invites, outbox, people, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role
from tests.platforms.discord_server import DiscordServer, Guild, Person, discord_server
from tests.world import KEY, ROOT, empty_database, library

FAST = Limits(overall="10000/second", chat="10000/second", group="10000/second")
PATIENCE = 15.0


@dataclass
class Clinic:
    """The bot that runs, its two rooms on Discord, and the people in them."""

    folder: Path
    server: DiscordServer
    owner: Person
    guild: Guild
    lobby: Channel
    group: Channel
    staff: Channel
    contents: Table
    content_mode: bool = False
    limits: Limits = FAST
    bot: Bot = field(init=False)
    discord: DiscordPlatform = field(init=False)
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
            discord=Discord(
                token=self.server.token,
                api_url=self.server.api_url,
                gateway_url=self.server.gateway_url,
                application_id=str(self.server.application_id),
                content_mode=self.content_mode,
            ),
        )

    async def start(self) -> None:
        """Start the program on the rows that are there."""
        settings, clock = self.settings(), SystemClock()
        empty_database(settings.database.path)
        db = Database(settings.database.path, vault.from_text(KEY))
        self.discord = DiscordPlatform(
            db, clock, settings, self.contents, WATCHED, Budget(self.limits)
        )
        self.bot = build(settings, db, library(), [self.discord], clock)
        self.bot.table = self.bot.app.table = self.contents
        self.discord.wake = lambda: self.bot.app.wake(())
        self._tasks = [
            asyncio.create_task(self.discord.run(self.bot.app.handle)),
            *(asyncio.create_task(postman.run()) for postman in self.bot.postmen),
        ]
        async with asyncio.timeout(PATIENCE):
            await self.discord.looked_after.wait()

    async def stop(self) -> None:
        """End the program as an operator does."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bot.db.close()

    async def opens(self) -> None:
        """Make the group, bind its two rooms and have them secured."""
        now = self.bot.clock.now()
        async with self.bot.db.write() as db:
            db.add(
                Group(
                    id="g1", slug="crohns", title="Crohn’s circle", condition="crohns",
                    timezone="Europe/London", created_at=now,
                )
            )  # fmt: skip
            await db.flush()
            for room, purpose in ((self.room, GROUP), (self.staff_room, STAFF)):
                await groups.add_room(db, "g1", room, purpose, now)
                secure = Secure(
                    to=room, key=f"secure:{room}", title="Crohn’s circle", staff=purpose == STAFF
                )
                await outbox.put(db, secure, "g1", now)
        self.bot.app.wake(())
        await self.settled()

    async def enters(self, name: str, role: Role = Role.MEMBER, *, let_in: bool = True) -> Person:
        """Put somebody in the group, the server and the rooms, as if they had joined long ago."""
        person = self.server.person(name.capitalize())
        now = self.bot.clock.now()
        async with self.bot.db.write() as db:
            known = await people.create(db, name.capitalize(), now)
            await people.connect(db, known.id, addresses.person(person.id), now)
            version = consent.version(self.settings())
            await people.admit(db, known.id, "g1", role, version, now)
        self.server.join(self.guild, person)
        rooms = [self.room, self.staff_room] if role.is_staff else [self.room]
        for room in rooms if let_in else ():
            found = self.discord.rooms.of(room)
            assert found is not None
            self.server.give(self.guild, person, Object(int(found.role)))
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
        """Wait until all that was told is heard, and all that may go now has gone."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.server.quiet()
                if not self.discord.is_busy and not await self._due():
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
    folder: Path,
    contents: Table | None = None,
    *,
    content_mode: bool = False,
    limits: Limits = FAST,
) -> AsyncIterator[Clinic]:
    """Run a clinic until the block ends; what the bot asks of Discord must keep to its schema."""
    async with discord_server() as server:
        server.flags(members=True, message_content=content_mode)
        owner = server.person("Olga")
        guild = server.guild("The clinic", owner=owner)
        lobby, circle, team = (server.channel(guild, name) for name in ("lobby", "circle", "team"))
        here = Clinic(
            folder,
            server,
            owner,
            guild,
            lobby,
            circle,
            team,
            contents or table(),
            content_mode,
            limits,
        )
        await here.start()
        await here.opens()
        try:
            yield here
        finally:
            with contextlib.suppress(RuntimeError):
                await here.stop()
        assert server.violations == []
