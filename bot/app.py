"""The ring: one event in, one transaction, actions out.

    event ─> seen before? ─> who and where ─> consent ─> screening ─> handler ─> outgoing check
                                                                                      │
             acknowledged <── commit: event, changes, outbox rows <───────────────────┘

What happens between "who and where" and the outgoing check is in bot/answering.py.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncSession

from bot import answering, events
from bot.actions import (
    Action,
    Send,
    is_person,
    platform_of,
)
from bot.booking import Booking
from bot.clock import Clock
from bot.context import Context
from bot.errors import Refusal, Stranger
from bot.library import Library
from bot.platforms import Capabilities, Outcome, Status
from bot.routing import Table
from bot.safety import gate, outgoing, rules, screening
from bot.settings import Settings
from bot.store import events as seen
from bot.store import groups, outbox, people
from bot.store.db import Database

log = structlog.get_logger(__name__)

EVERY: Collection[str] = ()  # platforms whose postmen are woken: whichever there are
NEUTRAL = "This is a private service. If you have an invite, open its link or type it here."
FAILED = "Something went wrong on our side. It has been noted. Please try again in a moment."


class App:
    """Handles events: each one once, whole or not at all."""

    def __init__(  # noqa: PLR0913 - the composition root names each part
        self,
        *,
        db: Database,
        table: Table,
        library: Library,
        booking: Booking,
        settings: Settings,
        clock: Clock,
        capabilities: Callable[[], Mapping[str, Capabilities]],
        wake: Callable[[Collection[str]], None] = lambda _names: None,
    ) -> None:
        """Take the parts; `wake` tells these platforms' postmen that there is something to send.

        `capabilities` returns what each platform can do now: some learn more once they run.
        """
        self.db, self.table, self.library, self.booking = db, table, library, booking
        self.settings, self.clock = settings, clock
        self.capabilities, self.wake = capabilities, wake

    async def handle(self, event: events.Event) -> Outcome:
        """Answer one event in one transaction and return what became of it.

        Raises only when nothing could be stored, so that the platform delivers it again. Somebody
        who goes away in the middle ends nothing: a transaction is never cut off half-way.
        """
        return await asyncio.shield(self._handle(event))

    async def _handle(self, event: events.Event) -> Outcome:
        danger = False
        helped: tuple[Action, ...] = ()
        try:
            # Before everything else and whatever comes of the rest: somebody may be in danger.
            if danger := _is_crisis(event):
                helped = await self._support(event)
            outcome = await self._once(event)
        except (OperationalError, NoConnection):
            raise
        except Exception as error:  # the one place where a bug of a handler ends up
            log.exception("event failed", kind=event.kind, fault=type(error).__name__)
            outcome = await self._failed(event, error)
        if danger or outcome.status is Status.FAILED:
            self.wake(EVERY)
        elif outcome.actions:
            self.wake({platform_of(action.to) for action in outcome.actions})
        return replace(outcome, actions=(*outcome.actions, *helped)) if helped else outcome

    async def _once(self, event: events.Event) -> Outcome:
        async with self.db.write() as db:
            if not await seen.mark(db, event.id, event.kind, self.clock.now()):
                return Outcome(Status.REPEATED)
            ctx = await self._context(db, event)
            return await self._answer(event, ctx)

    async def _support(self, event: events.Event) -> tuple[Action, ...]:
        """Store the helpline's words and the alert in a transaction of their own, once."""
        async with self.db.write() as db:
            apart = event.model_copy(update={"id": f"{event.id}#support"})
            if not await seen.mark(db, apart.id, "support", self.clock.now()):
                return ()
            ctx = await self._context(db, apart)
            said = tuple(await screening.support(apart, ctx))
            await self._put(apart, ctx, said)
            return said

    async def _failed(self, event: events.Event, error: Exception) -> Outcome:
        """Note an event that a fault of ours kept from being answered, and say so once."""
        if event.user == events.NOBODY:  # time comes round again: the next look tries once more
            return Outcome(Status.FAILED, FAILED)
        async with self.db.write() as db:
            fault = type(error).__name__
            if await seen.mark(db, event.id, event.kind, self.clock.now(), fault):
                apology = event.whisper(FAILED).under(f"{event.id}#failed")
                await outbox.put(db, _by_token(event, apology), None, self.clock.now())
        return Outcome(Status.FAILED, FAILED)

    async def _context(self, db: AsyncSession, event: events.Event) -> Context:
        """Find out who asks, from where, and for which group."""
        ctx = Context(
            db=db,
            now=self.clock.now(),
            library=self.library,
            booking=self.booking,
            settings=self.settings,
            table=self.table,
            platforms=self.capabilities(),
        )
        place = event.chat if event.user == events.NOBODY else event.user
        ctx.can = ctx.platforms.get(platform_of(place), Capabilities())
        ctx.person = await people.find(db, event.user)
        if is_person(event.chat):
            places = await people.memberships(db, ctx.person.id) if ctx.person else []
            ctx.member = places[0] if places else None
            ctx.group = await db.get(groups.Group, ctx.member.group_id) if ctx.member else None
        elif found := await groups.of_room(db, event.chat):
            ctx.group, room = found
            ctx.purpose = room.purpose
            if ctx.person is not None:
                ctx.member = await people.membership(db, ctx.person.id, ctx.group.id)
        return ctx

    async def _answer(self, event: events.Event, ctx: Context) -> Outcome:
        """Run the handlers and put what they say in the outbox; a refusal undoes what they did."""
        try:
            async with ctx.db.begin_nested():
                outcome = await answering.run(event, ctx)
                await self._put(event, ctx, outcome.actions)
                return outcome
        except Stranger:
            return await self._refused(event, ctx, _neutral(event, ctx))
        except Refusal as refusal:
            told = event.whisper(str(refusal), *refusal.buttons)
            said = told.model_copy(update={"sensitive": refusal.sensitive})
            return await self._refused(event, ctx, said)

    async def _refused(self, event: events.Event, ctx: Context, said: Send) -> Outcome:
        sentence = said.text
        if event.user == events.NOBODY or event.reply_token == events.PAGE:
            return Outcome(Status.REFUSED, sentence)
        ctx = await self._context(ctx.db, event)  # what was undone is not to be looked at
        told = (*gate.taken_out(event, ctx), said)
        await self._put(event, ctx, told)
        return Outcome(Status.REFUSED, sentence, told)

    async def _put(self, event: events.Event, ctx: Context, said: Iterable[Action]) -> None:
        every = [*said]
        leaves = any(map(event.is_ended_by, every))  # what is shown there is not seen any more
        for number, action in enumerate(every):
            keyed = action if action.key else action.under(f"{event.id}#{number}")
            group_id = await outgoing.check(ctx, event, keyed)
            told = keyed if leaves else _by_token(event, keyed)
            await outbox.put(ctx.db, told, group_id, ctx.now)


