"""A crowd on Discord: what its people did, what the bot was told of it, and what they got.

    crowd = Crowd(server, channel, people, chance)
    await crowd.acts(member)     a command, a press, a form, a report or words in private

What happened is read at Discord, not from the bot: each thing that was sent to the gateway, by
which session, and every answer that came of it, wherever it stands.
"""

import asyncio
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from simcord.backend.models import Channel

from bot.platforms.discord import steps
from bot.platforms.discord.reach import nonce
from bot.store import events
from bot.store.db import Database
from tests.platforms.discord_api.maynot import MayNot, Unanswered
from tests.platforms.discord_api.seen import Seen, view
from tests.platforms.discord_api.sessions import Session
from tests.platforms.discord_server import DiscordServer, Person

ZONES = sorted(
    zone for zone in available_timezones() if re.fullmatch("(Asia|Europe)/[A-Z][a-z]+", zone)
)
COMMAND, PRESS, FORM = 2, 3, 5
PACE = (0.3, 2.2)  # seconds between two things that one person does
PRIVACY = "What is held about me"
ENDS = ("#0#0", "#0#form#0")
"""How the keys of what is said end; behind an event's own name they make a message's nonce."""


@dataclass(frozen=True)
class Told:
    """Something that somebody did, as it went to the gateway's sessions."""

    id: int
    event: str
    what: str
    user: int
    words: str
    sessions: tuple[Session, ...]
    at: float
    live: bool


@dataclass
class Member:
    """Somebody in the crowd; an `admin` fills forms. `zones` are what they set, in their order."""

    person: Person
    admin: bool = False
    zones: list[str] = field(default_factory=list)
    failed: int = 0


@dataclass
class Crowd:
    """The people, and all that was told of them."""

    server: DiscordServer
    channel: Channel
    members: list[Member]
    chance: random.Random
    told: dict[int, Told] = field(default_factory=dict)
    acted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.server.world.backend.subscribers.append(self._heard)

    # --- What they do ----------------------------------------------------------------------------

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Let everybody do one thing after the other for as long as the block lasts."""
        over = False

        async def lives(member: Member) -> None:
            while not over:
                await asyncio.sleep(self.chance.uniform(*PACE))
                await self.acts(member)

        lives_of_all = [asyncio.create_task(lives(member)) for member in self.members]
        yield
        over = True
        await asyncio.gather(*lives_of_all)

    async def acts(self, member: Member) -> None:
        """Do something; a bot that does not answer is a thing that happens."""
        ways = (self._zone, self._zones, self._press, self._form, self._report, self._writes)
        try:
            await self.chance.choice(ways)(member)
        except Unanswered:
            member.failed += 1
        except MayNot:  # the button is not on the screen
            self.acted["nothing to press"] += 1

    def _next(self, member: Member) -> str:
        member.zones.append(ZONES[len(member.zones) % len(ZONES)])
        return member.zones[-1]

    async def _zone(self, member: Member) -> None:
        await member.person.runs(self.channel, "timezone", zone=self._next(member))

    async def _zones(self, member: Member) -> None:
        """Send two, without waiting for the first."""
        first = asyncio.create_task(self._zone(member))
        await asyncio.sleep(0.02)
        second = asyncio.create_task(self._zone(member))
        for outcome in await asyncio.gather(first, second, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _press(self, member: Member) -> None:
        if self.chance.random() < 0.5:
            await member.person.runs(self.channel, "settings")
        await member.person.presses(PRIVACY, channel=self.channel)

    async def _form(self, member: Member) -> None:
        if not member.admin:
            return
        answer = await member.person.runs(self.channel, "invite")
        if answer.kind == "modal":
            await member.person.fills(label=f"For somebody {len(self.told)}")

    async def _report(self, member: Member) -> None:
        await member.person.runs(self.channel, "report")

    async def _writes(self, member: Member) -> None:
        member.person.writes(f"/timezone {self._next(member)}")
        await asyncio.sleep(0)

    # --- What the bot was told -------------------------------------------------------------------

    def _heard(self, event: str, payload: Mapping[str, Any]) -> None:
        sessions, now = tuple(self.server.gateway.sessions), time.time()
        live = any(one.connected for one in sessions)
        if event == "INTERACTION_CREATE":
            name, what, words = _interaction(payload)
            user = payload.get("member", payload)["user"]["id"]
            self._keep(Told(int(payload["id"]), name, what, int(user), words, sessions, now, live))
        elif event == "MESSAGE_CREATE" and "guild_id" not in payload:
            author = int(payload["author"]["id"])
            if author != self.server.bot_id:
                name = f"discord:{payload['id']}"
                words = payload["content"].removeprefix("/timezone ")
                self._keep(
                    Told(int(payload["id"]), name, "words", author, words, sessions, now, live)
                )

    def _keep(self, told: Told) -> None:
        self.told[told.id] = told
        self.acted[told.what] += 1

    # --- What they got ---------------------------------------------------------------------------

    def answers(self) -> dict[int, list[Seen]]:
        """Return what the bot said to each thing, by its number, oldest first."""
        by_nonce = {nonce(one.event + end): one.id for one in self.told.values() for end in ENDS}
        found: dict[int, list[Seen]] = defaultdict(list)
        backend = self.server.world.backend
        for message in (one for inside in backend.messages.values() for one in inside.values()):
            asked = int((message.interaction_metadata or {}).get("id") or 0)
            asked = asked or by_nonce.get(self.server.world.nonces.get(message.id, ""), 0)
            if asked:
                found[asked].append(view(self.server.world, message))
        return found

    def answered(self, told: Told) -> bool:
        """Tell whether the bot answered an interaction in any way."""
        record = self.server.world.backend.interactions.get(told.id)
        return record is not None and record.responded

    def opened(self, told: Told) -> bool:
        """Tell whether a form was opened in answer."""
        record = self.server.world.backend.interactions.get(told.id)
        return record is not None and record.modal is not None

    async def stored(self, db: Database) -> set[int]:
        """Return the numbers of what the bot took, by its own rows."""
        async with db.read() as session:
            return {
                one.id for one in self.told.values() if not await events.is_new(session, one.event)
            }


def _interaction(payload: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the event that an interaction becomes, what kind of thing it is, and its words."""
    number, data = payload["id"], payload["data"]
    if payload["type"] == FORM:
        return f"discord:form:{steps.read(data['custom_id']).token}", "form sent", ""
    if payload["type"] == PRESS:
        return f"discord:{number}", "press", ""
    options = data.get("options") or [{}]
    return f"discord:{number}", str(data["name"]), str(options[0].get("value", ""))
