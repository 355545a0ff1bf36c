"""A house from which people can cross to Discord: the real passage, and Discord on a socket.

    async with harbour(tmp_path) as here:
        ana = here.server.person("Ana")
        browser, code = here.home.browser(), await here.home.invite()
        away = await here.sets_out(browser, code)
        shown = await here.returns(browser, ana.authorizes(away))

What lets people into rooms on Discord is only written down (`doorman`).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.actions import Address
from bot.budget import Budget
from bot.platforms import Capabilities, Platform
from bot.platforms.discord import addresses, client
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.grants import Grants
from bot.platforms.discord.passages import Passages
from bot.platforms.discord.tables import DiscordRoom
from bot.routing import Table
from bot.settings import Discord, Invites, Settings
from bot.store import groups, people
from bot.store.db import Database
from bot.store.groups import GROUP
from bot.web.site import Elsewhere
from tests.platforms.discord_server import DiscordServer, discord_server
from tests.web.house import Browser, House, house
from tests.world import FakeClock, Paper

GUILD, CHANNEL = 5, 77
ROOM = addresses.room(CHANNEL)
CHAT = Capabilities(whispers=True, forms=True, private_talk=True, secures=True)


@dataclass
class Harbour:
    """The house, Discord, and what stands between them."""

    server: DiscordServer
    doorman: Paper = field(default_factory=lambda: Paper("discord", CHAT))
    room: Address = ROOM
    home: House = field(init=False)
    passages: Passages = field(init=False)

    def beside(
        self, settings: Settings, db: Database, clock: FakeClock
    ) -> tuple[Sequence[Platform], Elsewhere]:
        wire = settings.discord
        nobody = client.Client(wire, lambda _name, _args: None, client.intents(wire, members=False))
        desk = Desk(nobody, Budget(), db, clock, settings)
        self.passages = Passages(desk, Grants(desk))
        return [self.doorman], Elsewhere(passages=[self.passages])

    async def opens(self) -> None:
        """Give the group a room on Discord."""
        now = self.home.clock.now()
        async with self.home.bot.db.write() as db:
            await groups.add_room(db, self.home.group.id, self.room, GROUP, now)
            db.add(DiscordRoom(address=self.room, guild=str(GUILD), updated_at=now))

    async def sends(self, browser: Browser, code: str, **fields: str) -> httpx.Response:
        """Fill the form of an invite's page in, and press “Join on Discord”."""
        filled = {"name": "Ana", "consent": "yes", "where": "discord"} | fields
        return await browser.send(f"/join/{code}", **filled)

    async def sets_out(self, browser: Browser, code: str, **fields: str) -> str:
        """Do so and return the page of Discord's on which that ends."""
        answer = await self.sends(browser, code, **fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def comes_back(self, browser: Browser, url: str) -> None:
        """Go where Discord leads back to; nothing of it stays in the address."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.home.url}/discord/back"
        answer = await browser.get(f"{parts.path}?{parts.query}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/discord/in")

    async def returns(self, browser: Browser, url: str) -> httpx.Response:
        """Come back, wait until all is done, and return the last page."""
        await self.comes_back(browser, url)
        await self.home.settled()
        return await browser.get("/discord/in")

    async def members(self) -> list[str]:
        async with self.home.bot.db.read() as db:
            found = await people.members(db, self.home.group.id)
            return [people.name_of(db, person) for person, _ in found]


@asynccontextmanager
async def harbour(
    folder: Path,
    table: Table | None = None,
    *,
    front: str = "",
    invites: Invites | None = None,
) -> AsyncIterator[Harbour]:
    """Run it for as long as the block lasts; `front` stands before Discord."""
    async with discord_server() as server:
        here = Harbour(server)
        wire = Discord(
            token=server.token,
            api_url=server.api_url.replace(server.url, front or server.url),
            application_id=str(server.application_id),
            client_secret=server.client_secret,
        )
        running = house(
            folder, table, elsewhere=here.beside, discord=wire, invites=invites or Invites()
        )
        async with running as here.home:
            server.redirect(f"{here.home.url}/discord/back")
            await here.opens()
            yield here
        assert server.violations == []
