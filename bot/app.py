"""The ring: one event in, one transaction, actions out.

event ─> seen before? ─> who and where ─> consent ─> screening ─> handler ─> outgoing check
                                                                                  │
         acknowledged <── commit: event, changes, outbox rows <───────────────────┘
"""

from collections.abc import Callable, Iterable, Mapping

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import actions, events, forms
from bot.actions import (
    Action,
    Address,
    Ask,
    Button,
    Delete,
    Edit,
    Form,
    Post,
    is_person,
    platform_of,
)
from bot.booking import Booking
from bot.clock import Clock
from bot.context import Context
from bot.errors import BadInput, NotAllowed, Refusal, Stranger
from bot.library import Library
from bot.platforms import Capabilities, Outcome, Status
from bot.routing import Answer, Route, Table, Where, split
from bot.safety import consent, outgoing, screening
from bot.settings import Settings
from bot.store import events as seen
from bot.store import groups, outbox, people
from bot.store.db import Database

log = structlog.get_logger(__name__)

NEUTRAL = "This is a private service. If you have an invite, open its link or type it here."
FAILED = "Something went wrong on our side. It has been noted. Please try again in a moment."
CONSENT_FIRST = "Please read and answer the new consent text first. Then send it again."
UNKNOWN = "There is no such command. Type /help to see what there is."


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
        capabilities: Mapping[str, Capabilities],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the parts; `wake` tells the postmen that there is something to send."""
        self.db, self.table, self.library, self.booking = db, table, library, booking
        self.settings, self.clock = settings, clock
        self.capabilities, self.wake = capabilities, wake

    async def handle(self, event: events.Event) -> Outcome:
        """Answer one event in one transaction and return what became of it.

        Raises only when nothing could be stored, so that the platform delivers it again.
        """
        try:
            outcome = await self._once(event)
        except OperationalError:
            raise
        except Exception as error:  # the one place where a bug of a handler ends up
            log.exception("event failed", kind=event.kind, fault=type(error).__name__)
            outcome = await self._failed(event, error)
        self.wake()
        return outcome

    async def _once(self, event: events.Event) -> Outcome:
        async with self.db.write() as db:
            if not await seen.is_new(db, event.id):
                return Outcome(Status.REPEATED)
            ctx = await self._context(db, event)
            # Before everything else and whatever comes of the rest: somebody may be in danger.
            support = await screening.support(event, ctx, _words(event))
            await self._put(event, ctx, support)
            outcome = await self._answer(event, ctx)
            await seen.mark(db, event.id, event.kind, self.clock.now())
            return outcome

    async def _failed(self, event: events.Event, error: Exception) -> Outcome:
        """Note an event that a fault of ours kept from being answered, and say so once."""
        if event.user == events.NOBODY:  # time comes round again: the next look tries once more
            return Outcome(Status.FAILED, FAILED)
        async with self.db.write() as db:
            if await seen.is_new(db, event.id):
                await seen.mark(db, event.id, event.kind, self.clock.now(), type(error).__name__)
                apology = event.whisper(FAILED).under(f"{event.id}#failed")
                await outbox.put(db, apology, None, self.clock.now())
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
        )
        ctx.can = self.capabilities.get(platform_of(event.user), Capabilities())
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
                outcome = await self._run(event, ctx)
                await self._put(event, ctx, outcome.actions)
                return outcome
        except Stranger:
            return await self._refused(event, ctx, ctx.t(NEUTRAL))
        except Refusal as refusal:
            return await self._refused(event, ctx, str(refusal), refusal.buttons)

    async def _refused(
        self, event: events.Event, ctx: Context, sentence: str, buttons: tuple[Button, ...] = ()
    ) -> Outcome:
        if event.user == events.NOBODY:
            return Outcome(Status.REFUSED, sentence)
        told = (event.whisper(sentence, *buttons),)
        await self._put(event, ctx, told)
        return Outcome(Status.REFUSED, sentence, told)

    async def _put(self, event: events.Event, ctx: Context, said: Iterable[Action]) -> None:
        for number, action in enumerate(said):
            keyed = action if action.key else action.under(f"{event.id}#{action.priority}.{number}")
            group_id = await outgoing.check(ctx, event.user, keyed)
            await outbox.put(ctx.db, keyed, group_id, ctx.now)

    async def _run(self, event: events.Event, ctx: Context) -> Outcome:
        match event:
            case events.Message() | events.Edited() | events.Deleted():
                return await self._said(event, ctx)
            case events.Command(name=name, args=args, answers=answers):
                return await self._command(event, ctx, name, args, answers)
            case events.Pressed(data=data):
                return await self._command(event, ctx, *split(data), None)
            case events.Tick(name=name) | events.Due(name=name):
                schedule = self.table.schedule(name)
                return _done(await schedule.job(event, ctx) if schedule else None)
            case _:
                return _done(await self._listen(event, ctx))

    async def _listen(self, event: events.Event, ctx: Context) -> list[Action]:
        heard: list[Action] = []
        for listener in self.table.hears(event):
            heard += _listed(await listener.handler(event, ctx))
        return heard

    async def _said(
        self, event: events.Message | events.Edited | events.Deleted, ctx: Context
    ) -> Outcome:
        """Let a member's words appear once they are screened."""
        _admitted(ctx)
        if _must_consent(ctx):
            asked = await self._command(event, ctx, "consent", "", None)
            return Outcome(Status.HELD, ctx.t(CONSENT_FIRST), asked.actions)
        if isinstance(event, events.Deleted):
            return _done(Delete(to=event.chat, message=event.message))
        staff = ctx.role is not None and ctx.role.is_staff
        verdict = screening.screen(event.text, ctx.here.country, staff=staff)
        notices = await screening.notices(event, ctx, verdict, event.text)
        if verdict.hold:
            return Outcome(Status.HELD, verdict.sentence, tuple(notices))
        shown: list[Action] = []
        if ctx.can.holds:
            shown.append(_appear(event))
        return _done([*shown, *notices, *await self._listen(event, ctx)])

    async def _command(
        self,
        event: events.Event,
        ctx: Context,
        name: str,
        args: str,
        answers: dict[str, str] | None,
    ) -> Outcome:
        route = self.table.find(name)
        if ctx.member is None and (route is None or not route.open):
            raise Stranger
        if route is None:
            raise Refusal(ctx.t(UNKNOWN))
        if not route.open:
            _admitted(ctx)
            _permitted(route, ctx)
            if _must_consent(ctx):
                route, args, answers = self.table.find("consent") or route, "", None
        asked = await self._ask(event, ctx, route, args, answers)
        if asked is not None:
            return asked
        command = _as_command(event, route.name, args, answers)
        return _done(await route.handler(command, ctx))

    async def _ask(
        self,
        event: events.Event,
        ctx: Context,
        route: Route,
        args: str,
        answers: dict[str, str] | None,
    ) -> Outcome | None:
        """Ask the route's form if it is not filled, or is filled with something unusable."""
        command = _as_command(event, route.name, args, answers)
        form = (
            route.form
            if isinstance(route.form, Form) or route.form is None
            else (await route.form(command, ctx))
        )
        if form is None:
            return None
        if answers is None:
            return _done(_ask(event, form, route.name, args))
        try:
            answers.update(forms.check(form, answers))
        except BadInput as problem:
            again = _ask(event, forms.again(form, answers, problem), route.name, args)
            return Outcome(Status.REFUSED, str(problem), (again,))
        return None


