"""Catching up: what was said while the bot was away, where it may read what is said.

    whole ──(the gateway began anew, or a message was not taken)──> with a gap
      ^                                                                 │
      └──(all that was said since then was fetched and taken)───────────┘

For each room it is kept, now and then and when the program ends, up to which message all was
heard. What is said after a gap does not count until the gap is closed. The ring knows each message
by its number and takes none twice. Where the bot may not read, only the number is kept, so that
nothing that was said under that promise is read later.
"""

from dataclasses import dataclass, field

import discord
import structlog
from discord.utils import time_snowflake
from sqlalchemy.exc import OperationalError

from bot.actions import Address
from bot.errors import DeliveryError
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.intake import Intake
from bot.platforms.discord.rooms import Room, Rooms

log = structlog.get_logger(__name__)

PAGE = 100  # messages that Discord gives at once

Place = discord.TextChannel | discord.Thread


@dataclass(slots=True)
class Catchup:
    """Knows how far each room was heard, and fetches what was missed."""

    desk: Desk
    rooms: Rooms
    intake: Intake
    _heard: dict[Address, int] = field(default_factory=dict)
    _beyond: dict[Address, int] = field(default_factory=dict)
    _whole: set[Address] = field(default_factory=set)

    @property
    def _reads(self) -> bool:
        return self.desk.settings.discord.content_mode

    def heard(self, room: Address, message: int) -> None:
        """Note that a message was given to the ring."""
        known = self.rooms.of(room)
        if known is None:
            return
        if not known.seen and room not in self._heard:  # a new room: before this, it missed nothing
            self._whole.add(room)
        where = self._heard if room in self._whole or not self._reads else self._beyond
        where[room] = max(message, where.get(room, 0))

    def missed(self, room: Address) -> None:
        """Note that a message could not be taken: it is fetched again."""
        self._whole.discard(room)

    def interrupted(self) -> None:
        """Note that the gateway begins anew: nobody told what was said in between."""
        self._whole.clear()

    async def keep(self) -> None:
        """Write down how far each room was heard."""
        fresh, self._heard = self._heard, {}
        if fresh:
            await self.rooms.seen({room: str(number) for room, number in fresh.items()})

    async def run(self) -> None:
        """Fetch what was missed, in every room that has a gap."""
        for room in self.rooms.every() if self._reads else ():
            if room.address not in self._whole and (places := self._places(room)):
                try:
                    await self._close(room, places)
                except (DeliveryError, OperationalError) as problem:
                    log.warning("a room was not caught up", why=type(problem).__name__)
        await self.keep()

    def _places(self, room: Room) -> list[Place]:
        """Return the channel and its threads, as far as Discord has told of them."""
        guild = self.desk.client.get_guild(room.guild)
        channel = guild.get_channel(room.channel) if guild else None
        return [channel, *channel.threads] if isinstance(channel, discord.TextChannel) else []

    async def _close(self, room: Room, places: list[Place]) -> None:
        """Close the gap of a room; of one that was never heard, it begins now."""
        at = self._heard.get(room.address) or int(room.seen or 0)
        last = at or time_snowflake(self.desk.clock.now())
        for place in places if at else ():
            last = max(last, await self._take(room, place, at))
        self._whole.add(room.address)
        self.heard(room.address, last)
        if room.address in self._beyond:
            self.heard(room.address, self._beyond.pop(room.address))

    async def _take(self, room: Room, place: Place, after: int) -> int:
        """Take what was said in one place after a message; return the last one's number."""
        missed = await self._page(room, place, after)
        while missed:
            for message in missed:
                await self.intake.message(message)
                after = message.id
            missed = await self._page(room, place, after) if len(missed) == PAGE else []
        return after

    async def _page(self, room: Room, place: Place, after: int) -> list[discord.Message]:
        missed: list[discord.Message] = []
        async with self.desk.call(room.address, counts=False):
            history = place.history(limit=PAGE, after=discord.Object(after), oldest_first=True)
            missed += [message async for message in history]
        return missed
