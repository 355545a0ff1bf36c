"""The guard: every page is in one table, and each lets in exactly those whom it names."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlmodel import col, func, select

from bot.errors import ConfigError
from bot.settings import Site
from bot.store.audit import Entry
from bot.store.people import Role
from bot.web.guard import Page, Who
from bot.web.headers import CSP
from bot.web.site import PAGES
from tests.web.house import Browser, House, hidden, house

RIGHTS = {Who.PUBLIC: 0, Who.SESSION: 1, Who.MEMBER: 2, Who.STAFF: 3}
OUT = {401, 403}


def _path(page: Page) -> str:
    return page.path.format(code="k" * 16, token="nothing", id="nothing", platform="nowhere")


def _name(page: Page) -> str:
    return f"{page.methods[0]} {page.path}"


async def _visitors(home: House) -> list[Browser]:
    """A stranger, somebody at the door, a member and a clinician: each may more than the last."""
    at_the_door, code = home.browser(), await home.invite()
    await at_the_door.get(f"/join/{code}")
    member, staff = await home.enters("ana"), await home.enters("eze", Role.CLINICIAN)
    return [home.browser(), at_the_door, member, staff]


async def _asks(browser: Browser, page: Page, csrf: str) -> httpx.Response:
    if page.methods[0] == "GET":
        return await browser.get(_path(page))
    return await browser.post(_path(page), {"csrf": csrf})


def test_the_table_holds_every_kind_of_page() -> None:
    assert {page.who for page in PAGES} == set(Who)
    assert len({(page.path, page.methods[0]) for page in PAGES}) == len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=_name)
async def test_each_page_lets_in_whom_it_names(home: House, page: Page) -> None:
    for rights, browser in enumerate(await _visitors(home)):
        answer = await _asks(browser, page, await _csrf(browser))
        allowed = rights >= RIGHTS[page.who]
        assert (answer.status_code in OUT) is not allowed
        assert answer.status_code != 500
        _is_hardened(answer)


async def _csrf(browser: Browser) -> str:
    """Return what the forms of this browser carry."""
    return hidden((await browser.client.get("/", follow_redirects=True)).text)["csrf"]


def _is_hardened(answer: httpx.Response) -> None:
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "permissions-policy" in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize("page", [page for page in PAGES if page.methods[0] == "POST"], ids=_name)
async def test_no_form_of_another_site_or_browser_is_taken(home: House, page: Page) -> None:
    eze = await home.enters("eze", Role.CLINICIAN)
    csrf, path = await _csrf(eze), _path(page)
    async with home.bot.db.read() as db:
        before = (await db.execute(select(func.count(col(Entry.number))))).scalar_one()
    wrong = [
        await eze.client.post(path, data={}),
        await eze.client.post(path, data={"csrf": "é" * 43}),
        await eze.client.post(path, data={"csrf": await _csrf(home.browser())}),
        await eze.client.post(path, data={"csrf": csrf}, headers={"Sec-Fetch-Site": "cross-site"}),
        await eze.client.post(path, data={"csrf": csrf}, headers={"Sec-Fetch-Site": "same-site"}),
        await eze.client.post(
            path, data={"csrf": csrf}, headers={"Origin": "https://evil.example"}
        ),
        await eze.client.post(path, data={"csrf": csrf}, headers={"Host": "evil.example"}),
    ]
    statuses = [answer.status_code for answer in wrong[:6]]
    async with home.bot.db.read() as db:
        after = (await db.execute(select(func.count(col(Entry.number))))).scalar_one()
    assert statuses == [403] * 6
    assert before == after


async def test_a_form_with_the_sites_own_origin_is_taken(home: House) -> None:
    ana = await home.enters("ana")
    csrf = await _csrf(ana)
    answer = await ana.client.post("/signout", data={"csrf": csrf}, headers={"Origin": home.url})
    assert answer.headers["location"] == "/"
    assert (await ana.get("/chat")).status_code == 401


async def test_a_name_that_was_made_to_point_here_is_no_page_of_ours(home: House) -> None:
    ana = await home.enters("ana")
    strange = {"Host": "evil.example", "Origin": "http://evil.example"}
    answer = await ana.client.post("/signout", data={"csrf": await _csrf(ana)}, headers=strange)
    assert answer.status_code == 403


async def test_too_much_is_refused_before_it_is_read(home: House) -> None:
    ana = await home.enters("ana")
    form = hidden((await ana.get("/care")).text)
    answer = await ana.post("/care/details", form | {"reason": "x" * 70_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


async def test_a_body_of_unknown_length_is_refused(home: House) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"

    answer = await home.browser().client.post("/join", content=pieces())
    assert answer.status_code == 411


async def test_errors_are_calm_and_show_nothing_of_the_inside(home: House) -> None:
    ana = await home.enters("ana")
    for path, status in (
        ("/nothing", 404),
        ("/static/nothing.css", 404),
        ("/static/../site.py", 404),
    ):
        answer = await home.browser().get(path)
        assert (answer.status_code, "There is nothing here" in answer.text) == (status, True)
        _is_hardened(answer)
    assert (await ana.client.put("/chat")).status_code == 405
    asked = await home.browser().get("/chat/history", headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json()["ok"]) == (401, False)


async def test_a_fault_of_ours_is_a_calm_page_without_a_trace(home: House) -> None:
    ana = await home.enters("ana")
    async with home.bot.db.write() as db:
        home.group.condition = "nothing"  # there is no such content
        await db.merge(home.group)
    answer = await ana.get("/care")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "nothing" not in answer.text.replace("nothing here", "")
    _is_hardened(answer)


async def test_static_files_are_kept_for_ever_only_under_their_own_hash(home: House) -> None:
    browser = home.browser()
    page = (await browser.get("/")).text
    named = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    kept, plain = await browser.get(named), await browser.get(named.partition("?")[0])
    old = await browser.get(named + "0")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["cache-control"] == old.headers["cache-control"] == "no-cache"
    seen = {"If-None-Match": plain.headers["etag"]}
    assert (await browser.get(named.partition("?")[0], headers=seen)).status_code == 304


async def test_the_site_says_that_it_is_well(home: House) -> None:
    assert (await home.browser().get("/healthz")).json() == {"ok": True}


async def test_privacy_is_for_everybody_and_names_no_group(home: House) -> None:
    ana = await home.enters("ana")
    stranger, member = await home.browser().get("/privacy"), await ana.get("/privacy")
    assert "365 days" in stranger.text
    assert "Crohn" not in stranger.text
    assert "Back to the chat" in member.text


async def test_behind_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    secure = Site(port=0, public_url="https://groups.example", behind_proxy=True)
    async with house(tmp_path, site=secure) as home:
        home.web.address = f"http://127.0.0.1:{home.web.port}"
        answer = await home.browser().get("/", headers={"Host": "groups.example"})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-roundtable=")
        assert "Secure" in cookie
        assert "max-age" in answer.headers["strict-transport-security"]
        token = cookie.partition("=")[2].partition(";")[0]
        csrf = hidden(answer.text)["csrf"]
        for origin, status in (("https://groups.example", 303), ("http://groups.example", 403)):
            headers = {"Cookie": f"__Host-roundtable={token}", "Origin": origin}
            sent = await home.browser().client.post(
                "/join", data={"csrf": csrf, "code": ""}, headers=headers
            )
            assert sent.status_code == status


async def test_a_port_that_is_taken_is_one_plain_sentence(home: House, tmp_path: Path) -> None:
    taken = Site(port=home.web.port)
    with pytest.raises(ConfigError, match=r"cannot listen on 127\.0\.0\.1, port \d+: .*in use"):
        async with house(tmp_path / "other", site=taken):
            pass


async def test_the_site_listens_on_ipv6_too(tmp_path: Path) -> None:
    async with house(tmp_path, site=Site(host="::1", port=0)) as home:
        assert home.url.startswith("http://[::1]:")
        assert (await home.browser().get("/healthz")).status_code == 200
