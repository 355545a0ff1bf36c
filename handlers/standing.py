"""Standing: what the bot may do in a room has changed, or the room has another address."""

import structlog

from bot.actions import Address, Priority, Send, platform_of, without_thread
from bot.context import Context
from bot.events import Moved, Standing
from bot.routing import Answer, Listener
from bot.safety import gate
from bot.store import groups, moves

log = structlog.get_logger(__name__)

OUTSIDE = (
    "**I was taken out of {room}.** Nobody’s messages are checked there now, and I can let nobody "
    "in. Please add me again and make me an admin."
)
UNABLE = (
    "**I can no longer remove messages or keep strangers out in {room}.** Please make me an admin "
    "again, with the rights to delete messages, to ban people, to invite them and to pin."
)
GONE = (
    "**I cannot see {room} any more.** It was deleted, or I was taken out of it. I can let nobody "
    "in there now. Please add me again, or set up another room with `/setup`."
)
PROBLEMS = (
    "**Please look at {room}.** This has to be put right:\n\n{problems}\n\n"
    "Then type `/setup` in that room, and I look again."
)
NEWS = "**A note on {room}.**\n\n{problems}"
ABLE = "I can do all my work in {room} now. Thank you."


async def changed(event: Standing, ctx: Context) -> Answer:
    """Tell the staff when the bot cannot do its work in a room, and when it can again."""
    room = await gate.at_door(event, ctx)
    if room is None:
        return None
    state = "able" if event.able else "unable"
    await ctx.note("standing changed", detail=state if event.inside else "outside")
    words = _words(event, ctx).format(room=_named(room, ctx), problems=_listed(event))
    return [
        Send(
            to=to,
            priority=Priority.STAFF,
            silent=event.inside and event.able,
            text=words,
        )
        for to in await ctx.rooms(groups.STAFF)
        if event.inside or not _is_within(to, event.chat)
    ]


def _words(event: Standing, ctx: Context) -> str:
    if not event.inside:
        return GONE if ctx.can.secures else OUTSIDE
    if event.problems:
        return NEWS if event.able else PROBLEMS
    return ABLE if event.able else UNABLE


def _listed(event: Standing) -> str:
    return "\n".join(f"- {problem}" for problem in event.problems)


def _named(room: Address, ctx: Context) -> str:
    what = "the staff room" if ctx.purpose == groups.STAFF else "the room"
    return f"{what} on {platform_of(room).capitalize()}"


def _is_within(room: Address, chat: Address) -> bool:
    return without_thread(room) == without_thread(chat)


async def moved(event: Moved, ctx: Context) -> Answer:
    """Keep a room bound when its platform gives it another address; it may say so twice."""
    group = await moves.move(ctx.db, event.chat, event.room)
    if group is None:
        log.info("a move changed nothing", platform=platform_of(event.chat))
        return None
    ctx.group = group
    await ctx.note("room moved", detail=platform_of(event.room))
    return None


LISTENERS = (Listener(Standing, changed), Listener(Moved, moved))
