"""Setting up: an admin types a code in a room, and the room belongs to the group from then on."""

from bot import text
from bot.actions import is_person
from bot.context import Context
from bot.errors import Refusal, Stranger
from bot.events import Command
from bot.routing import ADMINS, Answer, Route
from bot.store import bindings, people
from bot.store.groups import STAFF, Binding, Group
from bot.store.people import Role


async def setup(event: Command, ctx: Context) -> Answer:
    """Bind the room that the code was typed in."""
    if ctx.purpose is not None:
        return _bound_already(event, ctx)
    found = await bindings.find(ctx.db, event.args, ctx.now)
    group = await _in_charge(ctx, found) if found else None
    if found is None or group is None:
        raise Stranger
    if is_person(event.chat):
        raise Refusal("Please type this in the room that you want to set up.")
    await bindings.use(ctx.db, found, event.chat, ctx.now)
    ctx.group = group
    await ctx.note("room bound", detail=f"{found.purpose}, {event.chat.partition(':')[0]}")
    room = "the staff room" if found.purpose == STAFF else "a room"
    return event.whisper(f"Done. This is now {room} of {text.literal(group.title)}.")


def _bound_already(event: Command, ctx: Context) -> Answer:
    if ctx.role not in ADMINS:
        raise Stranger
    return event.whisper(f"This room belongs to {text.literal(ctx.here.title)} already.")


async def _in_charge(ctx: Context, found: Binding) -> Group | None:
    """Return the code's group if the asker is in charge of it."""
    if ctx.person is None:
        return None
    place = await people.membership(ctx.db, ctx.person.id, found.group_id)
    if place is None or Role(place.role) not in ADMINS:
        return None
    return await ctx.db.get(Group, found.group_id)


# Open, because a room that is not bound yet belongs to no group.
ROUTES = (Route("setup", setup, open=True),)
