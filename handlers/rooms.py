"""Rooms: a person gets the links into their rooms again, on platforms that need one."""

from bot.context import Context
from bot.errors import Refusal
from bot.events import Command
from bot.routing import EVERYONE, Answer, Route
from bot.store import people
from bot.store.people import Role
from handlers import doors


async def rooms(event: Command, ctx: Context) -> Answer:
    """Let the asker into every room of theirs on this platform."""
    if ctx.can.holds:
        return event.whisper("All your rooms are open to you here. You need no link.")
    name = people.name_of(ctx.db, ctx.me)
    admitted = [
        one
        for place in await people.memberships(ctx.db, ctx.me.id)
        for one in await doors.admit(ctx.db, place.group_id, event.user, name, Role(place.role))
    ]
    if not admitted:
        raise Refusal("Your group has no room here. You can write to me in private.")
    words = doors.links(len(admitted), listed=ctx.can.secures)
    if not ctx.can.secures:
        words = f"{words} Where you are in already, you need none."
    return [event.whisper(words), *admitted]


ROUTES = (Route("rooms", rooms, who=EVERYONE, hint="Get into your rooms"),)
