"""The doors: how somebody comes in and goes out, and what a stranger may learn (nothing)."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from bot.actions import Address
from bot.platforms.web.tables import WebSession
from bot.settings import Invites
from bot.store import audit, invites, links, outbox, people
from bot.store.people import Role
from bot.web.site import Elsewhere
from handlers import alarm
from tests.web import commands
from tests.web.house import Browser, House, hidden, house

JOINING = {"name": "Ana", "consent": "yes"}


async def _members(home: House) -> list[str]:
    async with home.bot.db.read() as db:
        found = await people.members(db, home.group.id)
        return [people.name_of(db, person) for person, _ in found]


async def _link(home: House, address: Address, page: str = "/care?group=crohns") -> str:
    async with home.bot.db.write() as db:
        return await links.issue(db, address, page, home.clock.now())


async def test_an_invite_leads_into_the_room(home: House) -> None:
    browser, code = home.browser(), await home.invite()
    shown = await browser.get(f"/join/{code}")
    assert "Crohn’s circle" in shown.text
    assert "Not for emergencies" in shown.text
    before = browser.token
    answer = await browser.send(f"/join/{code}", **JOINING)
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    assert browser.token != before
    assert (await browser.get("/chat")).status_code == 200
    async with browser.talks() as talk:
        await talk.sees("Welcome to Crohn’s circle, Ana")


async def test_a_typed_code_leads_to_its_page(home: House) -> None:
    browser, code = home.browser(), await home.invite()
    answer = await browser.send("/join", page="/", code=f" {code.upper()} ")
    assert answer.headers["location"] == f"/join/{invites.tidy(code)}"
    assert (await browser.send("/join", page="/", code=" - ")).headers["location"] == "/"


async def test_joining_twice_by_one_form_is_joining_once(home: House) -> None:
    browser, code = home.browser(), await home.invite()
    form = hidden((await browser.get(f"/join/{code}")).text) | JOINING
    first = browser.token
    answers = [await browser.post(f"/join/{code}", form)]
    browser.holds(first)  # the second press left before the answer came
    answers.append(await browser.post(f"/join/{code}", form))
    assert [answer.headers["location"] for answer in answers] == ["/chat", "/chat"]
    assert await _members(home) == ["Ana"]
    assert (await browser.get("/chat")).status_code == 200


async def test_the_token_from_before_is_worth_nothing_soon(home: House) -> None:
    browser, code = home.browser(), await home.invite()
    await browser.get(f"/join/{code}")
    before = browser.token
    await browser.send(f"/join/{code}", **JOINING)
    home.clock.advance(minutes=3)
    assert (await home.browser(before).get("/chat")).status_code == 401
    assert (await browser.get("/chat")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Ana"}, "tick the box"),
        ({"name": "", "consent": "yes"}, "needs an answer"),
        ({"name": "x" * 300, "consent": "yes"}, "too long"),
    ],
)
async def test_a_form_that_is_not_right_says_what_is_missing(
    home: House, fields: dict[str, str], words: str
) -> None:
    browser, code = home.browser(), await home.invite()
    for _ in range(2):  # the same mistake twice is told twice
        answer = await browser.send(f"/join/{code}", **fields)
        assert answer.status_code == 422
        assert words in answer.text
    assert await _members(home) == []
    assert (await browser.send(f"/join/{code}", **JOINING)).status_code == 303


async def test_a_form_without_a_session_begins_again(home: House) -> None:
    browser, code = home.browser(), await home.invite()
    form = hidden((await browser.get("/")).text) | JOINING
    answer = await browser.post(f"/join/{code}", form)
    assert answer.headers["location"] == f"/join/{code}"
    assert await _members(home) == []


async def test_every_code_that_opens_nothing_gets_the_same_answer(home: House) -> None:
    now = home.clock.now()
    used, expired = await home.invite(), await home.invite(expires_at=now)
    revoked = await home.invite()
    async with home.bot.db.write() as db:
        await invites.redeem(db, used, now)
        found = await invites.find(db, revoked, now)
        assert found is not None
        await invites.revoke(db, home.group.id, found.id, now)
    codes = ("k" * 16, used, expired, revoked, "x", "%00", "a" * 3000)
    answers = [await home.browser().get(f"/join/{code}") for code in codes]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "Crohn" not in answers[0].text
    assert "Roundtable" not in answers[0].text


async def test_a_code_that_was_used_meanwhile_is_neutral_too(home: House) -> None:
    browser, code = home.browser(), await home.invite()
    form = hidden((await browser.get(f"/join/{code}")).text) | JOINING
    async with home.bot.db.write() as db:
        await invites.redeem(db, code, home.clock.now())
    answer = await browser.post(f"/join/{code}", form)
    assert answer.status_code == 404
    assert "does not open anything" in answer.text
    await home.settled()
    async with home.bot.db.read() as db:
        assert list(await outbox.dead(db)) == []


async def test_many_wrong_codes_are_slowed_and_the_staff_hear_of_it_once(tmp_path: Path) -> None:
    few = Invites(wrong_codes=3, wrong_minutes=15)
    async with house(tmp_path, commands.table(listeners=alarm.LISTENERS), invites=few) as home:
        browser, eze = home.browser(), await home.enters("eze", Role.CLINICIAN)
        right, began = await home.invite(), home.clock.now()
        statuses = [(await browser.get(f"/join/{'k' * n}")).status_code for n in range(5, 11)]
        assert statuses == [404, 404, 404, 429, 429, 429]
        slept = home.clock.now() - began
        assert 3 <= slept.total_seconds() <= 6
        assert (await browser.get(f"/join/{right}")).status_code == 200
        async with eze.talks(room=home.staff_room) as talk:
            line = await talk.sees("many wrong invite codes")
            assert len(talk.lines) == 1
        async with home.bot.db.read() as db:
            noted = [entry.action for entry in await audit.every(db)]
    assert noted == ["many wrong codes"]
    assert "127.0.0.1" not in str(line)


async def test_a_link_signs_in_once_and_looking_does_not_use_it(home: House) -> None:
    ana = await home.enters("ana")
    path, browser = await _link(home, ana.address), home.browser()
    for _ in range(2):
        shown = await browser.get(path)
        assert "Continue as Ana" in shown.text
    answer = await browser.send(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/care?group=crohns")
    assert "My care" in (await browser.get("/care?group=crohns")).text
    stranger = await home.browser().get(path)
    assert (stranger.status_code, "does not open" in stranger.text) == (404, True)
    assert "Ana" not in stranger.text


async def test_a_used_link_goes_on_for_the_same_person(home: House) -> None:
    ana, ben = await home.enters("ana"), await home.enters("ben")
    path = await _link(home, ana.address)
    form = hidden((await ana.get(path)).text)
    first = ana.token
    await ana.post(path, form)
    ana.holds(first)  # pressed twice
    assert (await ana.post(path, form)).headers["location"] == "/care?group=crohns"
    assert (await ana.get(path)).headers["location"] == "/care?group=crohns"
    assert (await ben.get(path)).status_code == 404
    assert (await ben.send(path, page="/care")).status_code == 404


async def test_a_link_changes_who_the_browser_is(home: House) -> None:
    ana, ben = await home.enters("ana"), await home.enters("ben")
    path = await _link(home, ben.address)
    await ana.send(path)
    assert 'data-me="Ben"' in (await ana.get("/chat")).text


@pytest.mark.parametrize("page", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_a_link_never_leads_to_another_site(home: House, page: str) -> None:
    ana = await home.enters("ana")
    path = await _link(home, ana.address, page)
    assert (await home.browser().send(path)).headers["location"] == "/chat"


async def test_a_link_runs_out(home: House) -> None:
    ana = await home.enters("ana")
    path = await _link(home, ana.address)
    home.clock.advance(hours=1)
    assert (await home.browser().get(path)).status_code == 404
    assert (await home.browser().get("/in/nonsense")).status_code == 404


async def test_home_says_nothing_to_strangers_and_lets_members_through(home: House) -> None:
    shown = await home.browser().get("/")
    assert "This is a private space." in shown.text
    assert "Crohn" not in shown.text
    ana = await home.enters("ana")
    assert (await ana.get("/")).headers["location"] == "/chat"


async def test_tokens_and_addresses_are_not_in_the_database(home: House) -> None:
    browser, code = home.browser(), await home.invite()
    await browser.get(f"/join/{code}")
    await browser.send(f"/join/{code}", **JOINING)
    async with browser.talks() as talk:
        await talk.says("my secret words")
        await talk.sees("my secret words")
    await home.settled()
    async with home.bot.db.read() as db:
        rows = (await db.execute(select(WebSession))).scalars().all()
        addresses = [home.bot.db.vault.open("address", row.address) for row in rows]
    kept = b"".join(map(Path.read_bytes, _files(home)))
    assert len(addresses) == 2
    for secret in (browser.token, addresses[0], "my secret words", invites.tidy(code), "Ana"):
        assert secret.encode() not in kept


def _files(home: House) -> list[Path]:
    """Return the files of the database, what was written last too."""
    return sorted(home.bot.db.path.parent.glob("*.db*"))


async def test_two_browsers_with_one_code_are_one_member(home: House) -> None:
    code = await home.invite()
    two = [home.browser(), home.browser()]
    sent: list[httpx.Response] = await asyncio.gather(*(_joins(one, code) for one in two))
    assert sorted(answer.status_code for answer in sent) == [303, 404]
    assert len(await _members(home)) == 1


async def _joins(browser: Browser, code: str) -> httpx.Response:
    return await browser.send(f"/join/{code}", **JOINING)


async def test_the_cookie_is_only_for_this_site_and_not_for_scripts(home: House) -> None:
    answer = await home.browser().get("/")
    cookie = answer.headers["set-cookie"]
    assert re.search(r"HttpOnly.*Path=/.*SameSite=lax", cookie)
    assert "Secure" not in cookie


async def test_the_page_of_an_invite_offers_the_way_in_by_another_platform(tmp_path: Path) -> None:
    doors = {"letter": "https://chat.example/bot?start={code}", "stone": ""}
    async with house(tmp_path, elsewhere=Elsewhere(lambda: doors)) as home:
        code = await home.invite()
        shown = (await home.browser().get(f"/join/{code.replace('-', '').upper()}")).text
        assert f'href="https://chat.example/bot?start={code}"' in shown
        assert "Join on Letter instead" in shown
        assert "Stone" not in shown
        closed = (await home.browser().get("/join/nothing")).text
        assert "Letter" not in closed


async def test_without_another_platform_the_page_offers_none(home: House) -> None:
    shown = (await home.browser().get(f"/join/{await home.invite()}")).text
    assert "instead" not in shown
