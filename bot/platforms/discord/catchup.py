"""Catching up: what was said while the bot was away, where it may read what is said.

For each room the last message heard is kept, now and then and when the program ends. After a start,
or when the gateway had to begin anew, what was said since then is fetched and given to the ring,
which knows each message by its number and takes none twice.
"""

from dataclasses import dataclass, field

import discord
import structlog

from bot.actions import Address
from bot.errors import DeliveryError
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.intake import Intake
from bot.platforms.discord.rooms import Room, Rooms

log = structlog.get_logger(__name__)

MOST = 2000  # messages of one room: who was away for longer looks at the room by hand


@dataclass(slots=True)
class Catchup:
    """Knows how far each room was heard."""

    desk: Desk
    rooms: Rooms
    intake: Intake
    _heard: dict[Address, int] = field(default_factory=dict)

    def heard(self, room: Address, message: int) -> None:
        """Note that a message was given to the ring."""
        self._heard[room] = max(message, self._heard.get(room, 0))

    async def keep(self) -> None:
        """Write down how far each room was heard."""
        fresh, self._heard = self._heard, {}
        if fresh:
            await self.rooms.seen({room: str(number) for room, number in fresh.items()})

    async def run(self) -> None:
        """Fetch what was missed in every room."""
        await self.keep()
        for room in self.rooms.every():
            try:
                await self._room(room)
            except DeliveryError as problem:
                log.warning("a room was not caught up", why=str(problem))
        await self.keep()

    async def _room(self, room: Room) -> None:
        if not room.seen:
            return
        missed: list[discord.Message] = []
        after = discord.Object(int(room.seen))
        async with self.desk.call(room.address, counts=False):
            channel = self.desk.channel(number_of(room.address))
            history = channel.history(limit=MOST, after=after, oldest_first=True)
            missed = [message async for message in history]
        for message in missed:
            await self.intake.message(message)
            self.heard(room.address, message.id)
