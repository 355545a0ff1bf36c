"""Answering: how an event finds what is done about it, inside its transaction.

    words     ─> may they? ─> consent ─> screening ─> they appear ─> listeners
    flagged   ─> may they? ─> what the platform's filter found is told
    a command ─> is there such a route? ─> may they? ─> consent ─> its form ─> its handler
    time      ─> its job

Nothing is sent here: what is returned goes through the outgoing check and into the outbox.
"""

from dataclasses import replace

from bot import actions, events, forms
from bot.actions import Action, Address, Ask, Delete, Edit, Form, Post, Send, is_person
from bot.context import Context
from bot.errors import BadInput, NotAllowed, Refusal, Stranger
from bot.platforms import Outcome, Status
from bot.routing import Answer, Route, Where, split
from bot.safety import consent, gate, screening
from bot.store import groups, invites

CONSENT_FIRST = "Please read and answer the new consent text first. Then send it again."
WORDS_ONLY = "I can read words only. Type a question, or /help to see what else there is."
UNKNOWN = "There is no such command. Type /help to see what there is."


async def run(event: events.Event, ctx: Context) -> Outcome:
    """Do what an event asks for and return what came of it; raises Refusal or Stranger."""
    match event:
        case events.Message() | events.Edited() | events.Deleted():
            return await _said(event, ctx)
        case events.Command(name=name, args=args, answers=answers):
            outcome = await _command(event, ctx, name, args, answers)
            return _unseen(event, ctx, outcome)
        case events.Pressed(data=data):
            return await _command(event, ctx, *split(data), None)
        case events.Flagged():
            return _done(await screening.flagged(event, ctx) if gate.may_enter(ctx) else None)
        case events.Tick(name=name) | events.Due(name=name):
            schedule = ctx.table.schedule(name)
            return _done(await schedule.job(event, ctx) if schedule else None)
        case _:
            return _done(await _listen(event, ctx))


async def _listen(event: events.Event, ctx: Context) -> list[Action]:
    heard: list[Action] = []
    for listener in ctx.table.hears(event):
        heard += _listed(await listener.handler(event, ctx))
    return heard


async def _said(event: events.Message | events.Edited | events.Deleted, ctx: Context) -> Outcome:
    """Let a member's words appear once they are screened."""
    if is_person(event.chat) and ctx.can.private_talk:
        return await _told(event, ctx)
    if not ctx.can.holds and not gate.may_enter(ctx):
        # It stands there already. In a room that belongs to no group it is nobody's business.
        return _done(await gate.turned_away(event, ctx) if ctx.purpose else None)
    if not gate.may_enter(ctx):
        raise Stranger
    if isinstance(event, events.Deleted):  # taken back even by somebody who has not agreed
        return _done(Delete(to=event.chat, message=event.message))
    if _must_consent(ctx):
        return await _consent_first(event, ctx)
    staff = ctx.role is not None and ctx.role.is_staff
    verdict = screening.screen(_shown(event), ctx.here.country, staff=staff, holds=ctx.can.holds)
    notices = await screening.notices(event, ctx, verdict, event.text)
    if verdict.hold:
        return Outcome(Status.HELD, verdict.sentence, tuple(notices))
    shown: list[Action] = []
    if ctx.can.holds:
        shown.append(_appear(event))
    return _done([*shown, *notices, *await _listen(event, ctx)])


async def _told(event: events.Message | events.Edited | events.Deleted, ctx: Context) -> Outcome:
    """Answer what somebody tells the bot alone: an invite's code, or else a question."""
    if not isinstance(event, events.Message):
        return _done(None)
    if await invites.find(ctx.db, event.text, ctx.now) is not None:
        return await _command(event, ctx, "join", event.text, None)
    if ctx.member is not None and not event.text.strip():
        raise Refusal(ctx.t(WORDS_ONLY))
    return await _command(event, ctx, "ask", event.text, None)


async def _command(
    event: events.Event,
    ctx: Context,
    name: str,
    args: str,
    answers: dict[str, str] | None,
) -> Outcome:
    route = ctx.table.find(name)
    if ctx.member is None and (route is None or not route.open):
        return await _turned_away(event, ctx)
    if route is None:
        raise Refusal(ctx.t(UNKNOWN))
    if not route.open:
        if not gate.may_enter(ctx):
            return await _turned_away(event, ctx)
        _permitted(route, ctx)
        if _must_consent(ctx):
            return await _consent_first(event, ctx)
    command = _as_command(event, route.name, args, answers)
    form = await _form(route, command, ctx)
    if form is None:
        return _done(await route.handler(command, ctx))
    if answers is None:
        return _done(_ask(event, form, route.name, args))
    return await _filled(route, form, command, ctx)


async def _turned_away(event: events.Event, ctx: Context) -> Outcome:
    """Let a stranger learn nothing; out of a room where they were heard, they are taken."""
    if isinstance(event, events.Command) and not ctx.can.holds and ctx.purpose:
        return _done(await gate.turned_away(event, ctx))
    raise Stranger


def _unseen(event: events.Command, ctx: Context, outcome: Outcome) -> Outcome:
    """Take a command that everybody can read out of the room, unless its answer stands there."""
    aloud = any(isinstance(one, Send) and one.to == event.chat for one in outcome.actions)
    if aloud or not ctx.can.echoes or not ctx.purpose:
        return outcome
    gone = [one for one in gate.taken_out(event, ctx) if one not in outcome.actions]
    return replace(outcome, actions=(*gone, *outcome.actions))


async def _form(route: Route, command: events.Command, ctx: Context) -> Form | None:
    """Return what the route asks first, if anything."""
    if route.form is None or isinstance(route.form, Form):
        return route.form
    return await route.form(command, ctx)


async def _filled(route: Route, form: Form, command: events.Command, ctx: Context) -> Outcome:
    """Run the handler on a filled form; what cannot be used comes back with all that was typed."""
    typed = command.answers or {}
    try:
        async with ctx.db.begin_nested():
            checked = command.model_copy(update={"answers": forms.check(form, typed)})
            return _done(await route.handler(checked, ctx))
    except BadInput as problem:
        if ctx.group is not None:
            await ctx.db.refresh(ctx.group)
        if command.reply_token == events.PAGE:
            return Outcome(Status.REFUSED, str(problem))
        again = _ask(command, forms.again(form, typed, problem), route.name, command.args)
        return Outcome(Status.REFUSED, str(problem), (again,))


def _must_consent(ctx: Context) -> bool:
    """Tell whether the consent text changed since the person agreed to it."""
    now = consent.version(ctx.settings)
    return ctx.member is not None and ctx.member.consent_version != now


async def _consent_first(event: events.Event, ctx: Context) -> Outcome:
    """Ask for the new consent; what was asked or filled in is not done, and never said to be."""
    asked = await _command(event, ctx, "consent", "", None)
    shown = gate.taken_out(event, ctx) if isinstance(event, events.Message | events.Edited) else []
    return Outcome(Status.HELD, ctx.t(CONSENT_FIRST), (*shown, *asked.actions))


def _shown(event: events.Message | events.Edited) -> str:
    """Return everything of a message that the room would read: the names of its files too."""
    files = event.files if isinstance(event, events.Message) else ()
    return "\n".join([event.text, *(file.name for file in files)])


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
        quoted=isinstance(event, events.Command) and event.quoted,
    )


def _ask(event: events.Base, form: Form, command: str, args: str) -> Ask:
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
