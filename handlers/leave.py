"""Leaving: asked once more, then done at once, without a reason and without a reproach."""

from bot import text
from bot.actions import Action, Button, Priority, Send
from bot.context import Context
from bot.errors import Refusal, Stranger
from bot.events import Command
from bot.routing import Answer, Route
from bot.store import bookings, groups, people
from bot.store.people import Role
from handlers import doors

LAST = (
    "You are the last person in charge of this group, so you cannot leave it yet. "
    "Please make somebody else an owner first."
)


async def leave(event: Command, ctx: Context) -> Answer:
    """End the asker's place in the group once they are sure."""
    if ctx.member is None:
        raise Stranger
    if await doors.is_last_head(ctx.db, ctx.member):
        raise Refusal(LAST)
    if event.args == "no":
        return event.whisper("Nothing has changed. You are still in the group.")
    if event.args != "yes" and (event.answers or {}).get("sure") != "yes":
        return await _sure(event, ctx)
    ctx.member.left_at = ctx.now
    ctx.db.add(ctx.member)
    await ctx.note("left")
    entered = doors.open_to(Role(ctx.member.role))
    gone = await doors.remove(ctx.db, ctx.here.id, ctx.me.id, entered)
    return [_goodbye(event, ctx), *gone, *await _announcement(ctx)]


async def _sure(event: Command, ctx: Context) -> Send:
    title = text.literal(ctx.here.title)
    words = f"**Do you want to leave {title}?** You need a new invite to come back."
    if await bookings.appointment(ctx.db, ctx.here.id, ctx.me.id, ctx.now):
        words += (
            "\n\nYour appointment stays booked. If you do not want it any more, "
            "cancel it before you go."
        )
    return event.whisper(
        words,
        Button(label="Leave the group", press="leave yes", style="danger"),
        Button(label="Stay", press="leave no"),
    )


def _goodbye(event: Command, ctx: Context) -> Send:
    return event.whisper(
        f"You have left {text.literal(ctx.here.title)}. Thank you for having been part of it. "
        "If you want to come back, ask the clinic for an invite."
    )


async def _announcement(ctx: Context) -> list[Action]:
    name = text.literal(people.name_of(ctx.db, ctx.me))
    return [
        Send(to=room, priority=Priority.STAFF, silent=True, text=f"{name} has left the group.")
        for room in await ctx.rooms(groups.STAFF)
    ]


ROUTES = (
    # Open, so that somebody who does not agree to a changed consent text can still go.
    Route("leave", leave, "Leave this group", open=True),
)
