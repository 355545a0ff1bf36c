"""A server of a clinic on Discord with its rows, on which no bot runs: for those who look at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend import models

from bot.actions import Secure
from bot.budget import Budget
from bot.clock import SystemClock
from bot.main import table
from bot.platforms import Finding
from bot.platforms.discord import (
    addresses,
    checkup,
    permissions,
)
from bot.platforms.discord.automod import AutoMod
from bot.platforms.discord.commands import Commands
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.platform import LIMITS
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.secure import Keeper
from bot.platforms.discord.visitor import Visitor
from bot.safety.watched import WATCHED
from bot.settings import Discord, Settings, Site
from bot.store import groups, people, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role
from tests.platforms.discord_api.routes import application
from tests.platforms.discord_server import DiscordServer, Guild, Person, discord_server
from tests.world import KEY, empty_database

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLE = table()
PAGE = "https://groups.clinic"
BACK = f"{PAGE}/discord/back"
P = discord.Permissions
VIEW = P(view_channel=True).value


@dataclass
class Place:
    """A server as docs/discord.md says how to make it, with its rows; no bot runs on them."""

    server: DiscordServer
    db: Database
    owner: Person
    guild: Guild
    lobby: models.Channel
    circle: models.Channel
    team: models.Channel
    told: dict[str, Any] = field(default_factory=dict)

    def settings(self, **changes: Any) -> Settings:  # noqa: ANN401
        given = {
            "token": self.server.token,
            "api_url": self.server.api_url,
            "application_id": str(self.server.application_id),
        }
        section = Discord.model_validate(given | changes)
        return Settings(discord=section, site=Site(public_url=PAGE))

    async def look(self, *, running: bool = False, **changes: Any) -> list[Finding]:  # noqa: ANN401
        known = self.settings(**changes)
        found = await checkup.check(known, self.db, TABLE, WATCHED, running=running)
        assert found
        for secret in (self.server.token, self.server.client_secret, "Olga", "Mallory"):
            assert secret not in str(found)
        return found

    async def bind(self, channel: models.Channel, purpose: str = GROUP) -> None:
        async with self.db.write() as db:
            await groups.add_room(db, "g1", addresses.room(channel.id), purpose, NOW)

    async def joins(self, person: Person, role: Role) -> None:
        async with self.db.write() as db:
            known = await people.create(db, "Sam", NOW)
            await people.connect(db, known.id, addresses.person(person.id), NOW)
            await people.admit(db, known.id, "g1", role, "1", NOW)

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[tuple[Desk, Rooms]]:
        """Give the bot's parts, to do what it would do when it starts."""
        settings = self.settings()
        async with Visitor(settings.discord) as client:
            await client.enter()
            await client.server(self.guild.id)
            desk = Desk(client, Budget(LIMITS), self.db, SystemClock(), settings)
            rooms = Rooms(desk)
            await rooms.load()
            yield desk, rooms

    async def starts(self) -> None:
        """Do what the bot does in a server of its own."""
        async with self.bot() as (desk, rooms):
            keeper = Keeper(desk, rooms)
            for channel, purpose in ((self.circle, GROUP), (self.team, STAFF)):
                to = addresses.room(channel.id)
                await keeper.secure(
                    Secure(to=to, key=f"k{to}", title="Circle", staff=purpose == STAFF)
                )
        await self.publishes()

    async def publishes(self) -> None:
        async with self.bot() as (desk, rooms):
            commands = Commands(desk, TABLE)
            await commands.sync(None)
            await commands.sync(self.guild.id)
            await AutoMod(desk, rooms, WATCHED).sync(self.guild.id)

    def forbids(self, **flags: bool) -> None:
        """Take permissions away from everybody in the server."""
        everyone = self.guild.made.roles[self.guild.id]
        bits = everyone.permissions & ~P(**flags).value
        self.server.world.backend.edit_role(self.guild.id, everyone.id, {"permissions": bits})


@asynccontextmanager
async def open_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    path = tmp_path / "db" / "roundtable.db"
    empty_database(path)
    db = Database(path, vault.from_text(KEY))
    async with discord_server() as server:
        owner = server.person("Olga")
        guild = server.guild("The clinic", owner=owner, permissions=permissions.NUMBER)
        lobby, circle, team = (server.channel(guild, name) for name in ("lobby", "circle", "team"))
        made = Place(server, db, owner, guild, lobby, circle, team)
        made.forbids(create_instant_invite=True, use_external_apps=True)
        told = application.told
        monkeypatch.setattr(application, "told", lambda world: told(world) | made.told)
        async with db.write() as session:
            session.add(
                Group(
                    id="g1", slug="crohns", title="Crohn’s circle", condition="crohns",
                    timezone="Europe/London", created_at=NOW,
                )
            )  # fmt: skip
        await made.joins(owner, Role.OWNER)
        try:
            yield made
        finally:
            await db.close()
        assert server.violations == []


def words(found: list[Finding], level: str) -> str:
    return "\n".join(f"{one.what} {one.advice}" for one in found if one.level == level)
