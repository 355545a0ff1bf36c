"""Intake: one update at a time, given to the ring; when this returns, it is safely stored."""

from dataclasses import dataclass

import structlog
from telegram import Update
from telegram._utils.types import JSONDict

from bot import events
from bot.actions import is_person
from bot.errors import RoundtableError
from bot.platforms import Outcome, Receive
from bot.platforms.telegram import buttons
from bot.platforms.telegram.addresses import thread_of
from bot.platforms.telegram.codes import Codes
from bot.platforms.telegram.desk import Desk
from bot.platforms.telegram.folders import Filled
from bot.platforms.telegram.gates import Gates
from bot.platforms.telegram.hearing import Ear, Faceless, Heard, Reached, Shared
from bot.platforms.telegram.menus import Menus
from bot.platforms.telegram.reach import Reach
from bot.platforms.telegram.rescue import rescued
from bot.platforms.telegram.talks import Step, Talks
from bot.store import events as seen

log = structlog.get_logger(__name__)

# What an update leads to that is not as the library, or the bot, expects it.
MALFORMED = (AttributeError, LookupError, OSError, OverflowError, TypeError, ValueError)
TOO_OLD = "This button is too old. Please type the command instead."
WRITTEN = "I have written to you privately."
FACELESS = (
    "You are writing as the group itself, so I cannot tell who you are. Please turn off "
    "“Remain anonymous” for yourself among the administrators, and try again."
)


@dataclass(slots=True)
class Intake:
    """Gives what Telegram tells to the ring, and forms that are being asked to their talks."""

    desk: Desk
    talks: Talks
    reach: Reach
    gates: Gates
    menus: Menus
    codes: Codes
    receive: Receive

    async def take(self, raw: JSONDict) -> None:
        """Take one update; raises OperationalError if it could not be stored."""
        ear = self._ear()
        try:
            heard = ear.hear(Update.de_json(raw, self.desk.bot))
        except MALFORMED as fault:
            await self.unreadable(raw, fault)
            heard = rescued(raw, ear.name(raw.get("update_id")), ear.now, ear.username)
        if heard is not None:
            await self._heard(heard)

    async def unreadable(self, raw: JSONDict, fault: Exception) -> None:
        """Record an update that could not be used, without its words."""
        number, ear, kind = raw.get("update_id"), self._ear(), type(fault).__name__
        log.error("update not usable", update=number, fault=kind)
        async with self.desk.db.write() as db:
            await seen.mark(db, f"{ear.name(number)}#unusable", "update", ear.now, kind)

    def _ear(self) -> Ear:
        return Ear(self.desk.bot.id, self.desk.username, self.desk.clock.now())

    async def give(self, event: events.Event) -> Outcome:
        """Give one event to the ring, and look whether it changed anybody's menu."""
        outcome = await self.receive(event)
        if outcome.ok:
            self.menus.after(event)
        match event:
            case events.Joined(invite=link):
                await self.gates.came_in(link)
            case events.Moved(chat=old, room=new):
                await self.gates.moved(old, new)
        return outcome

    async def _heard(self, heard: Heard) -> None:
        match heard:
            case Shared():
                await self._shared(heard)
            case Reached(user=user, reachable=True):
                await self.reach.found(user)
            case Reached(user=user):
                await self.reach.lost(user, None)
            case Faceless():
                await self._faceless(heard)
            case events.Pressed():
                await self._pressed(heard)
            case events.Message() | events.Command() if is_person(heard.chat):
                await self._private(heard)
            case _:
                await self.give(heard)

    async def _private(self, heard: events.Message | events.Command) -> None:
        """Take words in a private talk: an answer, if somebody is being asked."""
        first = await self.reach.found(heard.user)
        if isinstance(heard, events.Command):
            cancels = heard.name == "cancel" and await self.talks.cancel(heard.id, heard.user)
            if cancels:
                self.desk.wake()
            else:
                await self.codes.heard(heard, self.give)
            return
        # Who could not be written to has not seen the question yet, so this is no answer to it.
        if first or not await self.talks.is_open(heard.user, heard.id):
            await self.codes.heard(heard, self.give)
            return
        # The ring hears every word that is typed: somebody may be in danger.
        alone = {"at": heard.at, "chat": heard.chat, "user": heard.user, "text": heard.text}
        await self.give(events.Typed.model_validate({"id": f"{heard.id}#typed", **alone}))
        step = await self.talks.typed(heard.id, heard.user, heard.text)
        if not step.used:
            await self.give(heard)
        await self._step(heard, step)

    async def _step(self, heard: events.Message | events.Pressed, step: Step) -> Outcome | None:
        """Let what the talk says next go out, and give a filled form to the ring."""
        self.desk.wake()
        if step.command is None:
            return None
        outcome = await self.give(_command(heard, step.command))
        await self.talks.close(heard.user, step.command.talk)
        return outcome

    async def _pressed(self, heard: events.Pressed) -> None:
        if heard.data.startswith("~"):
            step = await self.talks.pressed(heard.id, heard.user, heard.data, heard.message)
            await self._step(heard, step)
            await self._answer(heard, step.notice)
            return
        async with self.desk.db.read() as db:
            data = await buttons.pressed(db, heard.data)
        if data is None:
            await self._answer(heard, TOO_OLD)
            return
        outcome = await self.give(heard.model_copy(update={"data": data}))
        private = any(action.to == heard.user for action in outcome.actions)
        await self._answer(heard, WRITTEN if private and not is_person(heard.chat) else "")

    async def _answer(self, heard: events.Pressed, notice: str) -> None:
        """End the waiting sign on the button; somebody who never opened the bot is led there."""
        leads = notice == WRITTEN and await self.reach.is_lost(heard.user)
        link = self.desk.deep_link() if leads else None
        try:
            async with self.desk.call(heard.user, counts=False):
                await self.desk.bot.answer_callback_query(
                    heard.reply_token, None if link else notice or None, url=link or None
                )
        except RoundtableError as problem:  # too late: the answer goes out anyway
            log.debug("press not confirmed", why=str(problem))

    async def _shared(self, heard: Shared) -> None:
        async with self.desk.db.read() as db:
            data = await buttons.picked(db, heard.user, heard.request)
        if data is None:
            return
        await self.give(
            events.RoomPicked(
                id=heard.id,
                at=self.desk.clock.now(),
                chat=heard.user,
                user=heard.user,
                data=data,
                room=heard.chat,
            )
        )

    async def _faceless(self, heard: Faceless) -> None:
        try:
            async with self.desk.call(heard.chat) as chat:
                thread = thread_of(heard.chat)
                await self.desk.bot.send_message(chat, FACELESS, message_thread_id=thread)
        except RoundtableError as problem:
            log.warning("nobody was told about anonymity", why=str(problem))


def _command(heard: events.Message | events.Pressed, filled: Filled) -> events.Command:
    return events.Command(
        id=f"{filled.event_id}#form",
        at=heard.at,
        chat=filled.room or heard.user,
        user=heard.user,
        name=filled.name,
        args=filled.args,
        answers=filled.answers,
        heard=True,
    )
