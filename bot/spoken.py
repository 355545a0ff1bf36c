"""Spoken: what a platform has no shape of its own for, said in words instead of dropped."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot import text
from bot.actions import Action, Aside, Occasion, Send
from bot.store import groups
from bot.store.db import Database


async def in_words(db: Database, action: Action) -> Action:
    """Return a private talk or an event as words; every other action as it is."""
    if not isinstance(action, Aside | Occasion):
        return action
    async with db.read() as session:
        return await said(session, action)


async def said(db: AsyncSession, action: Action) -> Action:
    """Return the same within a session; times are those of the room's group."""
    match action:
        case Aside():
            return aside(action)
        case Occasion():
            found = await groups.of_room(db, action.to)
            return occasion(action, found[0].timezone if found else "UTC")
        case _:
            return action


def aside(action: Aside) -> Send:
    """Return a private talk as words to its one person; others cannot be there."""
    return Send(
        to=action.who,
        key=action.key,
        room=action.to,
        priority=action.priority,
        expires_at=action.expires_at,
        sensitive=action.sensitive,
        reply_token=action.reply_token,
        text=f"**{text.literal(action.title)}**\n\n{action.text}",
        buttons=action.buttons,
    )


def occasion(action: Occasion, zone: str) -> Send:
    """Return an event as words to its room, with the times in a time zone."""
    starts = text.day_and_time(action.starts_at, zone)
    until = text.day_and_time(action.ends_at, zone)
    same_day = starts.rpartition(" ")[0] == until.rpartition(" ")[0]
    when = f"{starts} to {until.rpartition(' ')[2] if same_day else until} ({text.zone(zone)})"
    words = f"**{text.literal(action.title)}**\n{when}\nWhere: {text.literal(action.where)}"
    return Send(
        to=action.to,
        key=action.key,
        priority=action.priority,
        expires_at=action.expires_at,
        text=f"{words}\n\n{action.about}" if action.about else words,
    )
