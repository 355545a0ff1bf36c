"""The crossing in a real browser, on two sizes of screen: to Discord's page and back into the room.

Discord stands on another site (`localhost`), as it does in life, so cookies and the policies
of our pages meet what they meet there. Run with SCREENSHOTS=folder to look at the pages.
"""

import html
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright, expect

from tests.browser import launch_options
from tests.platforms.discord_server import Person
from tests.platforms.telegram_api.listening import listen
from tests.web.harbour import CHANNEL, GUILD, Harbour, harbour

pytestmark = [pytest.mark.browser]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
ROOM = "<!doctype html><title>The room</title><h1>The room</h1>"


class Screen:
    """Discord's own pages, before its API: what a person sees of them, and their two buttons."""

    def __init__(self) -> None:
        self.person: Person | None = None
        self.api = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/oauth2/authorize":
            return web.Response(text=self._asks(str(request.url)), content_type="text/html")
        if request.path.startswith("/channels/"):
            return web.Response(text=ROOM, content_type="text/html")
        if request.path == "/favicon.ico":
            return web.Response(status=204)
        return await self._passed_on(request)

    def _asks(self, url: str) -> str:
        assert self.person is not None
        buttons = {"Authorise": self.person.authorizes(url), "Cancel": self.person.declines(url)}
        links = [f'<a href="{html.escape(to)}">{name}</a>' for name, to in buttons.items()]
        return f"<!doctype html><title>Discord</title>{' '.join(links)}"

    async def _passed_on(self, request: web.BaseRequest) -> web.StreamResponse:
        names = ("Authorization", "Content-Type", "User-Agent")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method, self.api + request.path, headers=headers, data=await request.read()
            ) as got,
        ):
            kind = got.headers.get("Content-Type", "application/json")
            return web.Response(
                status=got.status, body=await got.read(), headers={"Content-Type": kind}
            )


@asynccontextmanager
async def _crossing(folder: Path) -> AsyncIterator[tuple[Harbour, Screen]]:
    """Run the house, with Discord's pages before its API on a site of their own."""
    screen = Screen()
    runner = await listen(screen.answer, 0)
    front = f"http://localhost:{runner.addresses[0][1]}"
    try:
        async with harbour(folder, front=front) as here:
            screen.api = here.server.url
            yield here, screen
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _page(size: dict[str, Any]) -> AsyncIterator[tuple[Page, list[str]]]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        page = await (await browser.new_context(locale="en-GB", **size)).new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda line: problems.append(line.text) if line.type == "error" else None,
        )
        yield page, problems
        await browser.close()


async def _seen(page: Page, name: str, *, phone: bool) -> None:
    """Look for barriers, and keep a picture if somebody wants to look."""
    found = (await Axe().run(page)).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in {"serious", "critical"}] == []
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, "it scrolls sideways"
    if SCREENSHOTS:
        size = "phone" if phone else "desktop"
        await page.screenshot(path=f"{SCREENSHOTS}/{name}-{size}.png", full_page=True)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_person_joins_on_discord_from_the_page_of_an_invite(
    tmp_path: Path, size: dict[str, Any]
) -> None:
    phone = size is PHONE
    async with _crossing(tmp_path) as (here, screen), _page(size) as (page, problems):
        screen.person = here.server.person("Ana on Discord")
        code = await here.home.invite()
        await page.goto(f"{here.home.url}/join/{code}")
        await _seen(page, "join", phone=phone)
        await page.get_by_label("What should people here call you?").fill("Ana")
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name="Join on Discord").click()
        await page.get_by_role("link", name="Cancel").click()
        await expect(page.get_by_role("heading", name="Nothing has changed")).to_be_visible()
        await _seen(page, "denied", phone=phone)
        await page.get_by_role("link", name="Back to your invite").click()
        await page.get_by_label("What should people here call you?").fill("Ana")
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name="Join on Discord").click()
        await page.get_by_role("link", name="Authorise").click()
        await expect(page.get_by_role("heading", name="You are in")).to_be_visible()
        assert page.url == f"{here.home.url}/discord/in"
        await _seen(page, "in", phone=phone)
        await page.get_by_role("link", name="Open the group’s room").click()
        await page.wait_for_url(f"**/channels/{GUILD}/{CHANNEL}")
        assert await here.members() == ["Ana"]
        assert problems == []
