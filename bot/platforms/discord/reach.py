"""Reach: whether the bot can write to somebody in private, and how it calls them if it cannot.

Who takes no private messages is called once: a private thread of the room, with only that person
in it, gets one neutral line with a button. What they are to be told waits in the outbox, and is
said before their eyes only as soon as they press that button, or ask for anything else.
"""

import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

import discord
import structlog

from bot.actions import Address, Base, platform_of
from bot.errors import DeliveryError, RetryLater
from bot.platforms.discord import wire
from bot.platforms.discord.addresses import NAME, number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.parcels import Parcel
from bot.platforms.discord.refusals import Closed, Spent
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.tables import DiscordPerson
from bot.platforms.discord.trays import button, trays
from bot.platforms.discord.wire import Shown
from bot.store import groups, outbox, people
from bot.store.db import vault_of

log = structlog.get_logger(__name__)

WAIT_SECONDS = 600.0
AWAY_SECONDS = 60.0  # who is about to come into the server is found at once when they do
HERE_SECONDS = 1.0  # they came while it was tried
AGAIN = timedelta(hours=6)
REMEMBERED, MOST_REMEMBERED = timedelta(minutes=1), 10_000  # another process may know better
TITLE = "For you"
NUDGE = "I have something for you. Only you can read it."
FOR_ONE = "I have something for one of you. Only that person can read it."
READ, OPEN = "Read it", "open"
TROUBLE = (DeliveryError, Closed, Spent)


def nonce(key: str) -> str:
    """Return what Discord knows a message by, so that the same again is not shown twice."""
    return blake2b(key.encode(), digest_size=12).hexdigest() if key else ""


@dataclass(slots=True)
class Reach:
    """Knows who can be written to, and writes to them."""

    desk: Desk
    replies: Replies
    _closed: set[Address] = field(default_factory=set)
    _reached: dict[Address, datetime] = field(default_factory=dict)
    _threads: dict[Address, int] = field(default_factory=dict)

    async def write(self, action: Base, parcel: Parcel, key: str) -> Shown:
        """Say something to a person alone; raises RetryLater if it has to wait for them."""
        who, began = action.to, self.desk.clock.now()
        by_token = await self._by_token(who, parcel, key) if who in self._closed else None
        if by_token is not None:
            return by_token
        try:
            async with self.desk.call(who, action.priority) as user:
                talk = await self.desk.talk(user)
                said = await wire.post(self.desk.client, talk.id, parcel, nonce(key))
        except Closed as why:
            return await self._otherwise(action, parcel, key, why, began)
        await self._opened(who)
        return said

    async def found(self, who: Address) -> bool:
        """Note that somebody is there; tells whether something waited for them, which goes now."""
        now = self.desk.clock.now()
        if self._was_reached(who, now):
            return False
        async with self.desk.db.read() as db:
            row = await db.get(DiscordPerson, vault_of(db).lookup("account", who))
        if row is None or row.reachable:
            return False
        self._reached.pop(who, None)
        self._closed.add(who)
        async with self.desk.db.write() as db:
            row.nudged_at, row.updated_at = None, now
            await db.merge(row)
            await outbox.hurry(db, who, now)
            waits = await outbox.is_waiting(db, who, now)
        self.desk.wake()
        return waits

    async def heard(self, who: Address) -> None:
        """Note that somebody wrote to the bot in private: there they look for the answer."""
        await self.found(who)
        await self._opened(who)

    async def lost(
        self, who: Address, room: Address | None, *, absent: bool = False
    ) -> datetime | None:
        """Note that somebody cannot be written to; now and then, call them if they are there.

        Returns when they were found last, if that was a moment ago.
        """
        now = self.desk.clock.now()
        async with self.desk.db.write() as db:
            lookup = vault_of(db).lookup("account", who)
            row = await db.get(DiscordPerson, lookup) or DiscordPerson(
                lookup=lookup, updated_at=now
            )
            row.reachable, row.updated_at = False, now
            calls = not absent and (row.nudged_at is None or now - row.nudged_at > AGAIN)
            if calls:
                row.nudged_at = now
            db.add(row)
        met = self._reached.pop(who, None)  # only now: they may have come while this was written
        room = (room or await self._room(who)) if calls else None
        if room is not None:
            with contextlib.suppress(*TROUBLE):  # what waits is tried again, and then so is this
                await self._call(who, room)
        return met

    async def _otherwise(
        self, action: Base, parcel: Parcel, key: str, why: Closed, began: datetime
    ) -> Shown:
        """Say it in answer to something that the person asked a moment ago, or call them."""
        self._closed.add(action.to)
        by_token = await self._by_token(action.to, parcel, key)
        if by_token is not None:
            return by_token
        met = await self.lost(action.to, action.room, absent=why.absent)
        if met is not None and met > began:
            raise RetryLater(HERE_SECONDS, str(why))
        raise RetryLater(AWAY_SECONDS if why.absent else WAIT_SECONDS, str(why))

    async def _by_token(self, who: Address, parcel: Parcel, key: str) -> Shown | None:
        token = self.replies.latest(who)
        with contextlib.suppress(Spent):
            return await self.replies.say(token, parcel, to=who, key=key) if token else None
        return None

    async def _opened(self, who: Address) -> None:
        """Note that somebody can be written to again."""
        if who not in self._closed:
            return
        self._closed.discard(who)
        now = self.desk.clock.now()
        async with self.desk.db.write() as db:
            row = await db.get(DiscordPerson, vault_of(db).lookup("account", who))
            if row is not None:
                row.reachable, row.nudged_at, row.updated_at = True, None, now

    async def _room(self, who: Address) -> Address | None:
        """Return a room in which somebody can be called, if they have a place in a group."""
        async with self.desk.db.read() as db:
            known = await people.find(db, who)
            for place in await people.memberships(db, known.id) if known else ():
                for room in await groups.rooms(db, place.group_id, groups.GROUP):
                    if platform_of(room) == NAME:
                        return room
        return None

    async def _call(self, who: Address, room: Address) -> None:
        """Put the neutral line where only that person reads it, or else into the room."""
        user, rows = number_of(who), trays([[button(READ, custom_id=OPEN, style="primary")]])
        async with self.desk.call(room) as channel:
            thread = self._threads.get(who) or await self._thread(channel, user)
            if thread is None:
                await wire.post(self.desk.client, channel, Parcel(FOR_ONE, rows, silent=True))
                return
            self._threads[who] = thread
            words = f"<@{user}> {NUDGE}"
            await wire.post(self.desk.client, thread, Parcel(words, rows, pings=user))

    async def _thread(self, channel: int, user: int) -> int | None:
        """Return a private thread with one person in it; None if there can be none."""
        http = self.desk.client.http
        try:
            made = await http.start_thread_without_message(
                channel,
                name=TITLE,
                auto_archive_duration=60,
                type=discord.ChannelType.private_thread.value,
                invitable=False,
            )
        except discord.HTTPException as refused:
            log.warning("no private thread could be made", code=refused.code)
            return None
        thread = int(made["id"])
        try:
            await http.add_user_to_thread(thread, user)
        except discord.HTTPException:
            with contextlib.suppress(discord.HTTPException):  # an empty one does no harm
                await http.delete_channel(thread)
            raise
        return thread

    def _was_reached(self, who: Address, now: datetime) -> bool:
        """Tell whether this was looked up a moment ago, and note that it is now."""
        if len(self._reached) > MOST_REMEMBERED:
            self._reached.clear()
        last = self._reached.get(who)
        if last is not None and now - last < REMEMBERED:
            return True
        self._reached[who] = now
        return False
