"""Care: a patient asks the clinic for help and books a time, on a page that only they see."""

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.booking import calendar
from bot.store import bookings
from bot.web import care_view, places, ring
from bot.web.places import Spot
from bot.web.ring import Asked
from bot.web.visit import Visit, go

DONE = {
    "request": "Your request is with the care team.",
    "details": "Thank you. Your details are with the care team now.",
    "hold": "That time is kept for you for a few minutes.",
    "book": "Your appointment is booked.",
    "move": "Your appointment was moved.",
    "cancel": "Your appointment was cancelled.",
}


async def show(visit: Visit) -> Response:
    """Show what there is to know and to do."""
    return await _page(visit)


async def _page(visit: Visit, error: str = "") -> Response:
    async with visit.site.db.read() as db:
        where = await places.spot(visit, db)
        values = await care_view.values(visit, db, where)
    form = {"reason": visit.field("reason"), "phone": visit.field("phone")} if error else None
    notice = "" if error else DONE.get(visit.query("done"), "")
    told = {"form": form, "form_error": error, "notice": notice}
    return visit.page("care.html", 422 if error else 200, **values, **told)


async def _ask(visit: Visit, done: str, asked: Asked) -> Response:
    """Give what was asked to the ring; say what came of it on the page."""
    async with visit.site.db.read() as db:
        where = await places.spot(visit, db)
    outcome = await ring.give(visit, visit.me.address, where.room, asked)
    if not outcome.ok:
        return await _page(visit, ring.words(outcome))
    return go(f"/care?{urlencode({'group': where.group.slug, 'done': done})}")


async def request(visit: Visit) -> Response:
    """Ask for one kind of help."""
    return await _ask(visit, "request", Asked("appointment", visit.field("kind")[:20]))


async def details(visit: Visit) -> Response:
    """Say more, to the care team only."""
    answers = {"reason": visit.field("reason"), "phone": visit.field("phone")}
    return await _ask(visit, "details", Asked("details", "", answers))


async def hold(visit: Visit) -> Response:
    """Keep a time for some minutes."""
    return await _ask(visit, "hold", Asked("hold", visit.field("slot")[:64]))


async def book(visit: Visit) -> Response:
    """Make the appointment."""
    return await _ask(visit, "book", Asked("book", visit.field("slot")[:64]))


async def move(visit: Visit) -> Response:
    """Move the appointment to another time."""
    return await _ask(visit, "move", Asked("move", visit.field("slot")[:64]))


async def cancel(visit: Visit) -> Response:
    """Cancel the appointment; the page has asked whether they are sure."""
    return await _ask(visit, "cancel", Asked("cancel", "yes"))


async def appointment(visit: Visit) -> Response:
    """Hand over the appointment as a calendar file."""
    async with visit.site.db.read() as db:
        where = await places.spot(visit, db)
        found = await bookings.appointment(db, where.group.id, where.person.id, visit.now)
    if found is None:
        raise HTTPException(404)
    content = calendar.ics(
        *found,
        title="Appointment",
        now=visit.now,
        url=_address(visit, where),
        method="PUBLISH",
    )
    headers = {"Content-Disposition": f'attachment; filename="{calendar.NAME}"'}
    return Response(content, headers=headers, media_type=f"{calendar.TYPE}; charset=utf-8")


def _address(visit: Visit, where: Spot) -> str:
    return f"{visit.site.settings.site.address}/care?group={where.group.slug}"
