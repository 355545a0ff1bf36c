"""The way in, whole: the page of an invite, Discord's consent, the server, and the room."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from simcord.backend.models import Channel

from bot import main
from bot.actions import Secure
from bot.platforms.discord import addresses
from bot.settings import Content, DatabaseSettings, Discord, Security, Settings, Site
from bot.store import groups, invites, outbox
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role
from tests.platforms.discord_server import DiscordServer, Guild, Person, discord_server
from tests.processes import free_port
from tests.web.house import hidden
from tests.world import KEY, ROOT, empty_database

PATIENCE = 20.0


@dataclass
class Clinic:
    """The program as an operator runs it, with a group in one server."""

    bot: main.Bot
    server: DiscordServer
    guild: Guild
    circle: Channel
    team: Channel
    url: str

    async def opens(self) -> None:
        """Bind the group's two rooms and keep them to those who are let in."""
        now = self.bot.clock.now()
        async with self.bot.db.write() as db:
            kept = Group(id="g1", slug="crohns", title="Crohn’s circle", condition="crohns",
                         created_at=now)  # fmt: skip
            db.add(kept)
            await db.flush()
            for channel, purpose in ((self.circle, GROUP), (self.team, STAFF)):
                room = addresses.room(channel.id)
                await groups.add_room(db, "g1", room, purpose, now)
                secure = Secure(to=room, key=room, title=kept.title, staff=purpose == STAFF)
                await outbox.put(db, secure, "g1", now)
        self.bot.app.wake(())
        await self.settled()

    async def settled(self) -> None:
        """Wait until what is to be done on Discord is done."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.bot.db.read() as db:
                    if not (await outbox.counts(db)).get(outbox.READY):
                        break
                await asyncio.sleep(0.05)
        await self.server.quiet()

    async def joins(self, person: Person, role: Role = Role.MEMBER, *, allow: bool = True) -> str:
        """Join by the page and return the last page there."""
        now = self.bot.clock.now()
        async with self.bot.db.write() as db:
            until = now.replace(year=now.year + 1)
            _, code = await invites.issue(db, "g1", role, now=now, expires_at=until)
        async with httpx.AsyncClient(base_url=self.url, timeout=PATIENCE) as browser:
            form = hidden((await browser.get(f"/join/{code}")).text)
            form |= {"name": person.name, "consent": "yes", "where": "discord"}
            sent = await browser.post(
                f"/join/{code}", data=form, headers={"Sec-Fetch-Site": "same-origin"}
            )
            assert sent.status_code == 303, sent.text
            asked = sent.headers["location"]
            if not allow:
                asked = asked.replace("guilds.join", "guilds")
            back = urlsplit(person.authorizes(asked))
            await browser.get(f"{back.path}?{back.query}")
            shown = await browser.get("/discord/in")
            while "refresh" in shown.text:
                shown = await browser.get("/discord/in")
            return shown.text


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[Clinic]:
    path, port = folder / "db" / "roundtable.db", free_port()
    empty_database(path)
    async with discord_server() as server:
        guild = server.guild("The clinic", owner=server.person("Olga"))
        _, circle, team = (server.channel(guild, name) for name in ("lobby", "circle", "team"))
        url = f"http://127.0.0.1:{port}"
        server.redirect(f"{url}/discord/back")
        settings = Settings(
            site=Site(port=port),
            database=DatabaseSettings(path=path),
            security=Security(key=KEY),
            content=Content(path=ROOT / "content_library"),
            discord=Discord(
                token=server.token,
                api_url=server.api_url,
                gateway_url=server.gateway_url,
                application_id=str(server.application_id),
                client_secret=server.client_secret,
            ),
        )
        async with main.running(settings) as bot:
            await server.connected()
            await server.quiet()
            here = Clinic(bot, server, guild, circle, team, url)
            await here.opens()
            yield here
        assert server.violations == []


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with _running(tmp_path) as made:
        yield made


async def test_a_member_is_put_into_the_server_and_sees_their_room_alone(here: Clinic) -> None:
    ana = here.server.person("Ana")
    shown = await here.joins(ana)
    assert f"{here.server.url}/channels/{here.guild.id}/{here.circle.id}" in shown
    assert ana in here.guild
    assert set(ana.channels(here.guild)) == {"lobby", "circle"}
    async with asyncio.timeout(PATIENCE):
        while here.server.world.bearers:  # what she allowed is given back
            await here.server.world.changed.wait()


async def test_the_welcome_comes_as_soon_as_they_are_in_the_server(here: Clinic) -> None:
    ana = here.server.person("Ana")
    await here.joins(ana)
    assert (await ana.hears("Welcome to Crohn’s circle, Ana", ever=True)).channel != here.circle.id
    assert ana.threads(here.circle) == []


async def test_one_of_the_team_sees_both_rooms(here: Clinic) -> None:
    eze = here.server.person("Eze")
    shown = await here.joins(eze, Role.CLINICIAN)
    for channel in (here.circle, here.team):
        assert f"/channels/{here.guild.id}/{channel.id}" in shown
    assert set(eze.channels(here.guild)) == {"lobby", "circle", "team"}


async def test_whoever_is_in_the_server_already_only_gets_the_role(here: Clinic) -> None:
    ana = here.server.person("Ana")
    here.server.join(here.guild, ana)
    await here.server.quiet()
    assert "circle" not in ana.channels(here.guild)
    assert "Open the group’s room" in await here.joins(ana)
    assert "circle" in ana.channels(here.guild)


async def test_whoever_may_not_be_put_in_gets_an_invite_of_their_own(here: Clinic) -> None:
    ana = here.server.person("Ana")
    shown = await here.joins(ana, allow=False)
    assert ana not in here.guild
    found = re.search(r'href="([^"]+/([\w-]+))" rel="noopener noreferrer">Open the group', shown)
    assert found, shown
    assert "works once, for you alone" in shown
    ana.follows(found[2])
    assert "circle" in ana.channels(here.guild)
