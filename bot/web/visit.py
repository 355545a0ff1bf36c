"""Visits: one request, whose it is, and what the page that answers it needs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.actions import Address
from bot.doorkeeper import Doorkeeper
from bot.library import Library
from bot.platforms import Passage, Receive
from bot.platforms.web import WebPlatform, sessions
from bot.platforms.web.viewers import Viewer
from bot.routing import Table
from bot.settings import Settings
from bot.store.db import Database
from bot.web.render import Pages


@dataclass(frozen=True, slots=True)
class Site:
    """What every page of the site shares.

    `doors` returns how somebody comes in on other platforms: a link with `{code}` in it for each
    one's name. `passages` lead there from this site's own pages.
    """

    settings: Settings
    db: Database
    web: WebPlatform
    library: Library
    table: Table
    receive: Receive
    pages: Pages
    doorkeeper: Doorkeeper
    doors: Callable[[], Mapping[str, str]] = dict
    passages: Sequence[Passage] = ()

    @property
    def https(self) -> bool:
        """Tell whether browsers reach the site by https."""
        return self.settings.site.address.startswith("https://")

    @property
    def cookie(self) -> str:
        """Return the name of the session's cookie; the prefix ties it to this very host."""
        return "__Host-roundtable" if self.https else "roundtable"


@dataclass(slots=True)
class Visit:
    """One request. `address` is whose browser it is, `viewer` who that is to the bot, if anybody.

    `token` is what the cookie holds, or will hold: a page changes it to let a browser in or out.
    """

    site: Site
    request: Request
    token: str
    address: Address | None
    viewer: Viewer | None
    form: FormData

    @property
    def now(self) -> datetime:
        """Return the present moment."""
        return self.site.web.clock.now()

    @property
    def csrf(self) -> str:
        """Return what each form of this browser must carry."""
        return sessions.csrf(self.site.db.vault, self.token)

    @property
    def me(self) -> Viewer:
        """Return who it is, on pages that only members see."""
        if self.viewer is None:
            raise TypeError("this page is open to people whom the bot does not know")
        return self.viewer

    def field(self, name: str) -> str:
        """Return a text field of the form that was sent; empty if it was not there."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    def query(self, name: str) -> str:
        """Return a value of the address; empty if it is not there."""
        return self.request.query_params.get(name, "")

    def part(self, name: str) -> str:
        """Return a piece of the path."""
        return str(self.request.path_params[name])

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a page made from a template."""
        shared = {"csrf": self.csrf, "me": self.viewer, "once": sessions.new_token()[:24]}
        words = self.site.pages.render(template, shared | values)
        return Response(words, status, media_type="text/html; charset=utf-8")


View = Callable[[Visit], Awaitable[Response]]


def go(where: str) -> Response:
    """Send the browser on to another page, which it gets afresh."""
    return RedirectResponse(where, 303)
