"""Invitations: whether a code opens the door, and the one neutral answer if it does not."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot.store import invites
from bot.store.groups import Group
from bot.store.invites import Invite
from bot.web.visit import Visit

TITLE = "This link does not open anything"
NEUTRAL = (
    "It may have been used already, or it may be too old. "
    "Please ask whoever gave it to you for a new one."
)
WAIT = "There were many tries in a short time. Please wait a few minutes before you try again."


async def invited(visit: Visit, db: AsyncSession, code: str) -> tuple[Invite, Group] | None:
    """Return the invite that a code opens now, and its group."""
    invite = await invites.find(db, code, visit.now)
    group = await db.get(Group, invite.group_id if invite else "")
    return (invite, group) if invite and group else None


def neutral(visit: Visit, *, slowed: bool = False) -> Response:
    """Answer in the same words whatever was wrong, so that nothing is learned from it."""
    words = f"{NEUTRAL} {WAIT}" if slowed else NEUTRAL
    return visit.page("message.html", 429 if slowed else 404, title=TITLE, text=words)


async def pause(visit: Visit) -> bool:
    """Wait a little if too many wrong codes came from there; tell whether that was so."""
    return await visit.site.doorkeeper.pause(_origin(visit))


async def count(visit: Visit) -> None:
    """Count a wrong code; the staff hear of it if there are many."""
    keeper = visit.site.doorkeeper
    if keeper.count(_origin(visit)):
        await keeper.alarm(visit.site.receive)


async def turned_away(visit: Visit, *, slowed: bool) -> Response:
    """Answer a wrong code, and count it."""
    await count(visit)
    return neutral(visit, slowed=slowed)


def _origin(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else "unknown"
