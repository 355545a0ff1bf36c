"""AutoMod: Discord's own filter, which looks at words before anybody reads them.

The bot reads no messages, so it gives each server rules to look by, and hears what they found. A
rule that somebody changed or deleted is put back, and the team is told.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord

from bot import events
from bot.actions import Priority
from bot.errors import Undeliverable
from bot.platforms.discord import circles, filters
from bot.platforms.discord.addresses import NAME, person, room
from bot.platforms.discord.circles import Circle
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.filters import Filter
from bot.platforms.discord.policy.compiled import Watch, compiled
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.tables import DiscordSync
from bot.store import audit

WHY = "What the bot looks for in its rooms"
MAY_NOT = (
    "I may not look after Discord’s filter here, so nobody looks for words of crisis or for phone "
    "numbers. Please give my role the permission Manage Server."
)
REFUSED = "Discord did not take my filter “{name}”: {why}."
REPAIRED = "Somebody changed Discord’s filter in this server. I put it back: {names}."


class News(str):
    """A sentence that tells of something once: no problem that lasts."""

    __slots__ = ()


class AutoMod:
    """Gives servers their rules, and hears what the rules found."""

    def __init__(self, desk: Desk, rooms: Rooms, watched: Iterable[Watch]) -> None:
        """Take what is to be looked for."""
        self._desk, self._rooms = desk, rooms
        self._policy = {watch.kind: compiled(watch) for watch in watched}
        self._known: dict[int, Filter] = {}
        self._foreign: set[int] = set()
        self._locks: dict[int, asyncio.Lock] = {}

    async def sync(self, guild_id: int) -> list[str]:
        """Bring a server's rules up to date and return what is wrong, in sentences for its team."""
        async with self._locks.setdefault(guild_id, asyncio.Lock()):
            guild = self._desk.client.get_guild(guild_id)
            if guild is None:
                return []
            held = await circles.found(self._desk, self._rooms, guild)
            wanted, problems = filters.wanted(self._policy, held, circles.channels(guild))
            try:
                there = await self._there(guild_id)
            except Undeliverable:
                return [*problems, MAY_NOT]
            done, refused = await self._bring(guild_id, wanted, there)
            problems += refused
            if not refused:
                problems += await self._note(guild_id, held, wanted, done)
            return problems

    async def flagged(self, execution: discord.AutoModAction) -> events.Flagged | None:
        """Return what a rule of ours found in a room of ours; None if it is nothing to the ring."""
        found = await self._filter(execution)
        blocked = execution.action.type is discord.AutoModRuleActionType.block_message
        if found is None or (self._desk.settings.discord.content_mode and not blocked):
            return None  # words that the bot reads by itself are not told twice
        channel = await self._channel(execution, found)
        if channel not in found.rooms:
            return None
        alert = execution.alert_system_message_id or secrets.token_hex(8)
        return events.Flagged(
            id=f"{NAME}:flagged:{alert}",
            at=self._desk.clock.now(),
            chat=room(channel),
            user=person(execution.user_id),
            rule=found.kind,
            blocked=blocked,
            message=str(execution.message_id or ""),
        )

    async def changed(self, rule: discord.AutoModRule) -> bool:
        """Tell whether a rule that was made, changed or deleted is one of ours: look again then."""
        return rule.id in self._known or self._is_mine(rule.creator_id)

    def _is_mine(self, creator: int) -> bool:
        me = self._desk.client.user
        return me is not None and creator == me.id

    async def _filter(self, execution: discord.AutoModAction) -> Filter | None:
        """Return the rule that found something; after a start the server's rules are read first."""
        number = execution.rule_id
        if number not in self._known and number not in self._foreign:
            await self.sync(execution.guild_id)
            if number not in self._known:
                self._foreign.add(number)
        return self._known.get(number)

    async def _channel(self, execution: discord.AutoModAction, found: Filter) -> int:
        """Return the channel in which something was found: a thread is heard as its channel."""
        channel: object = execution.channel
        number = execution.channel_id or 0
        if channel is None and number not in found.rooms:
            try:
                async with self._desk.call(room(number), Priority.CRISIS, counts=False):
                    channel = await self._desk.client.fetch_channel(number)
            except Undeliverable:  # a thread that the bot cannot see is of the one room there is
                return min(found.rooms) if len(found.rooms) == 1 else 0
        return channel.parent_id if isinstance(channel, discord.Thread) else number

    async def _there(self, guild_id: int) -> list[Mapping[str, Any]]:
        async with self._desk.call(room(guild_id), Priority.STAFF, counts=False):
            return [dict(rule) for rule in await self._http.get_auto_moderation_rules(guild_id)]

    @property
    def _http(self) -> discord.http.HTTPClient:
        return self._desk.client.http

    async def _bring(
        self, guild_id: int, wanted: Sequence[Filter], there: Sequence[Mapping[str, Any]]
    ) -> tuple[list[str], list[str]]:
        """Return which rules were made, changed or deleted, and what is wrong."""
        mine = [rule for rule in there if self._is_mine(int(rule["creator_id"]))]
        theirs = [rule for rule in there if rule not in mine]
        taken = sum(rule["trigger_type"] == filters.KEYWORD for rule in theirs)
        free = max(0, filters.ROOM - taken)
        kept: dict[str, Mapping[str, Any]] = {}
        done: list[str] = []
        for rule in mine:
            named = any(one.name == rule["name"] for one in wanted[:free])
            if named and rule["name"] not in kept:
                kept[str(rule["name"])] = rule
            else:
                done += await self._delete(guild_id, rule)
        problems = [one.no_room for one in wanted[free:]]
        for one in wanted[:free]:
            try:
                done += await self._set(guild_id, one, kept.get(one.name))
            except Undeliverable as why:
                problems.append(REFUSED.format(name=one.name, why=why))
        return done, problems

    async def _set(self, guild_id: int, one: Filter, rule: Mapping[str, Any] | None) -> list[str]:
        """Make or change one rule where need be, and return its name if it was."""
        if rule is not None and not filters.differs(rule, one.payload):
            self._known[int(rule["id"])] = one
            return []
        async with self._desk.call(room(guild_id), Priority.STAFF, counts=False):
            if rule is None:
                made = await self._http.create_auto_moderation_rule(
                    guild_id, reason=WHY, **one.payload
                )
            else:
                made = await self._http.edit_auto_moderation_rule(
                    guild_id, int(rule["id"]), reason=WHY, **one.payload
                )
            self._known[int(made["id"])] = one
        return [one.name]

    async def _delete(self, guild_id: int, rule: Mapping[str, Any]) -> list[str]:
        """Delete one rule and return its name; one that is gone already is nothing to tell."""
        number = int(rule["id"])
        self._known.pop(number, None)
        try:
            async with self._desk.call(room(guild_id), Priority.STAFF, counts=False):
                await self._http.delete_auto_moderation_rule(guild_id, number, reason=WHY)
        except Undeliverable:
            return []
        return [str(rule["name"])]

    async def _note(
        self,
        guild_id: int,
        held: Sequence[Circle],
        wanted: Sequence[Filter],
        done: Sequence[str],
    ) -> list[str]:
        """Keep what was given, and tell if somebody else had changed it since."""
        given = json.dumps([one.payload for one in wanted], sort_keys=True)
        digest = hashlib.sha256(given.encode()).hexdigest()
        name = f"filters {guild_id}"
        async with self._desk.db.read() as db:
            row = await db.get(DiscordSync, name)
            drifted = row is not None and row.digest == digest
        if drifted and not done:
            return []
        now = self._desk.clock.now()
        async with self._desk.db.write() as db:
            await db.merge(DiscordSync(name=name, digest=digest, updated_at=now))
            for circle in held if done else ():
                what = "filters repaired" if drifted else "filters set"
                await audit.add(db, now, "bot", what, group_id=circle.id, detail=", ".join(done))
        return [News(REPAIRED.format(names=", ".join(done)))] if drifted else []
