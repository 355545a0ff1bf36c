"""The platform: two verbs on Telegram. The parts know how; this puts them together."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from starlette.routing import Route as Page
from telegram.error import TelegramError

from bot import actions, spoken
from bot.actions import Action, Receipt, is_person
from bot.budget import Budget
from bot.clock import Clock
from bot.doorkeeper import Doorkeeper
from bot.errors import RetryLater, Undeliverable
from bot.events import NOBODY, Moved
from bot.platforms import Capabilities, Passage, Receive
from bot.platforms.telegram import addresses, buttons, passes, polling, webhook
from bot.platforms.telegram.codes import Codes
from bot.platforms.telegram.desk import Desk
from bot.platforms.telegram.gates import Gates
from bot.platforms.telegram.intake import Intake
from bot.platforms.telegram.menus import Menus
from bot.platforms.telegram.polling import Line, Poller, take_in
from bot.platforms.telegram.reach import WAIT_SECONDS, Reach
from bot.platforms.telegram.refusals import Migrated, Unreachable
from bot.platforms.telegram.sending import Sender
from bot.platforms.telegram.talks import Talks
from bot.platforms.telegram.webhook import Webhook
from bot.platforms.telegram.wire import AioRequest
from bot.routing import Table
from bot.settings import Settings
from bot.store.db import Database

log = structlog.get_logger(__name__)

HOUR = 3600.0
KEPT = timedelta(days=400)  # buttons in old messages work for as long as anybody scrolls back
A_DAY = timedelta(days=1)
NOT_YET, AGAIN = 1.0, 10.0  # seconds


class TelegramPlatform:
    """Telegram. `wake` says that the outbox holds something; main sets it."""

    name = addresses.NAME
    passage: Passage | None = None  # people come in by a link

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        table: Table,
        budget: Budget | None = None,
    ) -> None:
        """Take the parts; `budget` is what the token may do, which is Telegram's own limits."""
        self.settings = settings.telegram
        bot = Line(
            self.settings.token,
            base_url=self.settings.api_url,
            base_file_url=self.settings.file_url,
            request=AioRequest(),
            get_updates_request=AioRequest(connection_pool_size=2),
        )
        self.line = bot
        self.desk = Desk(bot, budget or Budget(), db, clock)
        self.sender = Sender(self.desk)
        self.gates = Gates(self.desk, self.sender)
        self.reach = Reach(self.desk)
        self.talks = Talks(db, clock)
        self.menus = Menus(self.desk, table)
        self.codes = Codes(self.desk, Doorkeeper(settings.invites, clock))
        self.hook = Webhook(self.settings)
        self.intake: Intake | None = None  # once it runs

    @property
    def wake(self) -> Callable[[], None]:
        """Return what says that the outbox holds something."""
        return self.desk.wake

    @wake.setter
    def wake(self, call: Callable[[], None]) -> None:
        self.desk.wake = call

    @property
    def capabilities(self) -> Capabilities:
        """Return what Telegram can do; the way in is known once the bot knows its own name."""
        return Capabilities(
            deletes=True,
            forms=True,
            echoes=True,
            private_talk=True,
            picks_rooms=True,
            door=self.desk.deep_link("{code}"),
        )

    @property
    def pages(self) -> list[Page]:
        """Return the page that Telegram calls, if it is to call."""
        if self.settings.mode != "webhook":
            return []
        return [Page(webhook.path(self.settings), self.hook.called, methods=["POST"])]

    async def run(self, receive: Receive) -> None:
        """Hear until cancelled."""
        tidying = asyncio.create_task(self._tidy())
        try:
            await _until_done(self._introduced)
            parts = (self.desk, self.talks, self.reach, self.gates, self.menus, self.codes)
            self.intake = intake = Intake(*parts, receive)
            self.menus.publish()
            if self.settings.mode == "webhook":
                self.hook.take = lambda raw: take_in(raw, intake.take, intake.unreadable)
                await _until_done(lambda: self.hook.publish(self.line))
                await asyncio.Event().wait()
            await Poller(self.line, intake.take, intake.unreadable).run()
        finally:
            self.hook.take = None
            tidying.cancel()
            await self.menus.stop()
            await self.line.shutdown()

    async def _introduced(self) -> None:
        """Learn from Telegram who the bot is."""
        await self.line.initialize()
        self.desk.username = self.line.username
        log.info("telegram ready", mode=self.settings.mode)

    async def perform(self, action: Action) -> Receipt:
        """Carry one action out; raises RetryLater or Undeliverable."""
        if not self.desk.username:
            raise RetryLater(NOT_YET, "Telegram has not been reached yet")
        action = await spoken.in_words(self.desk.db, action)
        try:
            return await self._perform(action)
        except Unreachable as why:
            who = getattr(action, "who", action.to)
            await self.reach.lost(who, action.room if is_person(action.to) else None)
            raise RetryLater(WAIT_SECONDS, str(why)) from None
        except Migrated as moved:
            await self._moved(action, moved.chat)
            raise RetryLater(NOT_YET, str(moved)) from None

    async def _perform(self, action: Action) -> Receipt:
        match action:
            case actions.Ask():
                return await self.sender.send(await self.talks.begin(action))
            case actions.Send() | actions.SendFile():
                return await self.sender.say(action)
            case actions.Edit() | actions.Delete() | actions.Pin():
                return await self.sender.change(action)
            case actions.Post():
                raise Undeliverable("nobody's words wait on Telegram: they stand there at once")
            case actions.Admit() | actions.Decline() | actions.Restrict() | actions.Remove():
                return await self.gates.perform(action)
            case _:
                return Receipt()  # to secure a room is to look at each person, as the gate does

    async def _moved(self, action: Action, chat: int) -> None:
        """Tell the ring that a group has another number, if its own update has not told yet."""
        old = addresses.room(addresses.chat_of(action.to))
        if self.intake is not None:
            await self.intake.give(
                Moved(
                    id=f"telegram:moved:{old}",
                    at=self.desk.clock.now(),
                    chat=old,
                    user=NOBODY,
                    room=addresses.room(chat),
                )
            )

    async def _tidy(self) -> None:
        """Drop what is no longer needed, now and then."""
        while True:
            await asyncio.sleep(HOUR)
            now = self.desk.clock.now()
            await self.gates.revoke_used()
            await self.talks.forget(now - A_DAY)
            async with self.desk.db.write() as db:
                await passes.forget(db, now - KEPT)
                await buttons.forget(db, now - KEPT)


async def _until_done(call: Callable[[], Awaitable[None]]) -> None:
    """Make a call that nothing goes on without; trouble is told and tried again."""
    while True:
        try:
            return await call()
        except TelegramError as trouble:
            log.warning("telegram not reached", why=polling.reason(trouble))
            await asyncio.sleep(AGAIN)
