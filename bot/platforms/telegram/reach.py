"""Reach: whether the bot can write to somebody, and how it asks them to open it.

A bot cannot write to somebody who never opened it. What they are to be told waits in the outbox;
the room in which they asked gets one neutral line with a button that opens the bot.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.actions import Address
from bot.errors import DeliveryError
from bot.platforms.telegram.addresses import thread_of
from bot.platforms.telegram.desk import Desk
from bot.platforms.telegram.refusals import Migrated
from bot.platforms.telegram.tables import TelegramPerson
from bot.store import outbox
from bot.store.db import vault_of

WAIT_SECONDS = 600.0
AGAIN = timedelta(hours=6)
REMEMBERED, MOST_REMEMBERED = timedelta(minutes=1), 10_000  # another process may know better
NUDGE = "I have an answer for one of you. Please open a private chat with me to read it."
OPEN = "Open the bot"


@dataclass(slots=True)
class Reach:
    """Knows who can be written to."""

    desk: Desk
    _reached: dict[Address, datetime] = field(default_factory=dict)

    async def lost(self, who: Address, room: Address | None) -> None:
        """Note that somebody cannot be written to; now and then, ask them to open the bot."""
        now = self.desk.clock.now()
        self._reached.pop(who, None)
        async with self.desk.db.write() as db:
            lookup = vault_of(db).lookup("account", who)
            row = await db.get(TelegramPerson, lookup) or TelegramPerson(
                lookup=lookup, updated_at=now
            )
            row.reachable, row.updated_at = False, now
            ask = room is not None and _is_time(row.nudged_at, now)
            if ask:
                row.nudged_at = now
            db.add(row)
        if ask and room is not None and self.desk.username:
            await self._nudge(room)

    async def _nudge(self, room: Address) -> None:
        button = InlineKeyboardButton(OPEN, url=self.desk.deep_link())
        try:
            async with self.desk.call(room) as chat:
                await self.desk.bot.send_message(
                    chat,
                    NUDGE,
                    message_thread_id=thread_of(room),
                    disable_notification=True,
                    reply_markup=InlineKeyboardMarkup([[button]]),
                )
        except (DeliveryError, Migrated):
            return  # what waits is tried again, and then so is this

    async def found(self, who: Address) -> bool:
        """Note that somebody can be written to, and let what waited for them go at once.

        Tells whether that is news: then they have not seen yet what waited.
        """
        now = self.desk.clock.now()
        if self._was_reached(who, now):
            return False
        async with self.desk.db.read() as db:
            row = await db.get(TelegramPerson, vault_of(db).lookup("account", who))
        if row is None or row.reachable:
            return False
        async with self.desk.db.write() as db:
            row.reachable, row.nudged_at, row.updated_at = True, None, now
            await db.merge(row)
            await outbox.hurry(db, who, now)
        self.desk.wake()
        return True

    def _was_reached(self, who: Address, now: datetime) -> bool:
        """Tell whether this was looked up a moment ago, and note that it is now."""
        if len(self._reached) > MOST_REMEMBERED:
            self._reached.clear()
        last = self._reached.get(who)
        if last is not None and now - last < REMEMBERED:
            return True
        self._reached[who] = now
        return False

    async def is_lost(self, who: Address) -> bool:
        """Tell whether somebody is known not to be reachable."""
        async with self.desk.db.read() as db:
            row = await db.get(TelegramPerson, vault_of(db).lookup("account", who))
        return row is not None and not row.reachable


def _is_time(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last > AGAIN
