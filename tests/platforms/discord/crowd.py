"""A crowd on Discord: what its people did, what the bot was told of it, and what they got.

    crowd = Crowd(server, channel, people, chance)
    await crowd.acts(member)     a command, a press, a form, a report or words in private

What happened is read at Discord, not from the bot: each thing that was sent to the gateway, by
which session, and every answer that came of it, wherever it stands.
"""

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
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


@dataclass
class Member:
    """Somebody in the crowd; `zones` are what they set, in their order."""

    person: Person
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
        answer = await member.person.runs(self.channel, "ask")
        if answer.kind == "modal":
            await member.person.fills(question="Where do llamas sleep?")

    async def _report(self, member: Member) -> None:
        await member.person.runs(self.channel, "report")

    async def _writes(self, member: Member) -> None:
        member.person.writes(f"/timezone {self._next(member)}")
        await asyncio.sleep(0)

    # --- What the bot was told -------------------------------------------------------------------

    def _heard(self, event: str, payload: Mapping[str, Any]) -> None:
        sessions = tuple(self.server.gateway.sessions)
        if event == "INTERACTION_CREATE":
            name, what, words = _interaction(payload)
            user = payload.get("member", payload)["user"]["id"]
            self._keep(Told(int(payload["id"]), name, what, int(user), words, sessions))
        elif event == "MESSAGE_CREATE" and "guild_id" not in payload:
            author = int(payload["author"]["id"])
            if author != self.server.bot_id:
                name = f"discord:{payload['id']}"
                words = payload["content"].removeprefix("/timezone ")
                self._keep(Told(int(payload["id"]), name, "words", author, words, sessions))

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