def _admitted(ctx: Context) -> None:
    """Raise Stranger unless the person has a place here; the staff room is the staff's."""
    if ctx.member is None or (ctx.purpose == groups.STAFF and not (ctx.role and ctx.role.is_staff)):
        raise Stranger


def _must_consent(ctx: Context) -> bool:
    """Tell whether the consent text changed since the person agreed to it."""
    return ctx.member is not None and ctx.member.consent_version != consent.VERSION


def _words(event: events.Event) -> str:
    """Return everything that somebody typed in this event."""
    match event:
        case events.Message(text=words) | events.Edited(text=words):
            return words
        case events.Command(args=args, answers=answers):
            return " ".join([args, *(answers or {}).values()])
        case events.Reported(reason=reason):
            return reason
        case _:
            return ""


def _permitted(route: Route, ctx: Context) -> None:
    if ctx.role not in route.who:
        raise NotAllowed(ctx.t("That command is for other roles in this group."))
    if route.where is Where.STAFF_ROOM and ctx.purpose == groups.GROUP:
        raise NotAllowed(ctx.t("Please use that command in the staff room."))


def _as_command(
    event: events.Event, name: str, args: str, answers: dict[str, str] | None
) -> events.Command:
    return events.Command(
        id=event.id,
        at=event.at,
        chat=event.chat,
        user=event.user,
        reply_token=event.reply_token,
        name=name,
        args=args,
        answers=answers,
    )


def _ask(event: events.Event, form: Form, command: str, args: str) -> Ask:
    room: Address | None = None if is_person(event.chat) else event.chat
    return Ask(to=event.user, room=room, form=form, command=command, args=args)


def _appear(event: events.Message | events.Edited) -> Action:
    if isinstance(event, events.Edited):
        return Edit(to=event.chat, message=event.message, text=event.text)
    return Post(
        to=event.chat, author=event.user, message=event.message, text=event.text, files=event.files
    )


def _listed(answer: Answer) -> list[Action]:
    if answer is None:
        return []
    return [answer] if isinstance(answer, actions.Base) else list(answer)


def _done(answer: Answer) -> Outcome:
    return Outcome(Status.DONE, "", tuple(_listed(answer)))
