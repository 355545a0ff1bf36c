"""Cases: the clinic's staff see who waits, and the patient hears how far they are."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions import Button
from bot.context import Context
from bot.errors import BadInput
from bot.events import Command
from bot.routing import CLINICIANS, SCHEDULERS, Answer, Route
from bot.store import cases as store
from bot.store.cases import Case, State
from bot.text import day_and_time, plural
from handlers import notices
from handlers.discreet import discreet

SHOWN = 8
SEEN, ANSWERED, CLOSE = "seen", "answered", "close"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case: its word for staff, and the sentence for the patient."""

    done: str
    told: str


# Words of crisis make a request by themselves, so the person may not know of one.
SEEN_IN_DANGER = "The clinic’s team has seen that you may need help. This is **{ref}**."
STEPS = {
    SEEN: Step("seen", "Your request **{ref}** was seen by the team."),
    ANSWERED: Step(
        "answered",
        "The team marked your request **{ref}** as answered. "
        "If you have not heard from them, please ask again.",
    ),
    CLOSE: Step("closed", "Your request **{ref}** is closed. You can ask again at any time."),
}


async def cases(event: Command, ctx: Context) -> Answer:
    """List the open requests by reference only: who and why stands on the desk."""
    waiting = await store.waiting(ctx.db, ctx.here.id)
    if not waiting:
        return event.whisper("Nobody is waiting.", notices.desk(ctx))
    lines = [_line(ctx, case) for case in waiting[:SHOWN]]
    if len(waiting) > SHOWN:
        lines.append(f"- and {len(waiting) - SHOWN} more on the desk")
    return event.whisper(
        f"{plural(len(waiting), 'request')}, urgent ones first:\n\n" + "\n".join(lines),
        *(_next(case) for case in waiting[:SHOWN]),
        notices.desk(ctx),
    )


def _line(ctx: Context, case: Case) -> str:
    urgent = "**urgent**, " if case.urgent else ""
    since = day_and_time(case.created_at, ctx.here.timezone)
    return f"- **{case.ref}**: {urgent}{State(case.state)}, asked on {since}"


def _next(case: Case) -> Button:
    """Return the button of a case's next step."""
    if case.seen_at is None:
        return Button(label=f"Seen {case.ref}", press=f"case {SEEN} {case.ref}")
    if case.answered_at is None:
        return Button(label=f"Answered {case.ref}", press=f"case {ANSWERED} {case.ref}")
    return Button(label=f"Close {case.ref}", press=f"case {CLOSE} {case.ref}")


async def case(event: Command, ctx: Context) -> Answer:
    """Take a case one step further and tell its patient; the same step again changes nothing."""
    verb, _, ref = event.args.partition(" ")
    step = STEPS.get(verb.lower())
    if step is None:
        raise BadInput("Say what happened and to which request: seen, answered or close.")
    found = await store.by_ref(ctx.db, ctx.here.id, ref)
    if found is None:
        raise BadInput("There is no request with that reference here. /cases lists them.")
    before = _when(found, verb.lower())
    if before is not None:
        when = day_and_time(before, ctx.here.timezone)
        word = "closed" if found.closed_at else step.done
        return event.whisper(f"**{found.ref}** was already {word}, on {when}.")
    _take(found, verb.lower(), ctx)
    told = SEEN_IN_DANGER if step.done == "seen" and found.red_flag else step.told
    await ctx.note(f"request {step.done}", found.ref)
    status = Button(label="See how far it is", press="status")
    return [
        event.whisper(f"**{found.ref}** is marked as {step.done}. The patient has been told."),
        *await notices.patient(ctx, found.person_id, told.format(ref=found.ref), status),
    ]


def _when(found: Case, verb: str) -> datetime | None:
    """Return when a case came to this step, or was closed, if it has."""
    reached = {SEEN: found.seen_at, ANSWERED: found.answered_at}.get(verb)
    return found.closed_at or reached


def _take(found: Case, verb: str, ctx: Context) -> None:
    if found.seen_at is None:  # whoever answers or closes it has seen it
        found.seen_at, found.seen_by = ctx.now, ctx.me.id
    if verb == CLOSE:
        found.closed_at, found.state = ctx.now, State.CLOSED
        return
    if verb == ANSWERED:
        found.answered_at = ctx.now
    if found.state != State.BOOKED:
        found.state = State.ANSWERED if verb == ANSWERED else State.SEEN


ROUTES = (
    Route("cases", discreet(cases), help="See who is waiting for the team", who=SCHEDULERS),
    Route(
        "case",
        discreet(case),
        who=CLINICIANS,
        usage="seen|answered|close REF",
        hint="Say what happened with a request",
    ),
)
