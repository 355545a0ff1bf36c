"""The platform: two verbs on Discord. The parts know how; this puts them together."""

import asyncio
import itertools
from collections.abc import Callable, Sequence

import discord
import structlog
from sqlalchemy.exc import OperationalError
from starlette.routing import Route as Page

from bot import actions
from bot.actions import Action, Receipt
from bot.budget import Budget, Limits
from bot.clock import Clock
from bot.errors import DeliveryError, RetryLater, Undeliverable
from bot.platforms import Capabilities, Passage, Receive
from bot.platforms.discord import addresses, forgetting, modes
from bot.platforms.discord.asides import Asides
from bot.platforms.discord.automod import AutoMod
from bot.platforms.discord.catchup import Catchup
from bot.platforms.discord.commands import Commands
from bot.platforms.discord.connection import Connection
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.ear import Ear
from bot.platforms.discord.forms import Forms
from bot.platforms.discord.gates import Gates
from bot.platforms.discord.grants import Grants
from bot.platforms.discord.intake import Intake
from bot.platforms.discord.members import Members
from bot.platforms.discord.occasions import Occasions
from bot.platforms.discord.passages import Passages
from bot.platforms.discord.policy.compiled import Watch
from bot.platforms.discord.reach import Reach
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.secure import Keeper
from bot.platforms.discord.sending import Sender
from bot.platforms.discord.upkeep import Upkeep
from bot.routing import Table
from bot.settings import Settings
from bot.store.db import Database

log = structlog.get_logger(__name__)

TROUBLE = (DeliveryError, discord.DiscordException, OperationalError)
# Of Discord's 50. What is asked again after a 429, discord.py sends without asking for a turn.
LIMITS = Limits(overall="35/second", chat="35/second", group="35/second")
MINUTE = 60.0
NOT_YET = 1.0
TEXT_LIMIT = 2000

Arrangement = (
    actions.Admit
    | actions.Decline
    | actions.Restrict
    | actions.Remove
    | actions.Secure
    | actions.Aside
    | actions.Occasion
)


class DiscordPlatform:
    """Discord. `wake` says that the outbox holds something; main sets it."""

    name = addresses.NAME

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        table: Table,
        watched: Sequence[Watch],
        budget: Budget | None = None,
    ) -> None:
        """Take the parts; `watched` is what Discord's own filter is to look for.

        `budget` is what the token may do: a little less than Discord lets it.
        """
        self.settings = settings
        self.connection = Connection(settings.discord)
        self.looked_after = asyncio.Event()  # every server was looked through once
        self.upkeep: Upkeep | None = None
        self.desk = desk = Desk(
            self.connection.client(), budget or Budget(LIMITS), db, clock, settings
        )
        self.rooms = Rooms(desk)
        self.replies = Replies(desk)
        self.reach = Reach(desk, self.replies)
        self.sender = Sender(desk, self.replies, self.reach)
        self.grants = Grants(desk)
        self.gates = Gates(desk, self.rooms, self.grants)
        self.keeper = Keeper(desk, self.rooms)
        self.asides = Asides(desk, self.rooms, self.sender)
        self.occasions = Occasions(desk, self.rooms, self.sender)
        self.forms = Forms(desk, self.replies)
        self.commands = Commands(desk, table)
        self.automod = AutoMod(desk, self.rooms, watched)
        self.passages = Passages(desk, self.grants)

    @property
    def passage(self) -> Passage | None:
        """Return the way in by the clinic's own page, which needs the application's secret."""
        return self.passages if self.settings.discord.client_secret else None

    @property
    def wake(self) -> Callable[[], None]:
        """Return what says that the outbox holds something."""
        return self.desk.wake

    @wake.setter
    def wake(self, call: Callable[[], None]) -> None:
        self.desk.wake = call

    @property
    def capabilities(self) -> Capabilities:
        """Return what Discord can do."""
        return Capabilities(
            whispers=True,
            deletes=True,
            forms=True,
            private_talk=True,
            reads=self.settings.discord.content_mode,
            secures=True,
            text_limit=TEXT_LIMIT,
        )

    @property
    def is_busy(self) -> bool:
        """Tell whether anything that was heard is still being taken in."""
        return self.connection.ear is not None and self.connection.ear.is_busy

    @property
    def pages(self) -> list[Page]:
        """Return the pages that Discord calls: none, since it is heard by its gateway."""
        return []

    async def run(self, receive: Receive) -> None:
        """Hear until cancelled; a connection that ends for good is begun anew."""
        modes.warn(self.settings)
        await self.rooms.load()
        await self.forms.resume(receive)
        tidying = asyncio.create_task(self._tidy())
        try:
            await self.connection.run(self.desk, lambda: self._ear(receive), self.replies.close)
        finally:
            tidying.cancel()

    def _ear(self, receive: Receive) -> Ear:
        desk, rooms = self.desk, self.rooms
        intake = Intake(desk, self.replies, self.reach, self.forms, self.commands, rooms, receive)
        members = Members(desk, rooms, self.reach, receive)
        self.upkeep = Upkeep(
            desk, rooms, self.commands, self.automod, self.keeper, members, receive
        )
        catchup = Catchup(desk, rooms, intake)
        return Ear(intake, members, catchup, self.automod, self.upkeep, receive, self.looked_after)

    async def perform(self, action: Action) -> Receipt:
        """Carry one action out; raises RetryLater or Undeliverable."""
        if not self.desk.is_known:
            raise RetryLater(NOT_YET, "Discord has not been reached yet")
        match action:
            case actions.Ask():
                return await self.forms.begin(action)
            case actions.Send() | actions.SendFile():
                return await self.sender.say(action)
            case actions.Edit() | actions.Delete() | actions.Pin():
                return await self.sender.change(action)
            case actions.Post():
                raise Undeliverable("nobody's words wait on Discord: they stand there at once")
            case _:
                return await self._arrange(action)

    async def _arrange(self, action: Arrangement) -> Receipt:
        """Carry out what says nothing itself: who is where, and in which rooms."""
        match action:
            case actions.Secure():
                return await self._secure(action)
            case actions.Aside():
                return await self.asides.begin(action)
            case actions.Occasion():
                return await self.occasions.put(action)
            case _:
                return await self.gates.perform(action)

    async def _secure(self, action: actions.Secure) -> Receipt:
        """Keep a room to those who are let in, and bring its server up to date."""
        receipt, _ = await self.keeper.secure(action)
        room = self.rooms.of(action.to)
        if self.upkeep is not None and room is not None:
            self.upkeep.asked(action.to)
            await self.upkeep.refreshed(room.guild)
        return receipt

    async def _tidy(self) -> None:
        """Drop what is no longer needed, and look after every server, now and then."""
        for minute in itertools.count(1):
            await asyncio.sleep(MINUTE)
            try:
                if self.connection.ear is not None and self.desk.is_known:
                    await self.connection.ear.again()
                if minute % 60 == 0:
                    await self._hourly()
            except TROUBLE as trouble:  # the next time comes all the same
                log.warning("discord was not tidied", why=type(trouble).__name__)

    async def _hourly(self) -> None:
        await forgetting.old(self.desk)
        await self.passages.tidy()
        if self.upkeep is not None and self.desk.is_known:
            await self.gates.quiet.lift()
            await self.upkeep.everything()
