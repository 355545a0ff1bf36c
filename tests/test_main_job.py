"""The whole main job in a real browser, as a patient and a clinician do it, on two sizes of screen.

Run with SCREENSHOTS=docs to take the pictures of the README again.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import icalendar
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.browser import launch_options
from tests.processes import Running, demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
expect.set_options(timeout=15_000)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        yield browser
        await browser.close()


async def page_for(browser: Browser, size: dict[str, Any]) -> tuple[Page, list[str]]:
    """Open a page of its own and note everything the browser complains about."""
    context = await browser.new_context(locale="en-GB", **size)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    return page, problems


async def accessible(page: Page) -> None:
    """Fail on any serious or critical barrier that axe-core finds."""
    found = (await Axe().run(page)).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in {"serious", "critical"}] == []


async def say(page: Page, words: str) -> None:
    box = page.get_by_label("Message", exact=True)
    await expect(box).to_be_enabled()
    await box.fill(words)
    await box.press("Enter")


def newest(page: Page) -> Locator:
    return page.locator("#lines li.line").last


async def sign_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.wait_for_url(re.compile(r"/(chat|desk|care)"))


async def joins(page: Page, bot: Running, name: str) -> None:
    await page.goto(bot.invite if bot.invite.startswith("http") else f"{bot.url}/join/{bot.invite}")
    await expect(page.get_by_role("heading", name="Before you join")).to_be_visible()
    await accessible(page)
    await page.get_by_label("What should people here call you?").fill(name)
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Join the group").click()
    await page.wait_for_url("**/chat")


async def asks(page: Page) -> None:
    await say(page, "/ask can I eat fibre during a flare")
    answer = page.locator("li.line.private", has_text="Can I eat fibre during a flare?").last
    await expect(answer).to_be_visible()
    await expect(answer.get_by_role("link").first).to_have_attribute("href", re.compile("https://"))
    await expect(answer).to_contain_text("Reviewed")
    await say(page, "/ask who won the football world cup")
    await expect(page.locator("li.line.private").last).to_contain_text("nothing reviewed")
    await say(page, "/tip")
    await expect(page.locator("li.line.private").last).to_contain_text("Reviewed")
    await accessible(page)


async def chooses_by_keyboard(page: Page) -> None:
    box, menu = page.get_by_label("Message", exact=True), page.locator("#commands")
    await box.fill("/")
    await expect(menu).to_be_visible()
    await accessible(page)
    await box.press("Escape")
    await expect(menu).to_be_hidden()
    await box.fill("")


async def escalates(page: Page, bot: Running) -> None:
    await say(page, "/appointment")
    await page.get_by_role("button", name="No", exact=True).last.click()
    await page.get_by_role("button", name="Routine appointment").last.click()
    await expect(page.locator("li.line.private").last).to_contain_text(re.compile(r"R-\w{5}"))
    await page.goto(f"{bot.url}/care")
    await page.get_by_label("What would you like help with?").fill("My belly hurts <b>a lot</b>.")
    await page.get_by_label("Phone number").fill("020 7946 0018")
    await page.get_by_role("button", name="Send to the care team").click()
    await expect(page.get_by_text("The care team has your details")).to_be_visible()
    await accessible(page)


async def books(page: Page) -> None:
    await page.locator(".times button").first.click()
    await page.get_by_role("button", name="Book this time").click()
    await expect(page.get_by_role("heading", name="Your appointment is booked")).to_be_visible()
    first = await calendar(page)
    await accessible(page)
    await page.get_by_text("Choose another time").click()
    await page.locator(".booked .times button").first.click()
    await expect(page.get_by_role("heading", name="Your appointment is booked")).to_be_visible()
    second = await calendar(page)
    assert second["UID"] == first["UID"]
    assert int(str(second["SEQUENCE"])) > int(str(first["SEQUENCE"]))
    assert second.start != first.start


async def calendar(page: Page) -> icalendar.Event:
    """Download the calendar file and return its one entry."""
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Add to calendar").click()
    path = await (await download.value).path()
    raw = await asyncio.to_thread(Path(path).read_bytes)
    assert b"\r\n" in raw
    parsed = icalendar.Calendar.from_ical(raw)
    assert parsed["VERSION"] == "2.0"
    (event,) = parsed.walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    assert "Crohn" not in raw.decode()
    return event


async def sees(page: Page, bot: Running, name: str) -> None:
    await sign_in(page, bot.links["clinician"])
    await page.goto(f"{bot.url}/desk")
    case = page.locator("article.case", has_text=name)
    await expect(case).to_contain_text("My belly hurts <b>a lot</b>.")
    await expect(case).to_contain_text("Booked")
    await expect(page.locator(".slot.booked", has_text=name)).to_be_visible()
    await accessible(page)


async def invites(page: Page, bot: Running) -> None:
    await sign_in(page, bot.links["admin"])
    await page.goto(f"{bot.url}/chat")
    await say(page, "/invite")
    await page.get_by_role("button", name="Make the invite").click()
    await expect(newest(page)).to_contain_text("The invite is ready")


async def leaves(page: Page, bot: Running) -> None:
    await page.goto(f"{bot.url}/chat")
    await say(page, "/leave")
    await page.get_by_role("button", name="Leave the group").last.click()
    await expect(page.get_by_role("heading", name="You are not in a group now")).to_be_visible()
    await expect(page.locator("#lines li")).to_have_count(0)
    await accessible(page)


async def picture(browser: Browser, bot: Running, page: Page) -> None:
    """Take the picture of the README: some talk, and an answer that only one person sees."""
    words = "Hello all. Travelling next week: what do you pack?"
    other, _ = await page_for(browser, DESKTOP)
    await sign_in(other, bot.links["patient"])
    await say(other, words)
    await expect(page.get_by_text(words)).to_be_visible()
    await other.close()
    await say(page, "/ask can I eat fibre during a flare")
    await page.wait_for_timeout(1500)
    await page.locator("#log").evaluate("log => log.scrollTop = log.scrollHeight")
    await page.screenshot(path=f"{SCREENSHOTS}/chat.png")


@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "Mira"), (PHONE, "Tomas")])
async def test_the_main_job_from_an_invite_to_the_desk(
    tmp_path: Path, size: dict[str, Any], name: str
) -> None:
    async with demo(tmp_path / "demo") as bot, chromium() as browser:
        page, problems = await page_for(browser, size)
        await joins(page, bot, name)
        await asks(page)
        await chooses_by_keyboard(page)
        if SCREENSHOTS and size is DESKTOP:
            await picture(browser, bot, page)
        await escalates(page, bot)
        await books(page)
        desk, more = await page_for(browser, size)
        await sees(desk, bot, name)
        if SCREENSHOTS and size is DESKTOP:
            await desk.screenshot(path=f"{SCREENSHOTS}/desk.png", full_page=True)
        await leaves(page, bot)
        office, others = await page_for(browser, size)
        await invites(office, bot)
        assert problems + more + others == []
