"""The crossing: joining on Discord from the page of an invite, and the way into the room."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.actions import Address, Admit, Send
from bot.errors import RetryLater, Undeliverable
from bot.platforms.discord import addresses
from bot.routing import Table
from bot.store import groups, people
from bot.store.groups import STAFF, Room
from bot.store.invites import Invite
from bot.store.people import Role
from handlers import join
from tests.web.harbour import CHANNEL, GUILD, Harbour, harbour
from tests.web.house import House


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Harbour]:
    async with harbour(tmp_path) as made:
        yield made


async def _uses(here: Harbour) -> list[int]:
    async with here.home.bot.db.read() as db:
        return [invite.used for invite in (await db.execute(select(Invite))).scalars()]


def _admitted(here: Harbour) -> list[Admit]:
    return [one for one in here.doorman.done if isinstance(one, Admit)]


async def test_an_invite_leads_into_the_room_on_discord(here: Harbour) -> None:
    ana, browser = here.server.person("Ana Discord"), here.home.browser()
    url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
    shown = await here.returns(browser, url)
    assert shown.status_code == 200
    assert "You are in" in shown.text
    assert "Open the group’s room" in shown.text
    assert f'href="{here.server.url}/channels/{GUILD}/{CHANNEL}"' in shown.text
    assert [(one.to, one.who) for one in _admitted(here)] == [(here.room, addresses.person(ana.id))]
    assert await here.members() == ["Ana"]
    assert await _uses(here) == [1]
    said = [one for one in here.doorman.done if isinstance(one, Send)]
    assert any("Welcome to Crohn’s circle, Ana" in one.text for one in said)


async def test_what_was_allowed_is_given_back_once_they_are_in(here: Harbour) -> None:
    ana, browser = here.server.person("Ana"), here.home.browser()
    url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
    await here.comes_back(browser, url)
    await here.home.settled()
    assert await here.passages.grants.take(ana.id) in here.server.world.bearers
    await browser.get("/discord/in")
    await asyncio.gather(*here.passages._tasks)
    assert here.server.world.bearers == {}
    assert await here.passages.grants.take(ana.id) is None


async def test_the_page_offers_discord_only_where_the_group_has_a_room(here: Harbour) -> None:
    browser, code = here.home.browser(), await here.home.invite()
    shown = await browser.get(f"/join/{code}")
    assert "Join on Discord" in shown.text
    assert "Join here" in shown.text
    async with here.home.bot.db.write() as db:
        await db.delete(await db.get_one(Room, here.room))
    shown = await browser.get(f"/join/{code}")
    assert "Discord</button>" not in shown.text
    assert "Join the group" in shown.text
    answer = await here.sends(browser, code)
    assert answer.status_code == 200
    assert "Before you join" in answer.text
    assert await here.members() == []


async def test_forms_of_that_page_alone_may_lead_to_discord(here: Harbour) -> None:
    browser, code = here.home.browser(), await here.home.invite()
    allowed = f"form-action 'self' {here.server.authorize_url};"
    shown = await browser.get(f"/join/{code}")
    again = await here.sends(browser, code, consent="")
    assert again.status_code == 422
    for page in (shown, again):
        assert allowed in page.headers["content-security-policy"]
    for path in ("/", "/join/nothing", "/discord/in"):
        policy = (await browser.get(path)).headers["content-security-policy"]
        assert "form-action 'self';" in policy


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"consent": ""}, "tick the box"),
        ({"name": ""}, "choose a name"),
        ({"name": "x" * 50}, "choose a name of 1 to 40"),
        ({"name": "Dr Blue"}, "clinic’s team"),
        ({"name": "me@example.org"}, "cannot hold"),
    ],
)
async def test_nobody_sets_out_with_a_form_that_is_not_right(
    here: Harbour, fields: dict[str, str], words: str
) -> None:
    browser, code = here.home.browser(), await here.home.invite()
    answer = await here.sends(browser, code, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert here.server.requests == []
    assert "Join on Discord" in answer.text


async def test_the_clinics_own_people_may_say_what_they_are(here: Harbour) -> None:
    eze, browser = here.server.person("Eze"), here.home.browser()
    code = await here.home.invite(Role.CLINICIAN)
    url = eze.authorizes(await here.sets_out(browser, code, name="Dr Eze"))
    assert "You are in" in (await here.returns(browser, url)).text
    assert await here.members() == ["Dr Eze"]


async def test_somebody_who_is_in_already_gets_the_way_in_and_keeps_the_invite(
    here: Harbour,
) -> None:
    ana, browser = here.server.person("Ana"), here.home.browser()
    for _ in range(2):
        url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
        shown = await here.returns(browser, url)
        assert f"/channels/{GUILD}/{CHANNEL}" in shown.text
    assert sorted(await _uses(here)) == [0, 1]
    assert await here.members() == ["Ana"]
    assert len(_admitted(here)) == 2


async def test_somebody_who_is_in_already_and_has_no_room_to_enter_is_told_so(
    tmp_path: Path,
) -> None:
    async with harbour(tmp_path, Table(join.ROUTES, (), ())) as here:
        ana, browser = here.server.person("Ana"), here.home.browser()
        for _ in range(2):
            url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
            shown = await here.returns(browser, url)
        assert "You are in already" in shown.text
        assert f'href="{here.server.url}"' in shown.text
        await asyncio.gather(*here.passages._tasks)
        assert here.server.world.bearers == {}


async def test_whoever_comes_back_twice_sees_the_same_page(here: Harbour) -> None:
    ana, browser = here.server.person("Ana"), here.home.browser()
    url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
    await asyncio.gather(*(here.comes_back(browser, url) for _ in range(4)))
    assert "You are in" in (await here.returns(browser, url)).text
    assert await here.members() == ["Ana"]
    assert len(_admitted(here)) == 1


async def test_a_slow_discord_is_waited_for_by_the_page_itself_and_then_by_the_person(
    here: Harbour,
) -> None:
    ana, browser = here.server.person("Ana"), here.home.browser()
    here.doorman.fails = [RetryLater(3600, "busy")]
    url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
    await here.comes_back(browser, url)
    while here.doorman.fails:
        await asyncio.sleep(0.01)
    first = (await browser.get("/discord/in")).text
    assert 'http-equiv="refresh"' in first
    assert "Discord is opening your room" in first
    here.home.clock.advance(minutes=1)
    second = (await browser.get("/discord/in")).text
    assert "refresh" not in second
    assert "Look again" in second
    here.home.clock.advance(hours=1)
    here.home.bot.app.wake(())
    await here.home.settled()
    assert "Open the group’s room" in (await browser.get("/discord/in")).text


async def test_while_discord_is_asked_the_page_waits_and_not_for_ever(here: Harbour) -> None:
    ana, browser, code = here.server.person("Ana"), here.home.browser(), await here.home.invite()
    url = ana.authorizes(await here.sets_out(browser, code))
    here.server.faults.next("POST", "/oauth2/token", hang=0.5, done=True)
    going = asyncio.create_task(here.comes_back(browser, url))
    while not here.server.faults.happened:
        await asyncio.sleep(0.01)
    first = (await browser.get("/discord/in")).text
    assert 'http-equiv="refresh"' in first
    assert "One moment" in first
    here.home.clock.advance(minutes=2)
    assert "Discord did not answer" in (await browser.get("/discord/in")).text
    await going
    await here.home.settled()
    assert "You are in" in (await browser.get("/discord/in")).text


async def test_a_room_that_does_not_open_is_told_and_the_place_is_kept(here: Harbour) -> None:
    ana, browser = here.server.person("Ana"), here.home.browser()
    here.doorman.fails = [Undeliverable("missing permissions")]
    url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
    shown = await here.returns(browser, url)
    assert "Your place is kept" in shown.text
    assert "Open" not in shown.text
    assert await here.members() == ["Ana"]


@pytest.mark.parametrize("sent", [True, False], ids=["sent to them", "not to be sent to them"])
async def test_an_invite_for_one_person_is_shown_to_them_alone(here: Harbour, sent: bool) -> None:
    ana, browser = here.server.person("Ana"), here.home.browser()
    here.doorman.fails = [] if sent else [RetryLater(3600, "they take no private messages")]
    url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
    await here.passages.grants.offer(ana.id, here.room, "https://discord.example/invite/x")
    await here.comes_back(browser, url)
    shown = await browser.get("/discord/in")
    assert 'href="https://discord.example/invite/x"' in shown.text
    assert "works once, for you alone" in shown.text
    assert "invite/x" not in (await here.home.browser().get("/discord/in")).text


async def test_where_only_one_of_two_rooms_opens_the_page_says_so(here: Harbour) -> None:
    staff_room = Address("discord:78")
    async with here.home.bot.db.write() as db:
        await groups.add_room(db, here.home.group.id, staff_room, STAFF, here.home.clock.now())
    eze, browser = here.server.person("Eze"), here.home.browser()
    here.doorman.fails = [Undeliverable("missing permissions")]
    code = await here.home.invite(Role.CLINICIAN)
    url = eze.authorizes(await here.sets_out(browser, code))
    shown = await here.returns(browser, url)
    assert shown.text.count('class="button primary"') == 1
    assert "Another room did not open" in shown.text


async def test_nobody_waits_for_ever_for_the_second_room(here: Harbour) -> None:
    staff_room = Address("discord:78")
    async with here.home.bot.db.write() as db:
        await groups.add_room(db, here.home.group.id, staff_room, STAFF, here.home.clock.now())
    eze, browser = here.server.person("Eze"), here.home.browser()
    here.doorman.fails = [RetryLater(3600, "busy")]
    code = await here.home.invite(Role.CLINICIAN)
    url = eze.authorizes(await here.sets_out(browser, code))
    await here.comes_back(browser, url)
    while here.doorman.fails:
        await asyncio.sleep(0.01)
    assert "refresh" in (await browser.get("/discord/in")).text
    here.home.clock.advance(minutes=1)
    shown = await browser.get("/discord/in")
    assert shown.text.count('class="button primary"') == 1


async def test_without_a_passage_there_are_no_such_pages(home: House) -> None:
    for path in ("/discord/back?state=x&code=y", "/discord/in", "/web/back"):
        assert (await home.browser().get(path)).status_code == 404
    code = await home.invite(expires_at=home.clock.now() + timedelta(days=1))
    assert "Join on" not in (await home.browser().get(f"/join/{code}")).text


async def test_a_person_of_the_page_and_one_of_discord_are_told_apart(here: Harbour) -> None:
    browser, ana = await here.home.enters("ben"), here.server.person("Ana")
    url = ana.authorizes(await here.sets_out(browser, await here.home.invite()))
    assert "You are in" in (await here.returns(browser, url)).text
    assert 'data-me="Ben"' in (await browser.get("/chat")).text
    async with here.home.bot.db.read() as db:
        person = await people.find(db, addresses.person(ana.id))
    assert person is not None
