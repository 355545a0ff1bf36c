"""The site: its table of pages, and the server that answers."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from bot.doorkeeper import Doorkeeper
from bot.errors import ConfigError
from bot.library import Library
from bot.platforms import Passage, Receive
from bot.platforms.web import WebPlatform, files
from bot.platforms.web.pace import Pace
from bot.platforms.web.socket import Chat, Connection
from bot.routing import Table
from bot.settings import Settings
from bot.store.db import Database
from bot.web import care, crossing, desk, doors, guard, plain, talk
from bot.web.guard import Page, Who
from bot.web.headers import Headers
from bot.web.render import Pages
from bot.web.visit import Site

log = structlog.get_logger(__name__)

POST = ("POST",)
UPLOAD_LIMIT = files.LARGEST + 64 * 1024
FRAME_BYTES = 4 * 1024 * 1024  # larger ones end the connection; smaller ones get a sentence
GRACE_SECONDS = 5
FORBIDDEN = 4403
MOST_SOCKETS = 20  # of one person: each costs a look at the database for every line

PAGES = (
    Page("/", doors.home, Who.PUBLIC),
    Page("/join", doors.typed, Who.PUBLIC, POST),
    Page("/join/{code}", doors.join, Who.PUBLIC),
    Page("/join/{code}", doors.joined, Who.PUBLIC, POST),
    Page("/in/{token}", doors.link, Who.PUBLIC),
    Page("/in/{token}", doors.opened, Who.PUBLIC, POST),
    Page("/{platform}/back", crossing.back, Who.PUBLIC),
    Page("/{platform}/in", crossing.inside, Who.PUBLIC),
    Page("/privacy", plain.privacy, Who.PUBLIC),
    Page("/healthz", plain.healthz, Who.PUBLIC),
    Page("/signout", doors.leave, Who.SESSION, POST),
    Page("/chat", talk.chat, Who.MEMBER),
    Page("/chat/history", talk.history, Who.MEMBER),
    Page("/chat/files", talk.upload, Who.MEMBER, POST, UPLOAD_LIMIT),
    Page("/files/{id}", talk.file, Who.MEMBER),
    Page("/care", care.show, Who.MEMBER),
    Page("/care/request", care.request, Who.MEMBER, POST),
    Page("/care/details", care.details, Who.MEMBER, POST),
    Page("/care/hold", care.hold, Who.MEMBER, POST),
    Page("/care/book", care.book, Who.MEMBER, POST),
    Page("/care/move", care.move, Who.MEMBER, POST),
    Page("/care/cancel", care.cancel, Who.MEMBER, POST),
    Page("/care/appointment.ics", care.appointment, Who.MEMBER),
    Page("/desk", desk.show, Who.STAFF),
    Page("/desk/case", desk.case, Who.STAFF, POST),
    Page("/desk/slots", desk.slots, Who.STAFF, POST),
    Page("/desk/slots/close", desk.close, Who.STAFF, POST),
    Page("/desk/review", desk.review, Who.STAFF, POST),
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other platforms add to the site.

    `doors` returns how somebody comes in there (`Site.doors`), `calls` are the paths on which a
    platform calls us; it proves itself there by a secret of its own. `passages` begin and end on
    the site's own pages.
    """

    doors: Callable[[], Mapping[str, str]] = dict
    calls: Sequence[Route] = ()
    passages: Sequence[Passage] = ()


NOWHERE = Elsewhere()


def application(site: Site, calls: Sequence[Route] = ()) -> ASGIApp:
    """Return the site as one ASGI application; the headers are outermost, so errors have them."""
    errors = plain.Errors(site.pages)
    chat = Chat(site.web, site.table, site.receive, Pace(site.web.pace))

    async def talk_to(browser: WebSocket) -> None:
        await _talk(site, chat, browser)

    pages = Starlette(
        routes=[
            *(guard.route(site, page) for page in PAGES),
            *calls,
            WebSocketRoute("/chat/socket", talk_to),
            Mount("/static", plain.Static()),
        ],
        exception_handlers={HTTPException: errors, Exception: errors},
    )
    return Headers(pages, https=site.https)


async def _talk(site: Site, chat: Chat, browser: WebSocket) -> None:
    """Let a member's own page open a socket; anybody else is refused before it opens."""
    token = browser.cookies.get(site.cookie, "")
    _, viewer = await guard.whose(site, token)
    if viewer is None or not guard.same_origin(site.settings, browser.headers):
        await browser.close(FORBIDDEN)
        return
    if site.web.hub.count(viewer.lookup) >= MOST_SOCKETS:
        await browser.close(FORBIDDEN)
        return
    await Connection(chat, browser, token, viewer).run()


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to the program that it is a part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(
    settings: Settings,
    db: Database,
    web: WebPlatform,
    library: Library,
    table: Table,
    receive: Receive,
    elsewhere: Elsewhere = NOWHERE,
) -> AsyncIterator[None]:
    """Answer browsers for as long as the block lasts; the address is in `web.address`."""
    keeper = Doorkeeper(settings.invites, web.clock)
    pages = Pages(settings)
    others = (elsewhere.doors, elsewhere.passages)
    site = Site(settings, db, web, library, table, receive, pages, keeper, *others)
    with _listening(settings) as ear:
        host, web.port = ear.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        web.address = settings.site.public_url or f"http://{name}:{web.port}"
        server = _Server(_config(settings, application(site, elsewhere.calls)))
        running = asyncio.create_task(server.serve(sockets=[ear]))
        try:
            await _started(server, running)
            yield
        finally:
            await web.hub.close()
            server.should_exit = True
            await running


def _listening(settings: Settings) -> socket.socket:
    """Return a socket that listens; raises ConfigError if another program has the port."""
    where = (settings.site.host, settings.site.port)
    family = socket.AF_INET6 if ":" in settings.site.host else socket.AF_INET
    try:
        return socket.create_server(where, family=family, backlog=2048)
    except OSError as error:
        message = (
            f"[site] host, port: cannot listen on {where[0]}, port {where[1]}: {error.strerror}. "
            "Choose another port, or stop the program that uses it."
        )
        raise ConfigError(message) from None


def _config(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES,
        proxy_headers=settings.site.behind_proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


async def _started(server: _Server, running: asyncio.Task[None]) -> None:
    while not server.started:
        if running.done():
            await running
        await asyncio.sleep(0.01)
