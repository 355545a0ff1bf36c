"""Plain pages: what needs nobody in particular, and the calm answers to what goes wrong."""

from sqlalchemy import text as sql
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot import text
from bot.safety import consent
from bot.web.render import STATIC, Pages, digest
from bot.web.visit import Visit

BAD_REQUEST, FORBIDDEN, FAILED = 400, 403, 500
PRIVACY = """
**This page.** It sets one cookie, so that it knows you again until you sign out. It uses no \
tracker and loads nothing from other companies.

**Messages.** What is written in the clinic’s own rooms is removed after {days}.
"""
AGAIN = ("This did not work", "Please go back, load the page again and try once more.")
FAULT = ("Something went wrong on our side", "It has been noted. Please try again in a moment.")
WRONG = {
    401: ("Please open your link", "This page is private. Open your own link, or ask for one."),
    404: ("There is nothing here", "Please check the address, or open the link you were given."),
    413: ("This is too large", "Please make it smaller. A file can have up to 8 megabytes."),
}


async def privacy(visit: Visit) -> Response:
    """Say what is kept and who sees it, in words that are true for everybody."""
    settings = visit.site.settings
    days = text.plural(settings.retention.lines, "day")
    words = consent.text(settings) + PRIVACY.format(days=days)
    return visit.page("privacy.html", html=text.html(words))


async def healthz(visit: Visit) -> Response:
    """Say that the site and its database answer."""
    async with visit.site.db.read() as db:
        await db.execute(sql("SELECT 1"))
    return JSONResponse({"ok": True})


class Errors:
    """Answers what went wrong: a page for people, JSON for scripts; never how the inside looks."""

    def __init__(self, pages: Pages) -> None:
        """Take where pages are made."""
        self.pages = pages

    async def __call__(self, request: Request, error: Exception) -> Response:
        """Return the calm answer to an error."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, words = WRONG.get(status, FAULT if status == FAILED else AGAIN)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"ok": False, "why": words}, status)
        action = {"href": "/chat", "label": "To the chat"} if status == FORBIDDEN else None
        page = self.pages.render("message.html", {"title": title, "text": words, "action": action})
        return Response(page, status, media_type="text/html; charset=utf-8")


class Static(StaticFiles):
    """Our own files: kept for ever by browsers if their address names what is in them."""

    def __init__(self) -> None:
        """Serve the folder static/."""
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or 304 if the browser has it."""
        response = await super().get_response(path, scope)
        named = f"v={digest(STATIC / path)}".encode() if response.status_code < BAD_REQUEST else b""
        fixed = named and scope["query_string"] == named
        kept = "public, max-age=31536000, immutable" if fixed else "no-cache"
        response.headers["Cache-Control"] = kept
        return response
