"""The alarm: somebody tries many invite codes, and every group's staff hear of it."""

from bot import events
from bot.actions import Priority, Send
from bot.context import Context
from bot.routing import Answer, Listener
from bot.store import groups

WORDS = (
    "Somebody has tried many wrong invite codes in a short time. "
    "They are slowed down, and no code was guessed. If one of you has trouble with an invite, "
    "please make a new one."
)


async def guessed(event: events.Guessed, ctx: Context) -> Answer:
    """Note the attempts and tell the staff of all groups, once for each burst."""
    await ctx.note("many wrong codes")
    return [
        Send(to=room, priority=Priority.STAFF, text=WORDS)
        for group in await groups.every(ctx.db)
        for room in await groups.rooms(ctx.db, group.id, groups.STAFF)
    ]


LISTENERS = (Listener(events.Guessed, guessed),)
