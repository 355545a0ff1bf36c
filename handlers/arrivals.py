"""Arrivals: who asks to enter a room, comes in by a link, or goes, where the platform has doors."""

from bot.actions import Admit, Button, Send
from bot.context import Context
from bot.events import Joined, JoinRequested, Left, rows
from bot.routing import Answer, Listener
from bot.safety import gate
from bot.store import people

GONE = (
    "You are not in the room any more, but you are still in the group. Nothing has changed for "
    "you here, and you can come back at any time."
)


async def requested(event: JoinRequested, ctx: Context) -> Answer:
    """Let in whoever has a place in the room that they ask to enter."""
    room = await gate.at_door(event, ctx)
    if room is None or not gate.may_enter(ctx):
        return await gate.turned_away(event, ctx)
    return Admit(to=room, who=event.user, name=people.name_of(ctx.db, ctx.me))


async def joined(event: Joined, ctx: Context) -> Answer:
    """Take out whoever came in without a place in the room."""
    room = await gate.at_door(event, ctx)
    return None if room and gate.may_enter(ctx) else await gate.turned_away(event, ctx)


async def left(event: Left, ctx: Context) -> Answer:
    """Tell a member who went by hand how to come back, or to leave for good."""
    room = await gate.at_door(event, ctx)
    if room is None or not gate.may_enter(ctx):
        return None
    return Send(
        to=event.user,
        text=GONE,
        expires_at=ctx.now + gate.PATIENCE,
        buttons=rows(
            (
                Button(label="Get a link into the room", press="rooms", style="primary"),
                Button(label="Leave the group for good", press="leave"),
            )
        ),
    )


LISTENERS = (
    Listener(JoinRequested, requested),
    Listener(Joined, joined),
    Listener(Left, left),
)
