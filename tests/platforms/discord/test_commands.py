"""Commands on the real library, against a Discord on sockets."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route as Path_
from sqlmodel import select

import handlers
from bot.budget import Budget, Limits
from bot.clock import SystemClock
from bot.errors import DeliveryError
from bot.platforms.discord import addresses
from bot.platforms.discord.commands import Commands
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.tables import DiscordRoom, DiscordSync
from bot.routing import Answer, Route, Table
from bot.settings import Settings
from bot.store import groups, vault
from bot.store.db import Database
from bot.store.groups import Group
from tests.platforms.discord_api.client import Bot, running
from tests.platforms.discord_server import DiscordServer, Guild, MayNot, Person, discord_server
from tests.world import KEY, empty_database

TABLE = Table(handlers.ROUTES)


@dataclass
class There:
    """A server with a room and two people, and the bot's commands."""

    server: DiscordServer
    client: Bot
    commands: Commands
    owner: Person
    ana: Person
    guild: Guild
    room: int

    async def bind(self) -> None:
        async with self.commands.desk.db.write() as db:
            now = self.commands.desk.clock.now()
            await groups.add_room(db, "g1", addresses.room(self.room), groups.GROUP, now)

    async def runs(self, who: Person, name: str, **options: str) -> discord.Interaction:
        """Let somebody run a command and return what the bot has heard of it."""
        return await self._heard(who.runs(self.guild.channels["room"], name, **options))

    async def clicks(self, who: Person, words: str, label: str) -> discord.Interaction:
        """Let somebody right-click a message of the owner's."""
        said = self.owner.says(self.guild.channels["room"], words)
        return await self._heard(who.clicks(said, label))

    async def _heard(self, act: Coroutine[Any, Any, object]) -> discord.Interaction:
        before = len(self.client.heard)
        doing = asyncio.create_task(act)
        async with asyncio.timeout(5):
            while len(self.client.heard) == before:
                if doing.done():  # the person could not do it
                    await doing
                await asyncio.sleep(0.01)
        heard = self.client.heard[-1]
        await heard.response.send_message("ok", ephemeral=True)
        await doing
        return heard

    def puts(self) -> int:
        return len(self.server.asked("PUT", "/commands$"))


@asynccontextmanager
async def rows(folder: Path) -> AsyncIterator[Database]:
    path = folder / "db" / "roundtable.db"
    empty_database(path)
    db = Database(path, vault.from_text(KEY))
    now = SystemClock().now()
    try:
        async with db.write() as session:
            session.add(
                Group(id="g1", slug="crohns", title="Circle", condition="crohns", created_at=now)
            )
        yield db
    finally:
        await db.close()


@pytest.fixture
async def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[There]:
    async with rows(tmp_path) as db, discord_server() as server:
        monkeypatch.setattr(Path_, "BASE", server.api_url)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
        owner, ana = server.person("Owner"), server.person("Ana", locale="de")
        guild = server.guild("Clinic", owner=owner)
        server.join(guild, ana)
        room = server.channel(guild, "room")
        async with running(server) as client:
            limits = Limits(overall="1000/second", chat="1000/second", group="1000/second")
            desk = Desk(client, Budget(limits), db, SystemClock(), Settings())
            yield There(server, client, Commands(desk, TABLE), owner, ana, guild, room.id)
        assert server.violations == []


async def test_a_server_is_told_once_and_only_again_when_something_changed(there: There) -> None:
    assert await there.commands.sync(there.guild.id)
    assert not await there.commands.sync(there.guild.id)
    assert there.puts() == 1
    await there.bind()
    assert await there.commands.sync(there.guild.id)
    assert not await there.commands.sync(there.guild.id)
    assert there.puts() == 2


async def test_many_calls_at_once_tell_discord_once(there: There) -> None:
    sent = await asyncio.gather(*(there.commands.sync(there.guild.id) for _ in range(10)))
    assert sorted(sent) == [False] * 9 + [True]
    assert there.puts() == 1


async def test_after_a_restart_nothing_is_told_that_discord_knows(there: There) -> None:
    await there.commands.sync(None)
    again = Commands(there.commands.desk, TABLE)
    assert not await again.sync(None)
    assert there.puts() == 1


async def test_a_command_that_is_new_is_told(there: There) -> None:
    async def nothing(event: object, ctx: object) -> Answer:
        return None

    await there.commands.sync(None)
    more = Table([*handlers.ROUTES, Route("dance", nothing, "Dance a little")])
    assert await Commands(there.commands.desk, more).sync(None)


