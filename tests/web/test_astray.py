"""Crossings that end before the room: each is told in kind words, and nothing is lost by it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot.actions import Admit
from bot.context import Context
from bot.errors import Stranger
from bot.events import Command
from bot.routing import Answer, Route, Table
from bot.safety import consent
from bot.settings import Invites
from bot.store import audit, invites
from bot.store.invites import Invite
from bot.store.people import Role
from bot.web import invitation
from handlers import alarm
from tests.web.harbour import Harbour, harbour
from tests.web.house import Browser, hidden


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Harbour]:
    async with harbour(tmp_path) as made:
        yield made


async def test_a_wrong_code_is_counted_and_gets_the_neutral_answer(tmp_path: Path) -> None:
    few = Invites(wrong_codes=3, wrong_minutes=15)
    async with harbour(tmp_path, Table((), alarm.LISTENERS, ()), invites=few) as here:
        browser = here.home.browser()
        code = await here.home.invite()
        form = hidden((await browser.get(f"/join/{code}")).text)
        form |= {"name": "Ana", "consent": "yes", "where": "discord"}
        wrong = [await browser.post(f"/join/{'k' * n}", form) for n in range(5, 9)]
        assert [one.status_code for one in wrong] == [404, 404, 404, 429]
        assert all(invitation.TITLE in one.text for one in wrong)
        assert here.server.requests == []
        async with here.home.bot.db.read() as db:
            assert [one.action for one in await audit.every(db)] == ["many wrong codes"]


async def _ends(here: Harbour, *, url: str, browser: Browser, words: str, back: str) -> None:
    """Come back and read these words; the page leads to the invite if it still works."""
    shown = await here.returns(browser, url)
    assert words in shown.text
    assert (f'href="/join/{back}"' in shown.text) is bool(back)
    assert await here.members() == []
    assert not any(isinstance(one, Admit) for one in here.doorman.done)
    await asyncio.gather(*here.passages._tasks)
    assert here.server.world.bearers == {}


async def test_whoever_says_no_on_discord_can_come_back_to_the_invite(here: Harbour) -> None:
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.declines(await here.sets_out(browser, code))
    await _ends(here, url=url, browser=browser, words="Nothing has changed", back=code)
    url = ana.authorizes(await here.sets_out(browser, code))
    assert "You are in" in (await here.returns(browser, url)).text


async def test_too_late_is_told_kindly(here: Harbour) -> None:
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.authorizes(await here.sets_out(browser, code))
    here.home.clock.advance(minutes=11)
    await _ends(here, url=url, browser=browser, words="took a little too long", back=code)


async def test_another_browser_gets_nowhere_and_learns_nothing(here: Harbour) -> None:
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.authorizes(await here.sets_out(browser, code))
    other = here.home.browser()
    await here.comes_back(other, url)
    shown = await other.get("/discord/in")
    assert (shown.status_code, "Please begin again" in shown.text) == (404, True)
    assert code not in shown.text
    assert "Crohn" not in shown.text
    assert "You are in" in (await here.returns(browser, url)).text


async def test_somebody_elses_proof_cannot_be_planted(here: Harbour) -> None:
    mallory, browser = here.server.person("Mallory"), here.home.browser()
    planted = mallory.authorizes(await here.sets_out(browser, await here.home.invite()))
    ana = here.home.browser()
    await ana.get(f"/join/{await here.home.invite()}")
    shown = await here.returns(ana, planted)
    assert "Please begin again" in shown.text
    assert await here.members() == []


async def test_a_discord_that_does_not_answer_is_nobodys_fault(here: Harbour) -> None:
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.authorizes(await here.sets_out(browser, code))
    here.server.faults.next("POST", "/oauth2/token", status=503)
    await _ends(here, url=url, browser=browser, words="Discord did not answer", back=code)


async def test_a_wrong_setting_says_that_the_person_did_nothing_wrong(here: Harbour) -> None:
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.authorizes(await here.sets_out(browser, code))
    here.server.world.client_secret = "another"
    await _ends(here, url=url, browser=browser, words="You did nothing wrong", back=code)


async def test_a_code_that_was_used_meanwhile_is_neutral_and_counted(tmp_path: Path) -> None:
    async with harbour(tmp_path, invites=Invites(wrong_codes=2)) as here:
        ana, browser = here.server.person("Ana"), here.home.browser()
        url = ana.authorizes(await here.sets_out(browser, code := await here.home.invite()))
        async with here.home.bot.db.write() as db:
            await invites.redeem(db, code, here.home.clock.now())
        await _ends(here, url=url, browser=browser, words=invitation.TITLE, back="")
        statuses = [(await here.home.browser().get("/join/kkkk")).status_code for _ in range(2)]
        assert statuses == [404, 429]


async def test_a_code_that_ends_at_the_last_moment_is_neutral_too(tmp_path: Path) -> None:
    async def ends(event: Command, ctx: Context) -> Answer:
        made.home.clock.advance(days=8)
        raise Stranger

    async with harbour(tmp_path, Table((Route("join", ends, open=True),), (), ())) as made:
        ana, browser = made.server.person("Ana"), made.home.browser()
        url = ana.authorizes(await made.sets_out(browser, await made.home.invite()))
        await _ends(made, url=url, browser=browser, words=invitation.TITLE, back="")


async def test_two_people_with_one_code_are_one_member(here: Harbour) -> None:
    code = await here.home.invite()
    people = {name: here.home.browser() for name in ("Ana", "Ben")}
    urls = [
        here.server.person(name).authorizes(await here.sets_out(browser, code, name=name))
        for name, browser in people.items()
    ]
    pairs = zip(people.values(), urls, strict=True)
    shown = await asyncio.gather(*(here.returns(browser, url) for browser, url in pairs))
    assert sorted(one.status_code for one in shown) == [200, 404]
    assert len(await here.members()) == 1


async def test_a_name_that_only_the_ring_refuses_leads_back_to_the_form(here: Harbour) -> None:
    await here.home.enters("eze", Role.CLINICIAN)
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.authorizes(await here.sets_out(browser, code, name="Eze"))
    shown = await here.returns(browser, url)
    assert "somebody in the clinic’s team is called that" in shown.text
    assert f'href="/join/{code}"' in shown.text
    assert await here.members() == ["Eze"]
    async with here.home.bot.db.read() as db:
        assert [invite.used for invite in (await db.execute(select(Invite))).scalars()] == [0]


async def test_a_text_that_changed_meanwhile_is_not_agreed_to(
    here: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.authorizes(await here.sets_out(browser, code))
    monkeypatch.setattr(consent, "VERSION", "2027-01")
    await _ends(here, url=url, browser=browser, words="Please begin again", back=code)


async def test_a_fault_of_ours_is_told_and_the_invite_still_works(tmp_path: Path) -> None:
    async def breaks(event: Command, ctx: Context) -> Answer:
        raise ZeroDivisionError

    table = Table((Route("join", breaks, open=True),), (), ())
    async with harbour(tmp_path, table) as here:
        ana, browser = here.server.person("Ana"), here.home.browser()
        url = ana.authorizes(await here.sets_out(browser, code := await here.home.invite()))
        await _ends(here, url=url, browser=browser, words="Something went wrong", back=code)
