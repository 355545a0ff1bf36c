"""The guard: before any page answers, it sees who asks, whether they may, and from which page.

request ─> small enough? ─> whose browser ─> may they? ─> our own form? ─> the page ─> cookie
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.actions import Address
from bot.platforms.web import sessions, viewers
from bot.platforms.web.viewers import Viewer
from bot.settings import THIS_MACHINE, Settings
from bot.web.visit import Site, View, Visit

FORM_LIMIT = 64 * 1024


class Who(StrEnum):
    """Who may see a page."""

    PUBLIC = "public"
    SESSION = "session"
    MEMBER = "member"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the site's table: the path, the view, who may, and how much may be sent."""

    path: str
    view: View
    who: Who
    methods: Sequence[str] = ("GET",)
    limit: int = FORM_LIMIT


def route(site: Site, page: Page) -> Route:
    """Return a page's route with the guard before it."""

    async def endpoint(request: Request) -> Response:
        return await _guarded(site, page, request)

    return Route(page.path, endpoint, methods=list(page.methods), name=page.path)


async def _guarded(site: Site, page: Page, request: Request) -> Response:
    _small(request, page.limit)
    sent = request.cookies.get(site.cookie, "")
    token = sent if sessions.is_token(sent) else sessions.new_token()
    address, viewer = await whose(site, token)
    _permitted(page.who, address, viewer)
    visit = Visit(site, request, token, address, viewer, FormData())
    if request.method == "POST":
        _same_site(site.settings, request.headers)
        visit.form = await request.form(max_files=1, max_fields=40, max_part_size=page.limit)
        _ours(visit)
    response = await page.view(visit)
    await request.close()
    if visit.token != sent:
        _set_cookie(site, response, visit.token)
    return response


async def whose(site: Site, token: str) -> tuple[Address | None, Viewer | None]:
    """Return whose browser holds this token, and who that is to the bot."""
    now = site.web.clock.now()
    async with site.db.read() as db:
        session = await sessions.find(db, token, now)
        address = sessions.address_of(db, session) if session else None
        viewer = await viewers.look(db, address) if address else None
        stale = session is not None and session.seen_at + sessions.SEEN_EVERY <= now
    if stale:
        async with site.db.write() as db:
            await sessions.touch(db, token, now)
    return address, viewer


def _small(request: Request, limit: int) -> None:
    """Refuse what says no length or too much of it, before it is read."""
    if request.method != "POST":
        return
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise HTTPException(411)
    if int(length) > limit:
        raise HTTPException(413)


def _permitted(who: Who, address: Address | None, viewer: Viewer | None) -> None:
    places = viewer.places if viewer else ()
    allowed = {
        Who.PUBLIC: True,
        Who.SESSION: address is not None,
        Who.MEMBER: bool(places),
        Who.STAFF: any(place.role.is_staff for place in places),
    }
    if not allowed[who]:
        raise HTTPException(403 if places else 401)


def same_origin(settings: Settings, headers: Headers) -> bool:
    """Tell whether a request says that it comes from a page of this site."""
    origin, host = headers.get("origin", ""), headers.get("host", "")
    if settings.site.public_url:
        asked = urlsplit(settings.site.public_url)
        return origin == f"{asked.scheme}://{asked.netloc}"
    return origin in {f"http://{host}", f"https://{host}"} and _is_here(settings, host)


def _is_here(settings: Settings, host: str) -> bool:
    """Tell whether a host is this machine, so that no strange name can be made to point at it."""
    name = urlsplit(f"//{host}").hostname or ""
    by_number = name.replace(".", "").isdecimal() or ":" in name
    return by_number or name in THIS_MACHINE | {settings.site.host}


def _same_site(settings: Settings, headers: Headers) -> None:
    """Refuse a form that another site sent. Browsers say so, each in one of two ways.

    Under our own referrer policy a form's origin may be `null`; then only the other one counts.
    """
    fetched = headers.get("sec-fetch-site")
    if fetched is not None and fetched != "same-origin":
        raise HTTPException(403)
    origin = headers.get("origin")
    if origin in {None, "null"}:
        return
    if not same_origin(settings, headers):
        raise HTTPException(403)


def _ours(visit: Visit) -> None:
    """Refuse a form that was not made by our own page for this very browser."""
    sent = visit.request.headers.get("x-csrf-token") or visit.field("csrf")
    if not sessions.is_same(sent, visit.csrf):
        raise HTTPException(403)


def _set_cookie(site: Site, response: Response, token: str) -> None:
    if not token:
        response.delete_cookie(site.cookie, path="/", secure=site.https, httponly=True)
        return
    response.set_cookie(
        site.cookie,
        token,
        max_age=int(sessions.LONGEST.total_seconds()),
        path="/",
        secure=site.https,
        httponly=True,
        samesite="lax",
    )
