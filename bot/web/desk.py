"""The desk: the clinic's own people see who waits, open times and approve what is posted."""

from urllib.parse import urlencode

from sqlmodel import select
from starlette.responses import Response

from bot.routing import CLINICIANS
from bot.store import audit, cases
from bot.store.audit import Entry
from bot.store.groups import STAFF
from bot.web import desk_view, places, ring, times
from bot.web.places import Spot
from bot.web.ring import Asked
from bot.web.visit import Visit, go

DONE = {
    "case": "The request was updated. The patient has been told.",
    "slots": "The new times are open.",
    "close": "That time is closed.",
    "review": "Your decision is kept.",
}
VIEWED = "case viewed"
TIMES = {"date": "date", "from": "start", "to": "end", "minutes": "minutes", "place": "place"}


async def show(visit: Visit) -> Response:
    """Show the desk."""
    return await _page(visit)


async def _note_views(visit: Visit, where: Spot) -> None:
    """Note once a day that this person could read what a patient wrote."""
    zone = where.group.timezone
    today = times.midnight(times.local(visit.now, zone).date(), zone)
    async with visit.site.db.read() as db:
        query = select(Entry.subject).where(
            Entry.actor == where.person.id, Entry.action == VIEWED, Entry.at >= today
        )
        seen = set((await db.execute(query)).scalars())
        waiting = await cases.waiting(db, where.group.id)
    fresh = [case for case in waiting if case.details_at is not None and case.ref not in seen]
    if not fresh:
        return
    async with visit.site.db.write() as db:
        for case in fresh:
            await audit.add(
                db,
                visit.now,
                where.person.id,
                VIEWED,
                group_id=where.group.id,
                subject=case.ref,
            )


async def _page(visit: Visit, error: str = "") -> Response:
    """Note whose requests are looked at, and show the desk: after a mistake as well."""
    async with visit.site.db.read() as db:
        where = await places.spot(visit, db, STAFF)
    if where.role in CLINICIANS:
        await _note_views(visit, where)
    async with visit.site.db.read() as db:
        values = await desk_view.values(visit, db, where)
    notice = "" if error else DONE.get(visit.query("done"), "")
    form = {name: visit.field(name) if error else "" for name in TIMES}
    return visit.page(
        "desk.html", 422 if error else 200, **values, notice=notice, error=error, form=form
    )


async def _ask(visit: Visit, done: str, asked: Asked) -> Response:
    """Give what was asked to the ring, in the staff room; say what came of it on the page."""
    async with visit.site.db.read() as db:
        where = await places.spot(visit, db, STAFF)
    outcome = await ring.give(visit, visit.me.address, where.room, asked)
    if not outcome.ok:
        return await _page(visit, ring.words(outcome))
    # The calendar stays at the week that somebody was working on.
    week = (visit.field("week") or visit.field("date"))[:10]
    kept = {"group": where.group.slug, "done": done} | ({"week": week} if week else {})
    return go(f"/desk?{urlencode(kept)}")


async def case(visit: Visit) -> Response:
    """Take a request one step further."""
    args = f"{visit.field('action')[:20]} {visit.field('ref')[:20]}"
    return await _ask(visit, "case", Asked("case", args))


async def slots(visit: Visit) -> Response:
    """Open times."""
    answers = {name: visit.field(field) for field, name in TIMES.items()}
    return await _ask(visit, "slots", Asked("slots", "", answers))


async def close(visit: Visit) -> Response:
    """Close a time that nobody has booked."""
    return await _ask(visit, "close", Asked("slot", f"close {visit.field('slot')[:64]}"))


async def review(visit: Visit) -> Response:
    """Approve what a colleague posted, or give it back."""
    args = f"{visit.field('decision')[:20]} {visit.field('id')[:64]}"
    return await _ask(visit, "review", Asked("review", args))
