"""The connection: a client on the gateway for as long as the program runs, begun anew when it ends.

discord.py comes back by itself from every interruption that Discord lets it come back from, and
resumes where it was. What is left for here is a wrong token, an intent that the developer portal
refuses, and a Discord that cannot be reached at the start.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import discord
import structlog

from bot.platforms.discord.client import Client, intents
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.ear import Ear
from bot.settings import Discord

log = structlog.get_logger(__name__)

AGAIN, TOKEN_SECONDS = 10.0, 60.0
TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


@dataclass(slots=True)
class Connection:
    """Keeps the bot connected; `members` tells whether Discord tells who comes and goes."""

    settings: Discord
    members: bool = True
    ear: Ear | None = field(default=None, init=False)

    def client(self) -> Client:
        """Return a client that is not connected yet."""
        asked = intents(self.settings, members=self.members)
        return Client(self.settings, self._heard, asked)

    def _heard(self, event: str, args: tuple[object, ...]) -> None:
        if self.ear is not None:
            self.ear(event, args)

    async def run(
        self, desk: Desk, ear: Callable[[], Ear], ending: Callable[[], Awaitable[None]]
    ) -> None:
        """Connect, hear until that ends, call `ending`, and begin again; until cancelled."""
        while True:
            self.ear = ear()
            pause = AGAIN
            try:
                pause = await self._once(desk.client)
            finally:
                await self.ear.end()
                await ending()
                await desk.client.close()
                desk.client = self.client()  # a closed one cannot begin again, whatever ended it
            await asyncio.sleep(pause)

    async def _once(self, client: discord.Client) -> float:
        """Hear until the connection ends, and return in how many seconds to begin again."""
        try:
            await client.start(self.settings.token)
        except discord.PrivilegedIntentsRequired:
            return self._ask_for_less(client.application_flags)
        except discord.LoginFailure:
            log.warning("discord does not know the bot's token", advice="see [discord] token")
            return TOKEN_SECONDS
        except TROUBLE as trouble:
            log.warning("discord not reached", why=type(trouble).__name__)
        return AGAIN

    def _ask_for_less(self, portal: discord.ApplicationFlags) -> float:
        """Note that an intent is not switched on in the developer portal: hear without members."""
        told = portal.gateway_guild_members or portal.gateway_guild_members_limited
        if self.members and not told:
            log.warning("discord tells nothing about members", advice="see docs/discord.md")
            self.members = False
            return 0.0
        log.warning(
            "discord refuses an intent",
            advice="switch Message Content on in the developer portal, or content_mode off",
        )
        return TOKEN_SECONDS
