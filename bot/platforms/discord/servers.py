"""Servers: what the bot may do in each one, what strangers find there, and what is out of step."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot import text
from bot.platforms import Finding
from bot.platforms.discord import circles, filters, listing, permissions
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.listing import Payload
from bot.platforms.discord.policy.compiled import Compiled, Kind
from bot.platforms.discord.rooms import Rooms
from bot.routing import Table

PUBLISHES = "Start Roundtable: it publishes them."
MANY = 3


@dataclass(frozen=True, slots=True)
class Outlook:
    """What servers are looked at with: the rows, the commands there should be, and the policy."""

    desk: Desk
    rooms: Rooms
    table: Table
    policy: Mapping[Kind, Compiled]
    running: bool

    async def talks(self) -> list[Finding]:
        """Look whether the commands of private talks are published."""
        there = await self.desk.client.http.get_global_commands(self.desk.application)
        return list(_commands(there, listing.for_talks(self.table), "private talks"))

    async def server(self, guild: discord.Guild) -> list[Finding]:
        """Look at one server."""
        bound = bool(self.rooms.in_guild(guild.id))
        found = [*_rights(guild.me, bound=bound), *await self._listed(guild, bound=bound)]
        if not bound:
            what = "no channel there is a room of a group yet."
            found.append(Finding("warn", what, "Type /setup CODE in one, or take the bot out."))
        else:
            found += [*_lobby(guild, self.desk), *await self._filters(guild)]
        name = text.one_line(guild.name)
        return [Finding(one.level, f"“{name}”: {one.what}", one.advice) for one in found]

    async def _listed(self, guild: discord.Guild, *, bound: bool) -> list[Finding]:
        http = self.desk.client.http
        try:
            there = await http.get_guild_commands(self.desk.application, guild.id)
        except discord.Forbidden:
            what = "the bot may not publish its commands there."
            return [Finding("wrong", what, "Open the link that adds it once more.")]
        wanted = listing.for_server(self.table, bound=bound)
        return list(_commands(there, wanted, "the server"))

    async def _filters(self, guild: discord.Guild) -> list[Finding]:
        """Look whether AutoMod has the rules that it should have."""
        held = await circles.found(self.desk, self.rooms, guild)
        wanted, problems = filters.wanted(self.policy, held, circles.channels(guild))
        found = [Finding("warn", text.plain(problem)) for problem in problems]
        try:
            there = await self.desk.client.http.get_auto_moderation_rules(guild.id)
        except discord.Forbidden:
            return found  # that a permission is missing is told already
        me = str(guild.me.id)
        mine = {str(rule["name"]): rule for rule in there if str(rule["creator_id"]) == me}
        odd = set(mine) - {one.name for one in wanted}
        for one in wanted:
            if one.name not in mine or filters.differs(mine[one.name], one.payload):
                odd.add(one.name)
        if odd:
            what = f"AutoMod is not as it should be: {_list(f'“{name}”' for name in sorted(odd))}."
            advice = "Start Roundtable: it puts that right."
            if self.running:
                advice = "Roundtable runs and could not put it right. Its log says why."
            return [*found, Finding("wrong" if self.running else "warn", what, advice)]
        many = text.plural(len(wanted), "rule")
        return [*found, Finding("ok", f"AutoMod has the bot's {many}, as they should be.")]


def _commands(there: Sequence[Any], wanted: Payload, where: str) -> Iterator[Finding]:
    """Compare by name: what Discord adds to each command is its own affair."""
    published = {(one["name"], one.get("type", listing.SLASH)) for one in there}
    if published == {(one["name"], one["type"]) for one in wanted}:
        yield Finding("ok", f"The commands of {where} are published.")
    else:
        what = f"The commands of {where} are not published, or are old ones."
        yield Finding("warn", what, PUBLISHES)


def _rights(me: discord.Member, *, bound: bool) -> Iterator[Finding]:
    """Look what the bot may do: all it needs, and nothing else."""
    have = me.guild_permissions
    if have.administrator:
        what = "the bot is an administrator: whoever had its token could do everything."
        advice = "Take “Administrator” away; it needs only what the link that adds it asks for."
        yield Finding("warn", what, advice)
        return
    if lacks := permissions.missing(have):
        what = f"the bot may not do all it has to: {permissions.labels(lacks)}."
        advice = "Give that to its role, in the server's settings."
        yield Finding("wrong" if bound else "warn", what, advice)
    more = have.value & ~permissions.NUMBER & ~me.guild.default_role.permissions.value
    if more:
        what = f"the bot may do more than it needs: {_list(_labels(more))}."
        yield Finding("warn", what, "Take that away from its role.")


def _lobby(guild: discord.Guild, desk: Desk) -> Iterator[Finding]:
    """Look what somebody finds who came into the server without an invite."""
    everyone = guild.default_role
    open_to_all = [
        one
        for one in guild.channels
        if not isinstance(one, discord.CategoryChannel)
        and one.permissions_for(everyone).view_channel
    ]
    if open_to_all:
        names = _list(f"#{text.one_line(one.name)}" for one in open_to_all)
        yield Finding("ok", f"whoever has no invite sees {names}.")
    can_type = any(one.permissions_for(everyone).use_application_commands for one in open_to_all)
    if not can_type and not desk.settings.discord.client_secret:
        what = "nobody without a room can type /join there."
        advice = "Make one channel, a lobby, in which everybody may use commands."
        yield Finding("wrong", what, advice)
    if everyone.permissions.create_instant_invite:
        what = "everybody there can ask others in."
        yield Finding("warn", what, "Take “Create Invite” away from @everyone.")


def _labels(bits: int) -> list[str]:
    return [name.replace("_", " ").title() for name, is_on in discord.Permissions(bits) if is_on]


def _list(words: Iterable[str]) -> str:
    """Return a few of the words, and how many more there are."""
    first, *rest = list(words)
    shown, more = [first, *rest[: MANY - 1]], len(rest) - (MANY - 1)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
