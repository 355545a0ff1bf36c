"""The gate: who may be in a room, and what becomes of somebody who may not."""

from datetime import timedelta

from bot.actions import (
    Action,
    Address,
    Decline,
    Delete,
    Priority,
    Remove,
    Send,
    is_person,
    without_thread,
)
from bot.context import Context
from bot.events import Command, Edited, Event, Joined, JoinRequested, Message
from bot.store import audit, groups, people
from bot.store.db import vault_of

PATIENCE = timedelta(days=1)
"""How long a private word about a room waits for somebody who has not opened the bot."""

ASKED = (
    "Thank you for asking. That room is private: only people with an invite can be in it, so I "
    "could not let you in. If you have an invite, open its link or type its code here."
)
TAKEN_OUT = (
    "That room is private: only people with an invite can be in it, so I took you out of it. "
    "If you have an invite, open its link or type its code here."
)
NOT_THE_TEAM = (
    "That room is for the clinic’s team only, so you cannot be in it. "
    "Nothing else has changed: your place in the group is yours."
)


def may_enter(ctx: Context) -> bool:
    """Tell whether the person has a place in this room; the staff room is the staff's."""
    return allows(ctx.member, ctx.purpose)


def allows(place: people.Membership | None, purpose: str | None) -> bool:
    """Tell whether a place in a group lets somebody into its rooms of this purpose."""
    if place is None:
        return False
    return purpose != groups.STAFF or people.Role(place.role).is_staff


async def at_door(event: Event, ctx: Context) -> Address | None:
    """Return the bound room that an event is about, and turn the context to it; None if none is.

    Entering is of a chat; if only threads of it are bound, it is about the first of those.
    """
    if is_person(event.chat):
        return None
    if await groups.of_room(ctx.db, event.chat) is not None:
        return event.chat
    found = await groups.in_chat(ctx.db, event.chat)
    if not found:
        return None
    ctx.group, ctx.purpose = found[0][0], found[0][1].purpose
    if ctx.person is not None:
        ctx.member = await people.membership(ctx.db, ctx.person.id, ctx.group.id)
    return Address(found[0][1].address)


def taken_out(event: Event, ctx: Context) -> list[Action]:
    """Return what takes a message out of its room, where it was shown before the bot saw it."""
    message = event.message if isinstance(event, Message | Edited | Command) else ""
    if ctx.can.holds or not ctx.can.deletes or not message or is_person(event.chat):
        return []
    return [Delete(to=event.chat, message=message)]


async def turned_away(event: Event, ctx: Context) -> list[Action]:
    """Return what becomes of somebody who may not be in a room: kindly, and the staff hear of it.

    They and the staff are told at most once a day for each room.
    """
    room = await at_door(event, ctx)
    if room is None:
        return []
    chat = without_thread(room)
    once = vault_of(ctx.db).lookup("turned away", f"{event.user} {chat} {ctx.now:%Y-%m-%d}")
    group_id = ctx.group.id if ctx.group else None
    await audit.add(ctx.db, ctx.now, "bot", "turned away", group_id=group_id, detail=event.kind)
    told = Send(
        to=event.user,
        key=f"gate:{once}",
        text=_sentence(event, ctx),
        expires_at=ctx.now + PATIENCE,
    )
    asked = isinstance(event, JoinRequested)
    out = (Decline if asked else Remove)(to=room, who=event.user)
    return [*taken_out(event, ctx), told, out, *await _staff(event, ctx, f"gate:{once}")]


def _sentence(event: Event, ctx: Context) -> str:
    if ctx.member is not None:
        return NOT_THE_TEAM
    return ASKED if isinstance(event, JoinRequested) else TAKEN_OUT


async def _staff(event: Event, ctx: Context, once: str) -> list[Action]:
    who = "Somebody who is not in the team" if ctx.member else "Somebody without an invite"
    room = "the staff room" if ctx.purpose == groups.STAFF else "the room"
    match event:
        case JoinRequested():
            what = f"asked to enter {room} and was turned away."
        case Joined():
            what = f"came into {room} and was taken out again."
        case _:
            what = f"wrote in {room}. It was removed, and they were taken out."
    return [
        Send(to=to, key=f"{once}.{number}", priority=Priority.STAFF, text=f"{who} {what}")
        for number, to in enumerate(await ctx.rooms(groups.STAFF))
    ]
