"""Booking: a patient books a time, moves the appointment, or cancels it."""

from bot.actions import Action, Button, SendFile, is_person
from bot.booking import SlotTaken
from bot.context import Context
from bot.errors import Refusal
from bot.events import Command
from bot.routing import Answer, Route
from bot.store import cases
from bot.store.bookings import Appointment, Slot
from bot.store.cases import Case, Kind, State
from bot.text import day_and_time
from handlers import care, notices, times
from handlers.discreet import discreet
from handlers.times import belongs, gone, kept, said


async def book(event: Command, ctx: Context) -> Answer:
    """Make the appointment; somebody who has one is offered to move it."""
    mine = await kept(ctx)
    if mine is not None and mine[1].id == event.args:
        return await _confirmed(event, ctx, mine, "You have booked this:")
    if mine is not None:
        raise times.instead(ctx, mine[1], event.args)
    case = await _case(ctx)
    try:
        slot = await belongs(ctx, event.args)
        made = await ctx.booking.book(ctx.db, event.args, ctx.me.id, case.id, ctx.now)
    except SlotTaken:
        raise await gone(ctx, "hold") from None
    case.state = State.BOOKED
    await ctx.note("appointment booked", case.ref)
    return [
        *await _confirmed(event, ctx, (made, slot), "Booked:"),
        *await _tell(event, ctx, made, f"an appointment was booked for {_there(ctx, slot)}"),
    ]


async def move(event: Command, ctx: Context) -> Answer:
    """Move the appointment to another time, or show the free ones."""
    made, old = await _mine(ctx)
    if not event.args:
        buttons = await times.free(ctx, "move")
        words = "Move it to:" if buttons else times.NONE_FREE
        return event.whisper(f"Your appointment is **{said(ctx, old)}**. {words}", *buttons)
    if event.args == old.id:
        return await _confirmed(event, ctx, (made, old), "It is at that time already:")
    try:
        slot = await belongs(ctx, event.args)
        made = await ctx.booking.reschedule(ctx.db, made, event.args, ctx.now)
    except SlotTaken:
        raise await gone(ctx, "move") from None
    await ctx.note("appointment moved", made.id)
    moved = f"an appointment was moved from {_there(ctx, old)} to {_there(ctx, slot)}"
    return [
        *await _confirmed(event, ctx, (made, slot), "Moved. Your appointment is now:"),
        *await _tell(event, ctx, made, moved),
    ]


async def cancel(event: Command, ctx: Context) -> Answer:
    """Cancel the appointment, once the patient says that they are sure."""
    made, slot = await _mine(ctx)
    if event.args.lower() != "yes" and (event.answers or {}).get("sure") != "yes":
        return event.whisper(
            f"Your appointment is **{said(ctx, slot)}**. Cancel it?",
            Button(label="Yes, cancel it", press="cancel yes", style="danger"),
            Button(label="Keep it", press="status"),
        )
    await ctx.booking.cancel(ctx.db, made, ctx.now)
    case = await ctx.db.get(Case, made.case_id) if made.case_id else None
    if case is not None and case.state == State.BOOKED:
        case.state = _before_booking(case)
    await ctx.note("appointment cancelled", made.id)
    again = Button(label="Book it again", press=f"book {slot.id}")
    return [
        event.whisper(f"Cancelled: {said(ctx, slot)}.", again, times.OTHERS),
        _file(event, ctx, (made, slot), gone=True),
        *await _tell(event, ctx, made, f"an appointment was cancelled: {_there(ctx, slot)}"),
    ]


async def _mine(ctx: Context) -> tuple[Appointment, Slot]:
    mine = await kept(ctx)
    if mine is None:
        free_times = Button(label="See free times", press="times")
        raise Refusal("You have no appointment to come.", free_times)
    return mine


async def _case(ctx: Context) -> Case:
    """Return the request that the appointment answers; a booking is one by itself."""
    for case in await cases.mine(ctx.db, ctx.here.id, ctx.me.id):
        if case.kind in times.KINDS and case.state != State.CLOSED:
            return case
    return await cases.add(ctx.db, ctx.here.id, ctx.me.id, Kind.ROUTINE, ctx.now)


def _before_booking(case: Case) -> State:
    if case.answered_at:
        return State.ANSWERED
    return State.SEEN if case.seen_at else State.OPEN


async def _confirmed(
    event: Command, ctx: Context, mine: tuple[Appointment, Slot], words: str
) -> list[Action]:
    """Say when the appointment is, and hand over its calendar file."""
    made, slot = mine
    remind = ""
    if made.remind_at is not None:
        remind = f" We will remind you on {day_and_time(made.remind_at, ctx.zone)}."
    return [
        event.whisper(
            f"{words} **{said(ctx, slot)}**.{remind}",
            times.MOVE,
            times.CANCEL,
            await care.button(ctx),
        ),
        _file(event, ctx, mine),
    ]


def _file(
    event: Command, ctx: Context, mine: tuple[Appointment, Slot], *, gone: bool = False
) -> SendFile:
    room = None if is_person(event.chat) else event.chat
    return notices.file(ctx, event.user, room, mine, gone=gone)


async def _tell(event: Command, ctx: Context, made: Appointment, words: str) -> list[Action]:
    case = await ctx.db.get(Case, made.case_id) if made.case_id else None
    about = f"**{case.ref}**: {words}." if case else f"{words[:1].upper()}{words[1:]}."
    return list(await notices.staff(event, ctx, about))


def _there(ctx: Context, slot: Slot) -> str:
    """Return a slot's time as the clinic says it."""
    return day_and_time(slot.starts_at, ctx.here.timezone)


ROUTES = (
    Route("book", discreet(book)),
    Route("move", discreet(move), help="Move your appointment"),
    Route("cancel", discreet(cancel), help="Cancel your appointment"),
)
