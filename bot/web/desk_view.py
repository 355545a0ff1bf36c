"""The desk's contents: requests, posts to approve, numbers; each role sees what is its own."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import text
from bot.routing import ADMINS, CLINICIANS, REVIEWERS
from bot.store import bookings, cases, content, outbox, people
from bot.store.bookings import BOOKED
from bot.store.cases import Case, Kind, State
from bot.store.content import Post
from bot.store.groups import STAFF
from bot.store.people import Person
from bot.web import places, times, week_view
from bot.web.places import Spot
from bot.web.visit import Visit

Json = dict[str, Any]
STATUS = {
    State.OPEN: "New",
    State.SEEN: "Seen",
    State.ANSWERED: "Answered",
    State.BOOKED: "Booked",
    State.CLOSED: "Closed",
}
SEEN = {"action": "seen", "label": "I have seen it", "style": "primary"}
ANSWERED = {"action": "answered", "label": "Answered", "style": "plain"}
CLOSE = {"action": "close", "label": "Close", "style": "plain"}


async def values(visit: Visit, db: AsyncSession, where: Spot) -> Json:
    """Return what the desk shows to this person now."""
    waiting = await cases.waiting(db, where.group.id)
    staffed = await places.choices(visit, db, STAFF)
    return {
        "group": where.group,
        "groups": [
            {"title": group.title, "href": f"/desk?group={group.slug}"} for _, group in staffed
        ],
        "numbers": await _numbers(visit, db, where, waiting),
        "cases": [await _case(visit, db, where, case) for case in waiting],
        "reviews": await _reviews(db, where),
        "week": await week_view.values(visit, db, where),
        "timezone": text.zone(where.group.timezone),
    }


async def _numbers(visit: Visit, db: AsyncSession, where: Spot, waiting: Sequence[Case]) -> Json:
    zone = where.group.timezone
    today = times.local(visit.now, zone).date()
    start, end = times.midnight(today, zone), times.midnight(today + timedelta(days=1), zone)
    slots = await bookings.between(db, where.group.id, start, end)
    dead = len(await outbox.dead(db, where.group.id)) if where.role in ADMINS else None
    return {
        "open": len(waiting),
        "seen": sum(case.seen_at is not None for case in waiting),
        "booked_today": sum(slot.state == BOOKED for slot in slots),
        "dead_letters": dead,
    }


async def _case(visit: Visit, db: AsyncSession, where: Spot, case: Case) -> Json:
    """Return a request; what the patient wrote is for clinicians only."""
    person = await db.get_one(Person, case.person_id)
    may_read = where.role in CLINICIANS
    reason, phone = await cases.details(db, case) if may_read else ("", "")
    return {
        "ref": case.ref,
        "name": people.name_of(db, person),
        "kind_label": Kind(case.kind).label,
        "red_flag": case.red_flag,
        "urgent": case.urgent,
        "status_label": STATUS[State(case.state)],
        "waited": _waited(case, times.ago(visit.now - case.created_at)),
        "reason": reason,
        "phone": phone,
        "actions": _steps(case) if may_read else [],
    }


def _waited(case: Case, span: str) -> str:
    """Return how long ago it was asked; it waits until it is answered or a time is booked.

    An urgent one waits until it is seen, whatever is booked.
    """
    waits = case.state in {State.OPEN, State.SEEN} or (case.urgent and case.seen_at is None)
    return f"Waiting for {span}" if waits else f"Asked {span} ago"


def _steps(case: Case) -> list[Json]:
    if case.seen_at is None:
        return [SEEN, ANSWERED, CLOSE]
    return [CLOSE] if case.answered_at else [ANSWERED | {"style": "primary"}, CLOSE]


async def _reviews(db: AsyncSession, where: Spot) -> list[Json]:
    posts = await content.posts(db, where.group.id, content.IN_REVIEW)
    return [await _review(db, where, post) for post in posts]


async def _review(db: AsyncSession, where: Spot, post: Post) -> Json:
    author = await db.get(Person, post.author_id)
    why_not = ""
    if where.role not in REVIEWERS:
        why_not = "A clinician or a reviewer approves this."
    elif post.author_id == where.person.id:
        why_not = "You wrote this, so somebody else approves it."
    return {
        "id": post.id,
        "kind": post.kind.capitalize(),
        "title": post.title,
        "summary_html": text.html(text.paragraphs(post.body)),
        "author": people.name_of(db, author) if author else "Somebody who has left",
        "source_url": post.url if post.url.startswith("https://") else "",
        "can_approve": not why_not,
        "why_not": why_not,
    }
