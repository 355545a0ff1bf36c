"""A storm on Discord: what was put in the outbox, what went wrong, and how long all waited."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.actions import Address, Priority, Send
from bot.platforms.discord import addresses
from bot.store import outbox
from tests.platforms.discord.clinic import Clinic
from tests.platforms.discord_api.faults import Fault, Faults

PAUSE = (0.0, 0.9)  # seconds between two mishaps
MISHAPS: tuple[dict[str, Any], ...] = (
    {"retry_after": 0.4},
    {"retry_after": 0.6, "is_global": True},
    {"retry_after": 0.5, "via": False},
    {"status": 500},
    {"status": 502, "done": True},
    {"status": 503},
    {"reset": True},
    {"reset": True, "done": True},
)


class Wait(NamedTuple):
    """How long something waited: in seconds, and in requests of the bot that went before it."""

    seconds: float
    calls: int


@dataclass
class Storm:
    """What was put in the outbox, and when, by its words."""

    here: Clinic
    chance: random.Random
    put_at: dict[str, tuple[float, int]] = field(default_factory=dict)
    chats: dict[str, Address] = field(default_factory=dict)
    urgency: dict[str, Priority] = field(default_factory=dict)

    async def put(self, sends: Sequence[tuple[Address, Priority]]) -> None:
        """Put messages in the outbox, all in one transaction."""
        now = self.here.bot.clock.now()
        async with self.here.bot.db.write() as db:
            for to, priority in sends:
                words = f"{priority.name.lower()} {len(self.chats)}"
                self.chats[words], self.urgency[words] = to, priority
                send = Send(to=to, key=f"storm:{words}", priority=priority, text=words)
                await outbox.put(db, send, "g1", now)
                self.put_at[words] = (time.monotonic(), len(self.here.server.requests))
        self.here.bot.app.wake(())

    def shown(self) -> dict[Address, list[str]]:
        """Return what stands in each chat, in order."""
        stands: dict[Address, list[str]] = defaultdict(list)
        world = self.here.server.world
        for number, messages in world.backend.messages.items():
            for message in messages.values():
                if message.author_id == world.bot.id and message.content in self.chats:
                    stands[self._chat(number)].append(str(message.content))
        return stands

    def waits(self) -> dict[str, Wait]:
        """Return how long each waited until Discord took it."""
        found: dict[str, Wait] = {}
        for number, one in enumerate(self.here.server.requests):
            words = self._words(one.json)
            if words and one.status == 200:
                since, before = self.put_at[words]
                found.setdefault(words, Wait(one.at - since, number - before))
        return found

    def unlucky(self) -> set[Address]:
        """Return the chats in which something went wrong with what is most urgent."""
        hit = {self._words(one.json) for one in self.here.server.requests if one.status != 200}
        urgent = (words for words in hit if words and self.urgency[words] is Priority.CRISIS)
        return {self.chats[words] for words in urgent}

    def _words(self, body: object) -> str:
        words = str(body.get("content")) if isinstance(body, dict) else ""
        return words if words in self.chats else ""

    def _chat(self, number: int) -> Address:
        channel = self.here.server.world.backend.channels[number]
        if channel.guild_id is not None:
            return addresses.room(number)
        mine = self.here.server.bot_id
        return addresses.person(next(one for one in channel.recipient_ids if one != mine))


@asynccontextmanager
async def mishaps(faults: Faults, chance: random.Random) -> AsyncIterator[None]:
    """Let something go wrong with what is sent, now and then, for as long as the block lasts."""

    async def happen() -> None:
        while True:
            await asyncio.sleep(chance.uniform(*PAUSE))
            if not faults.left:
                faults.next("POST", r"/channels/\d+/messages", **chance.choice(MISHAPS))

    going_on = asyncio.create_task(happen())
    try:
        yield
    finally:
        going_on.cancel()
        faults.clear()
        print(f"mishaps: {Counter(_name(fault) for _, fault in faults.happened)}")


def _name(fault: Fault) -> str:
    kind = "torn" if fault.reset else str(fault.status)
    kind += " global" * fault.is_global + " without Via" * (not fault.via)
    return kind + " after it was done" * fault.done
