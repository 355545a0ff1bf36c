"""Commands: Discord is told of them only when they have changed, and what it sends is read here."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
import structlog
from discord import app_commands
from sqlalchemy import delete
from sqlmodel import col, select

from bot.actions import Address
from bot.platforms.discord import listing, options
from bot.platforms.discord.addresses import NAME, number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.listing import Payload
from bot.platforms.discord.refusals import understood
from bot.platforms.discord.tables import DiscordRoom, DiscordSync
from bot.routing import Table
from bot.store import groups

log = structlog.get_logger(__name__)

_ANYTHING = 9  # the number by which Discord calls an option that may be one of several things
_MENUS = {label: name for name, label in listing.MENUS.items()}


@dataclass(slots=True)
class Commands:
    """The commands of every server and of the private talks."""

    desk: Desk
    table: Table
    _turns: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def sync(self, guild_id: int | None) -> bool:
        """Tell Discord which commands a server has, and tell whether that was needed.

        None stands for the private talks. To be called when a server is there, and when a room in
        it was bound or is gone. The list goes out whole or not at all; raises RetryLater or
        Undeliverable if it does not, and then it is due again.
        """
        name = _name(guild_id)
        async with self._turns[name]:
            payload = await self._wanted(guild_id)
            digest = _digest(self.desk.application, payload)
            if await self._told(name) == digest:
                return False
            await self._send(guild_id, payload)
            await self._keep(name, digest)
        log.info("commands published", count=len(payload), everywhere=guild_id is None)
        return True

    async def forget(self, guild_id: int) -> None:
        """Forget what a server was told: it has lost its commands with the bot."""
        async with self.desk.db.write() as db:
            await db.execute(delete(DiscordSync).where(col(DiscordSync.name) == _name(guild_id)))

    def line(self, heard: discord.Interaction) -> tuple[str, str]:
        """Return a slash command as it would be typed: its name, and the words that follow."""
        data = _data(heard)
        name = str(data.get("name", ""))
        route = self.table.find(name)
        name = route.name if route else name
        given = {one["name"]: str(one.get("value", "")) for one in data.get("options", ())}
        return name, options.line(name, given)

    def menu(self, heard: discord.Interaction) -> tuple[str, discord.Message] | None:
        """Return what a right click asks for, and the message; None if it is no such menu."""
        data = _data(heard)
        name = _MENUS.get(str(data.get("name", "")))
        if name is None or data.get("type") != listing.ON_MESSAGE:
            return None
        asked: Any = [{"type": _ANYTHING, "name": "target", "value": data.get("target_id", "0")}]
        target = app_commands.Namespace(heard, data.get("resolved", {}), asked).target
        return (name, target) if isinstance(target, discord.Message) else None

    async def _wanted(self, guild_id: int | None) -> Payload:
        if guild_id is None:
            return listing.for_talks(self.table)
        return listing.for_server(self.table, bound=await self._has_room(guild_id))

    async def _has_room(self, guild_id: int) -> bool:
        """Tell whether a room of ours is in this server, as kept or as the client sees it."""
        bound = select(groups.Room.address).where(groups.Room.platform == NAME)
        kept = select(DiscordRoom.address).where(DiscordRoom.guild == str(guild_id))
        async with self.desk.db.read() as db:
            ours = set((await db.execute(bound)).scalars())
            here = set((await db.execute(kept)).scalars())
        if ours & here:
            return True
        guild = self.desk.client.get_guild(guild_id)
        return guild is not None and any(
            guild.get_channel(number_of(Address(room))) for room in ours
        )

    async def _send(self, guild_id: int | None, payload: Payload) -> None:
        http, application = self.desk.client.http, self.desk.application
        with understood():
            if guild_id is None:
                await http.bulk_upsert_global_commands(application, payload)
            else:
                await http.bulk_upsert_guild_commands(application, guild_id, payload)

    async def _told(self, name: str) -> str | None:
        async with self.desk.db.read() as db:
            row = await db.get(DiscordSync, name)
        return row.digest if row else None

    async def _keep(self, name: str, digest: str) -> None:
        async with self.desk.db.write() as db:
            now = self.desk.clock.now()
            await db.merge(DiscordSync(name=name, digest=digest, updated_at=now))


def _data(heard: discord.Interaction) -> Mapping[str, Any]:
    data: Any = heard.data
    return data or {}


def _name(guild_id: int | None) -> str:
    return "commands" if guild_id is None else f"commands {guild_id}"


def _digest(application: int, payload: Payload) -> str:
    """Return what names a list: another one for another application, or when a word changed."""
    told = json.dumps([application, payload], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