async def test_before_a_room_is_bound_only_what_is_open_is_there(there: There) -> None:
    await there.commands.sync(there.guild.id)
    with pytest.raises(MayNot):
        await there.runs(there.ana, "ask", question="x")
    heard = await there.runs(there.ana, "join", code="abcd")
    assert there.commands.line(heard) == ("join", "abcd")


async def test_a_room_that_is_kept_counts_before_the_client_has_seen_it(there: There) -> None:
    elsewhere = addresses.room(424242)
    async with there.commands.desk.db.write() as db:
        now = there.commands.desk.clock.now()
        await groups.add_room(db, "g1", elsewhere, groups.GROUP, now)
        db.add(DiscordRoom(address=elsewhere, guild=str(there.guild.id), updated_at=now))
    await there.commands.sync(there.guild.id)
    heard = await there.runs(there.ana, "ask", question="can I eat fibre?")
    assert there.commands.line(heard) == ("ask", "can I eat fibre?")


async def test_a_command_is_read_as_it_would_be_typed(there: There) -> None:
    await there.bind()
    await there.commands.sync(there.guild.id)
    heard = await there.runs(there.owner, "case", action="seen", ref="R-7K2M9")
    assert there.commands.line(heard) == ("case", "seen R-7K2M9")
    heard = await there.runs(there.ana, "tip")
    assert there.commands.line(heard) == ("tip", "")
    assert there.commands.menu(heard) is None


async def test_another_name_of_a_command_is_the_command(there: There) -> None:
    await there.bind()
    await there.commands.sync(there.guild.id)
    heard = await there.runs(there.ana, "helpme")
    assert there.commands.line(heard) == ("appointment", "")


async def test_a_command_of_yesterday_keeps_its_name(there: There) -> None:
    await there.bind()
    await there.commands.sync(there.guild.id)
    heard = await there.runs(there.ana, "tip", topic="food")
    assert Commands(there.commands.desk, Table([])).line(heard) == ("tip", "food")


async def test_members_are_not_shown_what_is_the_teams(there: There) -> None:
    await there.bind()
    await there.commands.sync(there.guild.id)
    with pytest.raises(MayNot):
        await there.runs(there.ana, "cases")
    assert there.commands.line(await there.runs(there.owner, "cases")) == ("cases", "")


@pytest.mark.parametrize(
    ("label", "name"), [("Report to the team", "report"), ("Ask the library", "ask")]
)
async def test_a_right_click_brings_the_message(there: There, label: str, name: str) -> None:
    await there.bind()
    await there.commands.sync(there.guild.id)
    heard = await there.clicks(there.ana, "Does fibre help?", label)
    chosen = there.commands.menu(heard)
    assert chosen is not None
    assert (chosen[0], chosen[1].content) == (name, "Does fibre help?")
    assert str(there.room) in chosen[1].jump_url


async def test_a_right_click_on_what_is_not_there_is_none(there: There) -> None:
    await there.bind()
    await there.commands.sync(there.guild.id)
    heard = await there.clicks(there.ana, "Does fibre help?", "Ask the library")
    heard.data["resolved"] = {}  # type: ignore[index,typeddict-unknown-key]
    assert there.commands.menu(heard) is None


async def test_what_could_not_be_told_is_due_again(there: There) -> None:
    there.server.faults.next("PUT", "/commands", status=403, times=1)
    with pytest.raises(DeliveryError):
        await there.commands.sync(there.guild.id)
    async with there.commands.desk.db.read() as db:
        assert (await db.execute(select(DiscordSync))).scalars().all() == []
    assert await there.commands.sync(there.guild.id)


async def test_a_server_that_the_bot_comes_back_to_is_told_anew(there: There) -> None:
    await there.commands.sync(there.guild.id)
    await there.commands.sync(None)
    await there.commands.forget(there.guild.id)
    assert await there.commands.sync(there.guild.id)
    assert not await there.commands.sync(None)


async def test_a_private_talk_has_the_commands_of_members(there: There) -> None:
    await there.commands.sync(None)
    heard = await there._heard(there.ana.runs(None, "tip", topic="sleep"))
    assert there.commands.line(heard) == ("tip", "sleep")
    with pytest.raises(MayNot):
        await there.ana.runs(None, "cases")