def _by_token(event: events.Event, action: Action) -> Action:
    """Return an action that can go by the event's reply token if it answers it."""
    if event.reply_token in {"", events.PAGE} or not event.is_answered_by(action):
        return action
    return action.model_copy(update={"reply_token": event.reply_token})


def _neutral(event: events.Event, ctx: Context) -> Send:
    """Return the sentence that says nothing; it calls nobody out of a room to read it."""
    said = event.whisper(ctx.t(NEUTRAL))
    if not ctx.can.private_talk:
        return said
    return said.model_copy(update={"room": None, "expires_at": ctx.now + gate.PATIENCE})


def _is_crisis(event: events.Event) -> bool:
    """Tell whether somebody may be in danger: by their words, or by what a platform found."""
    if isinstance(event, events.Flagged):
        return event.rule == "crisis"
    return rules.crisis(_words(event))


def _words(event: events.Event) -> str:
    """Return everything that somebody typed in this event and the ring has not heard before."""
    match event:
        case events.Message(text=words, files=files):
            return " ".join([words, *(file.name for file in files)])
        case events.Edited(text=words) | events.Typed(text=words):
            return words
        case events.Command(args=args, answers=answers, heard=False, quoted=False):
            return " ".join([args, *(answers or {}).values()])
        case events.Reported(reason=reason):
            return reason
        case _:
            return ""
