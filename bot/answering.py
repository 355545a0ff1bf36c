"""Answering: how an event finds what is done about it, inside its transaction.

    words     ─> may they? ─> consent ─> screening ─> they appear ─> listeners
    a command ─> is there such a route? ─> may they? ─> consent ─> its form ─> its handler
    time      ─> its job

Nothing is sent here: what is returned goes through the outgoing check and into the outbox.
"""

from bot import actions, events, forms
from bot.actions import Action, Address, Ask, Delete, Edit, Form, Post, is_person
from bot.context import Context
from bot.errors import BadInput, NotAllowed, Refusal, Stranger
from bot.platforms import Outcome, Status
from bot.routing import Answer, Route, Where, split
from bot.safety import consent, screening
from bot.store import groups

CONSENT_FIRST = "Please read and answer the new consent text first. Then send it again."
UNKNOWN = "There is no such command. Type /help to see what there is."


async def run(event: events.Event, ctx: Context) -> Outcome:
    """Do what an event asks for and return what came of it; raises Refusal or Stranger."""
    match event:
        case events.Message() | events.Edited() | events.Deleted():
            return await _said(event, ctx)
        case events.Command(name=name, args=args, answers=answers):
            return await _command(event, ctx, name, args, answers)
        case events.Pressed(data=data):
            return await _command(event, ctx, *split(data), None)
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
    _admitted(ctx)
    if isinstance(event, events.Deleted):  # taken back even by somebody who has not agreed
        return _done(Delete(to=event.chat, message=event.message))
    if _must_consent(ctx):
        return await _consent_first(event, ctx)
    staff = ctx.role is not None and ctx.role.is_staff
    verdict = screening.screen(_shown(event), ctx.here.country, staff=staff)
    notices = await screening.notices(event, ctx, verdict, event.text)
    if verdict.hold:
        return Outcome(Status.HELD, verdict.sentence, tuple(notices))
    shown: list[Action] = []
    if ctx.can.holds:
        shown.append(_appear(event))
    return _done([*shown, *notices, *await _listen(event, ctx)])


async def _command(
    event: events.Event,
    ctx: Context,
    name: str,
    args: str,
    answers: dict[str, str] | None,
) -> Outcome:
    route = ctx.table.find(name)
    if ctx.member is None and (route is None or not route.open):
        raise Stranger
    if route is None:
        raise Refusal(ctx.t(UNKNOWN))
    if not route.open:
        _admitted(ctx)
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


def _admitted(ctx: Context) -> None:
    """Raise Stranger unless the person has a place here; the staff room is the staff's."""
    if ctx.member is None or (ctx.purpose == groups.STAFF and not (ctx.role and ctx.role.is_staff)):
        raise Stranger


def _must_consent(ctx: Context) -> bool:
    """Tell whether the consent text changed since the person agreed to it."""
    return ctx.member is not None and ctx.member.consent_version != consent.VERSION


async def _consent_first(event: events.Event, ctx: Context) -> Outcome:
    """Ask for the new consent; what was asked or filled in is not done, and never said to be."""
    asked = await _command(event, ctx, "consent", "", None)
    return Outcome(Status.HELD, ctx.t(CONSENT_FIRST), asked.actions)


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
