"""The visitor: the bot on the wire by REST alone; it sees servers as the gateway tells them.

It changes nothing and asks for no gateway, so it can look around while the bot runs.
"""

from collections.abc import Mapping
from typing import Any

import discord

from bot.platforms.discord.client import Client, intents
from bot.settings import Discord

PAGE, PAGES, SERVERS = 1000, 10, 200
NOBODY = "Somebody"


class Visitor(Client):
    """discord.py's client, which never connects; use it as `async with`."""

    def __init__(self, settings: Discord) -> None:
        """Point discord.py at the servers of the settings."""
        super().__init__(settings, lambda _event, _args: None, intents(settings, members=True))

    async def enter(self) -> Mapping[str, Any]:
        """Show the token and return what Discord tells of the application."""
        mine = await self.http.static_login(self._settings.token)
        self._connection.user = discord.ClientUser(state=self._connection, data=mine)
        told: Mapping[str, Any] = {**await self.http.application_info()}
        # A bot has had the number of its application since 2016.
        self._connection.application_id = int(told.get("id") or mine["id"])
        return told

    async def servers(self) -> list[int]:
        """Return the number of each server that the bot is in."""
        found: list[int] = []
        while len(found) % SERVERS == 0:
            after = max(found, default=None)
            page = await self.http.get_guilds(SERVERS, after=after, with_counts=False)
            if not page:
                break
            found += [int(one["id"]) for one in page]
        return found

    async def server(self, number: int) -> discord.Guild:
        """Look at a server and remember it; the names of its people are not kept."""
        told: Any = {**await self.http.get_guild(number, with_counts=False)}
        told["channels"] = await self.http.get_all_guild_channels(number)
        told |= await self._members(number)
        guild = discord.Guild(data=told, state=self._connection)
        self._connection._add_guild(guild)  # noqa: SLF001 - as its own gateway does
        return guild

    async def _members(self, number: int) -> dict[str, Any]:
        """Return who is there; only the bot itself where Discord tells of nobody else."""
        found: dict[str, Any] = {}
        try:
            for _ in range(PAGES):
                page = await self.http.get_members(number, PAGE, max(map(int, found), default=None))
                found |= {str(one["user"]["id"]): _nameless(one) for one in page}
                if len(page) < PAGE:
                    return {"members": list(found.values()), "member_count": len(found)}
        except discord.Forbidden:
            pass  # the intent for members is off
        mine: Any = self._connection.self_id
        me = _nameless(await self.http.get_member(number, mine))
        return {"members": [*found.values(), me]}


def _nameless(told: Mapping[str, Any]) -> dict[str, Any]:
    user = told["user"]
    return {
        "user": {
            "id": user["id"],
            "username": NOBODY,
            "discriminator": "0",
            "avatar": None,
            "bot": user.get("bot", False),
        },
        "roles": told.get("roles") or [],
        "flags": 0,
    }
