"""Times: a patient sees which are free, and keeps one while they make up their mind."""

from bot.actions import Button
from bot.booking import SlotTaken
from bot.context import Context
from bot.errors import Refusal
from bot.events import Command
from bot.routing import Answer, Route
from bot.store import bookings
from bot.store.bookings import Appointment, Slot
from bot.store.cases import Kind
from bot.text import day_and_time, literal
from handlers.discreet import discreet

KINDS = frozenset({Kind.ROUTINE, Kind.OPINION, Kind.DOCTOR, Kind.URGENT})
SHOWN = 5
FURTHEST = 1_000
NONE_FREE = "There are no free times just now. The team will open some."
MOVE = Button(label="Move", press="move")
CANCEL = Button(label="Cancel appointment", press="cancel")
OTHERS = Button(label="Other times", press="times")


async def times(event: Command, ctx: Context) -> Answer:
    """Show the next free times; `5` goes on after the first five."""
    skip = int(event.args) if event.args.isascii() and event.args.isdecimal() else 0
    verb = "hold" if await kept(ctx) is None else "move"
    buttons = await free(ctx, verb, min(skip, FURTHEST))
    return event.whisper("These times are free:" if buttons else NONE_FREE, *buttons)


async def hold(event: Command, ctx: Context) -> Answer:
    """Keep a time for some minutes and ask whether to book it."""
    mine = await kept(ctx)
    try:
        await belongs(ctx, event.args)
        slot = await ctx.booking.hold(ctx.db, event.args, ctx.me.id, ctx.now)
    except SlotTaken:
        raise await gone(ctx, "move" if mine else "hold") from None
    words = f"Kept for you for {ctx.settings.booking.hold_minutes} minutes: **{said(ctx, slot)}**."
    if mine is not None:
        offer = instead(ctx, mine[1], slot.id)
        return event.whisper(f"{words} {offer}", *offer.buttons)
    return event.whisper(
        f"{words} Shall I book it?",
        Button(label="Book it", press=f"book {slot.id}", style="primary"),
        OTHERS,
    )


async def choice(ctx: Context) -> tuple[str, list[Button]]:
    """Return what a patient can do about a time: the one they have, or the free ones."""
    mine = await kept(ctx)
    if mine is not None:
        return f"You have an appointment: **{said(ctx, mine[1])}**.", [MOVE, CANCEL]
    buttons = await free(ctx, "hold")
    return ("You can pick a time now:" if buttons else NONE_FREE), buttons


async def free(ctx: Context, verb: str, skip: int = 0) -> list[Button]:
    """Return a button for each of the next free times, and one for those that follow."""
    slots = await ctx.booking.slots(ctx.db, ctx.here.id, ctx.me.id, ctx.now)
    buttons = [
        Button(label=day_and_time(slot.starts_at, ctx.zone), press=f"{verb} {slot.id}")
        for slot in slots[skip : skip + SHOWN]
    ]
    if len(slots) > skip + SHOWN:
        buttons.append(Button(label="Later times", press=f"times {skip + SHOWN}"))
    return buttons


async def kept(ctx: Context) -> tuple[Appointment, Slot] | None:
    """Return the appointment that this patient has, if any."""
    return await bookings.appointment(ctx.db, ctx.here.id, ctx.me.id, ctx.now)


async def belongs(ctx: Context, slot_id: str) -> Slot:
    """Return a slot of this group; to the patient, any other one is taken."""
    slot = await ctx.db.get(Slot, slot_id)
    if slot is None or slot.group_id != ctx.here.id:
        raise SlotTaken("There is no such time.")
    return slot


async def gone(ctx: Context, verb: str) -> SlotTaken:
    """Return the refusal of a time that somebody else was first to take, with the next ones."""
    buttons = await free(ctx, verb)
    more = "These are the next free ones:" if buttons else NONE_FREE
    return SlotTaken(f"Sorry, that time is not free any more. {more}", *buttons)


def instead(ctx: Context, slot: Slot, new_id: str) -> Refusal:
    """Return the offer to move the appointment that a patient has already."""
    return Refusal(
        f"You have an appointment already: **{said(ctx, slot)}**. Shall I move it?",
        Button(label="Move it to this time", press=f"move {new_id}", style="primary"),
        Button(label="Keep it as it is", press="status"),
    )


def said(ctx: Context, slot: Slot, zone: str = "") -> str:
    """Return when and where, as the patient says it."""
    when = day_and_time(slot.starts_at, zone or ctx.zone)
    return f"{when}, {literal(slot.place)}" if slot.place else when


ROUTES = (
    Route("times", discreet(times), help="See free appointment times"),
    Route("hold", discreet(hold)),
)
