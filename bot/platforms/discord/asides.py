"""Asides: a talk with one person in a private thread of a room, with people of the team in it.

Only who is put into the thread can read it, and nobody in it can ask others in. Somebody who
cannot be put into one is told the same as a whisper.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Final

import discord
import structlog

from bot import spoken
from bot.actions import Address, Aside, Receipt
from bot.errors import Undeliverable
from bot.platforms.discord import addresses, buttons, markup, traces, wire
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.parcels import Parcel
from bot.platforms.discord.reach import nonce
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.sending import Sender

log = structlog.get_logger(__name__)

LONGEST_TITLE = 100
ROOMY = markup.LIMIT - 30  # for the person's name before it
QUIET: Final = 10080  # minutes without a word, then it goes out of sight; a word brings it back
WHY = "A private talk beside the room"


@dataclass(slots=True)
class Asides:
    """Begins private talks."""

    desk: Desk
    rooms: Rooms
    sender: Sender
    _one: dict[Address, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def begin(self, action: Aside) -> Receipt:
        """Say something to one person in a thread of their own."""
        async with self._one[action.to]:
            try:
                thread = await self._thread(action)
            except Undeliverable as why:
                log.info("said as a whisper instead of in a thread", why=str(why))
                return await self.sender.say(spoken.aside(action))
        return await self._said(action, thread.id)

    async def _said(self, action: Aside, thread: int) -> Receipt:
        """Say it there, and call the one person: nobody looks for a thread by themselves."""
        who = number_of(action.who)
        session = self.desk.db.write if buttons.keeps(action.buttons) else self.desk.db.read
        async with session() as db:
            rows = await buttons.components(db, action.buttons, self.desk.clock.now())
        first, *more = markup.parts(action.text, ROOMY)
        parcels = [Parcel(f"<@{who}> {first}", pings=who), *map(Parcel, more)]
        parcels[-1] = replace(parcels[-1], rows=rows)
        said = []
        for number, parcel in enumerate(parcels):
            async with self.desk.call(addresses.room(thread), action.priority):
                once = nonce(f"{action.key}#{number}")
                said.append(await wire.post(self.desk.client, thread, parcel, once))
        return traces.receipt(self.desk.client, said)

    async def _thread(self, action: Aside) -> discord.Thread:
        """Return a thread with this person and the team's people in it, and nobody else."""
        async with self.desk.call(action.to, action.priority) as number:
            channel = await self.desk.client.fetch_channel(number)
            if not isinstance(channel, discord.TextChannel):
                raise Undeliverable("only a text channel has private threads")
            everyone = [number_of(one) for one in (action.who, *action.also)]
            invited = [user for user in everyone if await _can_come(channel, user)]
            if everyone[0] not in invited:
                raise Undeliverable("the person cannot see the room")
            thread = await self._begun(channel, action, invited) or await channel.create_thread(
                name=_title(action),
                type=discord.ChannelType.private_thread,
                invitable=False,
                auto_archive_duration=QUIET,
                reason=WHY,
            )
            for user in invited:
                await thread.add_user(discord.Object(user))
        return thread

    async def _begun(
        self, channel: discord.TextChannel, action: Aside, invited: list[int]
    ) -> discord.Thread | None:
        """Return the thread of a talk that goes on, or whose making was not heard of."""
        me = channel.guild.me.id
        for thread in await channel.guild.active_threads():
            mine = thread.parent_id == channel.id and thread.owner_id == me
            if mine and thread.is_private() and thread.name == _title(action):
                inside = {member.id for member in await thread.fetch_members()} - {me}
                if inside <= set(invited) and (not inside or invited[0] in inside):
                    return thread
        return None


async def _can_come(channel: discord.TextChannel, user: int) -> bool:
    """Tell whether somebody sees the room: nobody else can open a thread of it."""
    try:
        member = channel.guild.get_member(user) or await channel.guild.fetch_member(user)
    except discord.NotFound:
        return False
    return channel.permissions_for(member).view_channel


def _title(action: Aside) -> str:
    return action.title[:LONGEST_TITLE]
