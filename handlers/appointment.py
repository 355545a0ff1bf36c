"""Asking the clinic for help: red flags first, then what kind of help. All of it is private."""

from datetime import timedelta

from bot.actions import Button, Priority, Send
from bot.context import Context
from bot.events import Command
from bot.routing import Answer, Route
from bot.safety.screening import emergency_number
from bot.store import bookings, cases
from bot.store.cases import Case, Kind, State
from bot.text import day_and_time, literal
from handlers import care, notices, shelf, times
from handlers.discreet import discreet

HONEST = "**Nobody watches this all the time**, and we cannot say when they will answer."
TWICE_BY_MISTAKE = timedelta(minutes=10)
STYLES = {Kind.EMERGENCY: "danger", Kind.ROUTINE: "primary"}


async def appointment(event: Command, ctx: Context) -> Answer:
    """Go one step further: the red flags, the kinds of help, or the request itself."""
    words = event.args.lower()
    if words == "flag":
        return await _in_danger(event, ctx, Kind.URGENT)
    if words == "no flags":
        return _kinds(event)
    if words not in set(Kind):
        return _red_flags(event, ctx)
    if words == Kind.EMERGENCY:
        return await _in_danger(event, ctx, Kind.EMERGENCY)
    return await _asked(event, ctx, Kind(words))


def _red_flags(event: Command, ctx: Context) -> Send:
    flags = ctx.library.red_flags(ctx.here.condition, today=ctx.now.date())
    signs = "\n".join(f"- {flag.sign}" for flag in flags)
    named = shelf.names([flag.source for flag in flags])
    shown = f"\n\n{signs}\n\nSources: {named}" if flags else ""
    question = "Is any of these true for you now?" if flags else "Do you need help right now?"
    return event.whisper(
        f"First, to be safe: **{question}**{shown}",
        Button(label="Yes, or I am not sure", press="appointment flag", style="danger"),
        Button(label="No", press="appointment no flags"),
    )


def _kinds(event: Command) -> Send:
    return event.whisper("What kind of help would you like?", *map(_kind, Kind))


def _kind(kind: Kind) -> Button:
    button = Button(label=kind.label, press=f"appointment {kind}")
    return button.model_copy(update={"style": STYLES.get(kind, "plain")})


async def _in_danger(event: Command, ctx: Context, kind: Kind) -> list[Send]:
    """Give the numbers to call first, and record the request all the same."""
    case, told = await _case(event, ctx, kind, red_flag=kind is Kind.URGENT)
    return [
        event.whisper(
            f"**If this may be an emergency, call {emergency_number(ctx)} now.** "
            "Or ask somebody near you to call.\n\n"
            f"For help today, call {_urgent_line(ctx)}.\n\n"
            f"Your request is **{case.ref}**. The team has been told. {HONEST} "
            "Please do not wait here for an answer.",
            await care.button(ctx, "Add details and pick a time"),
        ).model_copy(update={"priority": Priority.CRISIS, "key": f"{event.id}#danger"}),
        *told,
    ]


async def _asked(event: Command, ctx: Context, kind: Kind) -> list[Send]:
    case, told = await _case(event, ctx, kind)
    known = "The team has been told."
    if case.seen_at:
        known = f"The team saw it on {day_and_time(case.seen_at, ctx.zone)}."
    words = f"Your request is **{case.ref}** ({kind.label.lower()}). {known} {HONEST}"
    if kind is Kind.URGENT:
        words = f"{_calls(ctx)}\n\n{words}"
    elif kind is not Kind.TECHNICAL:
        words = f"{words}\n\nIf you feel worse, please do not wait here. {_calls(ctx)}"
    buttons: list[Button] = []
    if kind in times.KINDS:
        more, buttons = await times.choice(ctx)
        words = f"{words}\n\n{more}"
    return [event.whisper(words, *buttons, await care.button(ctx)), *told]


async def _case(
    event: Command, ctx: Context, kind: Kind, *, red_flag: bool = False
) -> tuple[Case, list[Send]]:
    """Return the request of that kind, opened if need be, and what the staff are told of it."""
    case = await _known(ctx, kind, red_flag=red_flag)
    if case is not None:
        return case, await _told_again(event, ctx, case)
    case = await cases.add(ctx.db, ctx.here.id, ctx.me.id, kind, ctx.now, red_flag=red_flag)
    await ctx.note("request opened", case.ref, "urgent" if case.urgent else "")
    return case, await _told(event, ctx, case, "is a new request")


async def _known(ctx: Context, kind: Kind, *, red_flag: bool) -> Case | None:
    """Return the same request made before, if the team still has it before them.

    Once the team has seen a call for urgent help, the next one is a new alarm.
    """
    upcoming = await bookings.appointment(ctx.db, ctx.here.id, ctx.me.id, ctx.now)
    kept = upcoming[0].case_id if upcoming else None
    for case in await cases.mine(ctx.db, ctx.here.id, ctx.me.id):
        if (case.kind, case.red_flag) == (kind, red_flag) and _pending(case, kept):
            return case
    return None


def _pending(case: Case, kept: str | None) -> bool:
    if case.state in {State.ANSWERED, State.CLOSED} or (case.urgent and case.seen_at):
        return False
    return case.state != State.BOOKED or case.id == kept


async def _told_again(event: Command, ctx: Context, case: Case) -> list[Send]:
    """Remind the staff of a call for urgent help that nobody has seen, at most once an hour."""
    if not case.urgent or ctx.now - case.created_at < TWICE_BY_MISTAKE:
        return []
    told = await _told(event, ctx, case, "was asked for again")
    hour = f"{ctx.now:%Y-%m-%dT%H}"
    return [one.under(f"case:{case.id}:{hour}.{number}") for number, one in enumerate(told)]


async def _told(event: Command, ctx: Context, case: Case, what: str) -> list[Send]:
    words, priority = f"**{case.ref}** {what}.", Priority.STAFF
    if case.urgent:
        words, priority = f"**Please look now: {case.ref}** {what}. It is urgent.", Priority.CRISIS
    return await notices.staff(event, ctx, words, notices.seen(case.ref), priority=priority)


def _calls(ctx: Context) -> str:
    return (
        f"For help today, call {_urgent_line(ctx)}. In an emergency, call {emergency_number(ctx)}."
    )


def _urgent_line(ctx: Context) -> str:
    line = ctx.here.urgent_line
    return literal(line) if line else "the urgent number on your clinic’s letters"


ROUTES = (
    Route(
        "appointment",
        discreet(appointment),
        help="Ask the clinic for help or an appointment",
        aliases=("helpme",),
    ),
)
