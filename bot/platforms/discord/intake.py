"""Intake: what the gateway tells, given to the ring; each interaction is answered, whatever comes.

interaction ─> its reply is opened (a clock of two seconds runs) ─> the ring ─> settled
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord
import structlog
from sqlalchemy.exc import OperationalError

from bot import events
from bot.platforms import Outcome, Receive
from bot.platforms.discord import buttons, hearing
from bot.platforms.discord.addresses import person
from bot.platforms.discord.commands import Commands
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.forms import Forms
from bot.platforms.discord.reach import Reach
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.rooms import Rooms

log = structlog.get_logger(__name__)

TOO_OLD = "This button is too old. Please type the command instead."
NOT_KEPT = "I could not take that just now. Please try again in a minute."
NOTHING = "Nothing is waiting for you here."
OPEN = "open"


@dataclass(slots=True)
class Lanes:
    """Lets things of one lane go one after the other, in the order they came."""

    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    _users: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for the lane's turn and hold it for as long as the block lasts."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        self._users[name] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[name] -= 1
            if not self._users[name]:
                del self._users[name], self._locks[name]


@dataclass(slots=True)
class Intake:
    """Gives what was heard to the ring."""

    desk: Desk
    replies: Replies
    reach: Reach
    forms: Forms
    commands: Commands
    rooms: Rooms
    receive: Receive
    lanes: Lanes = field(default_factory=Lanes)

    async def interaction(self, heard: discord.Interaction) -> None:
        """Take a slash command, a press, a choice, a filled form or a right click."""
        if heard.type in {discord.InteractionType.ping, discord.InteractionType.autocomplete}:
            return
        token = self.replies.open(heard)
        answered, notice = False, NOT_KEPT
        try:
            async with self.lanes.turn(person(heard.user.id)):  # what they write in private too
                answered, notice = await self._interaction(heard, token)
        except OperationalError:
            log.warning("an interaction was not stored", kind=heard.type.name)
        finally:  # whatever happens, nobody is left before a line that says “thinking”
            if not answered:
                await self.replies.settle(token, notice)

    async def _interaction(self, heard: discord.Interaction, token: str) -> tuple[bool, str]:
        """Return whether the ring answers by the token, and else what is to be said."""
        waited = await self.reach.found(person(heard.user.id))
        match heard.type:
            case discord.InteractionType.application_command:
                return await self._command(heard, token), ""
            case discord.InteractionType.component:
                return await self._component(heard, token, waited=waited)
            case _:
                return await self.forms.take(heard, token, self.receive), ""

    async def _command(self, heard: discord.Interaction, token: str) -> bool:
        now = self.desk.clock.now()
        match self.commands.menu(heard):
            case ("report", target):
                return await self._give(hearing.reported(heard, token, now, target))
            case ("ask", target):
                command = hearing.command(heard, token, now, "ask", target.content)
                theirs = target.author.id != heard.user.id
                return await self._give(command.model_copy(update={"quoted": theirs}))
        name, args = self.commands.line(heard)
        return await self._give(hearing.command(heard, token, now, name, args))

    async def _component(
        self, heard: discord.Interaction, token: str, *, waited: bool
    ) -> tuple[bool, str]:
        custom_id = buttons.chosen(heard)
        if custom_id == OPEN:
            return waited, NOTHING
        if custom_id.startswith("~"):
            return await self.forms.take(heard, token, self.receive), ""
        async with self.desk.db.read() as db:
            data = await buttons.pressed(db, custom_id)
        if data is None:
            return False, TOO_OLD
        pressed = hearing.pressed(heard, token, self.desk.clock.now(), data)
        return await self._give(pressed), ""

    async def _give(self, event: events.Event) -> bool:
        """Give an event to the ring and tell whether something answers it."""
        outcome = await self.receive(event)
        return answered(event, outcome)

    async def message(self, said: discord.Message) -> None:
        """Take somebody's words: told to the bot alone, naming it, or said where it may read."""
        if not hearing.is_spoken(said):
            return
        chat = hearing.where(said)
        async with self.lanes.turn(chat):
            if said.guild is None:
                await self.reach.heard(chat)
                await self.receive(hearing.told(said))
            elif self.rooms.of(chat) is not None:
                await self._spoken(said)

    async def _spoken(self, said: discord.Message) -> None:
        if self.desk.settings.discord.content_mode:
            await self.receive(hearing.said(said))
        bot = self.desk.client.user
        asked = hearing.asked(said, bot.id) if bot else None
        if asked is not None:
            heard = self.desk.settings.discord.content_mode
            await self.receive(asked.model_copy(update={"heard": heard}))

    async def edited(self, change: discord.RawMessageUpdateEvent) -> None:
        """Take a change of what somebody said, where the bot may read it."""
        said = change.message
        if not hearing.is_spoken(said) or not self.desk.settings.discord.content_mode:
            return
        event, chat = hearing.edited(said), hearing.where(said)
        if event is not None and said.guild is not None and self.rooms.of(chat) is not None:
            async with self.lanes.turn(chat):
                await self.receive(event)


def answered(event: events.Event, outcome: Outcome) -> bool:
    """Tell whether something that came of an event goes to whoever caused it, or where it was."""
    return any(event.is_answered_by(action) for action in outcome.actions)
