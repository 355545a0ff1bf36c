"""Status: a patient sees how far the clinic has come with what they asked for."""

from datetime import datetime

from bot.actions import Button
from bot.context import Context
from bot.events import Command
from bot.routing import Answer, Route
from bot.store import cases
from bot.store.cases import Case, Kind, State
from bot.text import day_and_time
from handlers import care, times
from handlers.discreet import discreet

SHOWN = 3


async def status(event: Command, ctx: Context) -> Answer:
    """Show the newest requests with what has happened, and the appointment."""
    mine = (await cases.mine(ctx.db, ctx.here.id, ctx.me.id))[:SHOWN]
    kept = await times.kept(ctx)
    parts = [_timeline(ctx, case) for case in mine]
    if kept is not None:
        parts.append(f"Your appointment: **{times.said(ctx, kept[1])}**.")
    buttons: list[Button] = [times.MOVE, times.CANCEL] if kept else []
    waiting = [case for case in mine if case.state != State.CLOSED]
    if not kept and any(case.kind in times.KINDS for case in waiting):
        buttons.append(Button(label="See free times", press="times"))
    if waiting:
        buttons.append(await care.button(ctx))
    else:
        buttons.append(Button(label="Ask the clinic for help", press="appointment"))
    return event.whisper("\n\n".join(parts) or "You have no request with the team.", *buttons)


def _timeline(ctx: Context, case: Case) -> str:
    steps = [_step(ctx, "Asked", case.created_at)]
    if case.details_at:
        steps.append(_step(ctx, "Details given", case.details_at))
    steps.append(
        _step(ctx, "Seen by the team", case.seen_at) if case.seen_at else "Not seen by the team yet"
    )
    if case.answered_at:
        steps.append(_step(ctx, "Answered", case.answered_at))
    if case.state == State.BOOKED:
        steps.append("Booked")
    if case.closed_at:
        steps.append(_step(ctx, "Closed", case.closed_at))
    lines = "\n".join(f"- {step}" for step in steps)
    return f"**{case.ref}** · {Kind(case.kind).label}\n\n{lines}"


def _step(ctx: Context, what: str, moment: datetime) -> str:
    return f"{what}: {day_and_time(moment, ctx.zone)}"


ROUTES = (Route("status", discreet(status), help="See how far your request is"),)
