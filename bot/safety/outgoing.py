"""The outgoing check: what the bot says is looked at before it is stored, and before it is sent.

A breach is a bug of ours, not of the person who asked: the whole event is undone and logged.
"""

import re
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot import text
from bot.actions import (
    Action,
    Address,
    Admit,
    Aside,
    Edit,
    Occasion,
    Send,
    SendFile,
    is_person,
)
from bot.context import Context
from bot.errors import OutgoingBlocked
from bot.events import Base, Edited, Message
from bot.library import Library
from bot.safety import gate
from bot.store import content, groups, people

LONGEST = 20_000
DOSE = re.compile(
    r"\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|µg|micrograms?|milligrams?|ml|units?|tablets?|capsules?)\b",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\]\([^()\s]*\)")


async def check(ctx: Context, event: Base, action: Action) -> str | None:
    """Return the group that an action belongs to; raises OutgoingBlocked if it must not go out."""
    group_id = await _destination(ctx, event, action)
    match action:
        case Send():
            _fit(_own(event, action), cited=bool(action.cites))
            await _cited(ctx, group_id, action)
        case Admit() if not await _has_a_place(ctx.db, action):
            raise OutgoingBlocked("somebody without a place was to be let into a room")
        case Aside():
            _fit(f"{action.title}\n{action.text}")
            if not await _may_talk(ctx.db, action):
                raise OutgoingBlocked("somebody without a place was to be in a private talk")
        case Occasion():
            _fit(f"{action.title}\n{action.about}\n{action.where}")
        case Edit(text=words) if action.of:  # without `of` it is a member's own line
            _fit(words)
        case SendFile(caption=words) if words:
            _fit(words)
        case _:
            pass
    return group_id


async def _destination(ctx: Context, event: Base, action: Action) -> str | None:
    """Never show one group to another: a room must be the group's, a person must be in it."""
    group_id = ctx.group.id if ctx.group else None
    if action.to in {event.user, event.chat} and (is_person(action.to) or group_id):
        return group_id  # the asker, or the room they asked in: looked up when the event came
    if not is_person(action.to):
        found = await groups.of_room(ctx.db, action.to)
        # Somebody may be let into the rooms of all their groups, wherever they ask.
        own = isinstance(action, Admit) and action.who == event.user
        if found is None or (group_id not in {None, found[0].id} and not own):
            raise OutgoingBlocked("an action was addressed to a room outside its group")
        return found[0].id
    person = await people.find(ctx.db, action.to)
    if person is None or group_id is None:
        raise OutgoingBlocked("an action was addressed to somebody the bot does not know")
    if await people.membership(ctx.db, person.id, group_id) is None:
        raise OutgoingBlocked("an action was addressed to somebody outside the group")
    return group_id


def _own(event: Base, action: Send) -> str:
    """Return the bot's own words: what a person typed and gets back alone is not among them."""
    if isinstance(event, Message | Edited) and action.to == event.user and event.text.strip():
        return action.text.replace(text.literal(event.text), "…")
    return action.text


def _fit(words: str, *, cited: bool = False) -> None:
    if not words.strip() or len(words) > LONGEST:
        raise OutgoingBlocked("a message was empty or far too long")
    if not cited and DOSE.search(_TARGET.sub("]", words)):  # an address is not read as advice
        raise OutgoingBlocked("a message named an amount of medicine without a reviewed source")


async def _cited(ctx: Context, group_id: str | None, action: Send) -> None:
    for item_id in action.cites:
        if not await _reviewed(ctx.db, ctx.library, group_id, item_id, ctx.now.date()):
            raise OutgoingBlocked("a message cited something that is not reviewed, or no longer")


async def _reviewed(
    db: AsyncSession, library: Library, group_id: str | None, item_id: str, today: date
) -> bool:
    group = await db.get(groups.Group, group_id) if group_id else None
    if group is None:
        return False
    item = library.item(group.condition, item_id)
    if item is not None:
        return item.review_by >= today
    post = await content.post(db, group.id, item_id)
    return post is not None and post.state == content.PUBLISHED


async def _has_a_place(db: AsyncSession, action: Admit) -> bool:
    """Tell whether somebody is in the group of a room, and in its team if it is the staff room."""
    found = await groups.of_room(db, action.to)
    return found is not None and await _is_in(db, action.who, found[0].id, found[1].purpose)


async def _may_talk(db: AsyncSession, action: Aside) -> bool:
    """Tell whether one person is in the group of a room, and all others are in its team."""
    found = await groups.of_room(db, action.to)
    if found is None:
        return False
    group_id = found[0].id
    team = [await _is_in(db, one, group_id, groups.STAFF) for one in action.also]
    return all(team) and await _is_in(db, action.who, group_id, groups.GROUP)


async def _is_in(db: AsyncSession, who: Address, group_id: str, purpose: str) -> bool:
    person = await people.find(db, who)
    place = await people.membership(db, person.id, group_id) if person else None
    return gate.allows(place, purpose)


async def still_right(
    db: AsyncSession, library: Library, group_id: str | None, action: Action, today: date
) -> bool:
    """Tell, just before an action is sent, whether it may still go.

    Content that was recalled or has expired may not, nor anything for a room no longer bound, and
    nobody who has left since is let in or talked to beside a room.
    """
    if isinstance(action, Admit):
        return await _has_a_place(db, action)
    if isinstance(action, Aside):
        return await _may_talk(db, action)
    if isinstance(action, Send):
        for item_id in action.cites:
            if not await _reviewed(db, library, group_id, item_id, today):
                return False
    return is_person(action.to) or await groups.of_room(db, action.to) is not None
