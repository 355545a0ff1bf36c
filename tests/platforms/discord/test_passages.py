"""Passages: who comes back from Discord is who they say, once, in time, in the same browser."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.budget import Budget
from bot.platforms import Astray, Progress, Traveller
from bot.platforms.discord import addresses, client
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.grants import Grants
from bot.platforms.discord.passages import Passages
from bot.platforms.discord.tables import DiscordGrant, DiscordPassage, DiscordRoom
from bot.settings import DatabaseSettings, Discord, Settings
from bot.store import vault
from bot.store.db import Database
from tests.platforms.discord_server import DiscordServer, Person, discord_server
from tests.world import KEY, FakeClock, empty_database

BACK = "http://127.0.0.1:9/discord/back"
HERS, OTHER = "the cookie of her browser", "the cookie of another browser"
SHE = Traveller(code="abcd-efgh", name="Ana Blue", consent="2026-11")


@dataclass
class Pier:
    """Our side of the passage, with Discord on the other."""

    server: DiscordServer
    ana: Person
    clock: FakeClock
    desk: Desk
    passages: Passages

    async def leaves(self, browser: str = HERS) -> str:
        return await self.passages.leave(browser, SHE, BACK)

    async def returns(self, query: dict[str, str], browser: str = HERS) -> str:
        """Come back, and return who it is."""
        arrival = await self.passages.arrive(browser, query)
        assert arrival.traveller == SHE
        return arrival.who

    async def strays(self, query: dict[str, str], browser: str = HERS) -> Astray:
        with pytest.raises(Astray) as caught:
            await self.passages.arrive(browser, query)
        await self.quiet()
        return caught.value

    async def quiet(self) -> None:
        """Wait until what was to be given back is given back."""
        await asyncio.gather(*self.passages._tasks)


def brought(url: str) -> dict[str, str]:
    """Return what the address of a page tells the page."""
    return dict(parse_qsl(urlsplit(url).query))


@pytest.fixture
async def pier(tmp_path: Path) -> AsyncIterator[Pier]:
    async with discord_server() as server:
        server.redirect(BACK)
        path = tmp_path / "db" / "roundtable.db"
        empty_database(path)
        wire = Discord(
            token=server.token,
            api_url=server.api_url,
            application_id=str(server.application_id),
            client_secret=server.client_secret,
        )
        settings = Settings(database=DatabaseSettings(path=path), discord=wire)
        db, clock = Database(path, vault.from_text(KEY)), FakeClock()
        nobody = client.Client(wire, lambda _name, _args: None, client.intents(wire, members=False))
        desk = Desk(nobody, Budget(), db, clock, settings)
        yield Pier(server, server.person("Ana"), clock, desk, Passages(desk, Grants(desk)))
        await db.close()
        assert server.violations == []


async def test_who_allows_it_on_discord_comes_back_with_a_proof(pier: Pier) -> None:
    url = await pier.leaves()
    assert url.startswith(pier.server.authorize_url)
    who = await pier.returns(brought(pier.ana.authorizes(url)))
    assert who == addresses.person(pier.ana.id)
    token = await pier.passages.grants.take(pier.ana.id)
    assert token in pier.server.world.bearers
    assert await pier.passages.grants.take(pier.ana.id) == token


async def test_the_address_asks_for_no_more_than_needed_and_tells_nothing(pier: Pier) -> None:
    asked = brought(await pier.leaves())
    assert asked["scope"] == "identify guilds.join"
    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    assert (asked["redirect_uri"], len(asked["state"])) == (BACK, 43)
    told = " ".join(asked.values())
    for secret in (SHE.code, SHE.name, HERS, pier.server.client_secret):
        assert secret not in told


async def test_the_code_is_worth_nothing_without_the_verifier(pier: Pier) -> None:
    stolen = brought(pier.ana.authorizes(await pier.leaves(OTHER)))["code"]
    query = brought(pier.ana.authorizes(await pier.leaves())) | {"code": stolen}
    assert (await pier.strays(query)).why == "refused"


async def test_a_proof_works_once(pier: Pier) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    await pier.returns(query)
    asked = len(pier.server.requests)
    astray = await pier.strays(query)
    assert (astray.why, astray.traveller) == ("again", SHE)
    assert len(pier.server.requests) == asked


async def test_two_at_once_with_one_proof_are_one(pier: Pier) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    came = await asyncio.gather(
        *(pier.passages.arrive(HERS, query) for _ in range(5)), return_exceptions=True
    )
    assert sorted(str(one) for one in came if isinstance(one, Astray)) == ["again"] * 4


async def test_a_proof_of_another_browser_opens_nothing_and_stays_good_in_its_own(
    pier: Pier,
) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    astray = await pier.strays(query, OTHER)
    assert (astray.why, astray.traveller) == ("lost", None)
    assert await pier.returns(query) == addresses.person(pier.ana.id)


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"state": "x" * 9000, "code": "y"}])
async def test_what_nobody_was_given_opens_nothing(pier: Pier, query: dict[str, str]) -> None:
    await pier.leaves()
    assert (await pier.strays(query)).why == "lost"
    assert pier.server.requests == []


async def test_after_ten_minutes_it_is_too_late(pier: Pier) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    pier.clock.advance(minutes=10)
    astray = await pier.strays(query)
    assert (astray.why, astray.traveller) == ("late", SHE)
    assert pier.server.requests == []
    assert (await pier.strays(query)).why == "again"


async def test_whoever_says_no_on_discord_is_not_asked_why(pier: Pier) -> None:
    query = brought(pier.ana.declines(await pier.leaves()))
    assert (await pier.strays(query)).why == "denied"
    assert (await pier.strays({"state": query["state"], "code": "x"})).why == "again"


async def test_another_error_of_discords_is_no_choice_of_theirs(pier: Pier) -> None:
    state = brought(await pier.leaves())["state"]
    assert (await pier.strays({"state": state, "error": "server_error"})).why == "refused"


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"status": 500}, {"retry_after": 5.0}, {"reset": True, "times": 3}],
    ids=["unavailable", "broken", "busy", "torn"],
)
@pytest.mark.parametrize("path", ["/oauth2/token", "/users/@me"])
async def test_a_discord_that_is_not_well_is_told_from_one_that_refuses(
    pier: Pier, path: str, fault: dict[str, float]
) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    pier.server.faults.next("*", path, **fault)  # type: ignore[arg-type]
    assert (await pier.strays(query)).why == "down"
    assert await pier.passages.grants.take(pier.ana.id) is None
    assert pier.server.world.bearers == {}


@pytest.mark.parametrize("path", ["/oauth2/token", "/users/@me"])
async def test_an_answer_that_makes_no_sense_is_a_refusal(pier: Pier, path: str) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    pier.server.faults.next("*", path, status=200, body={"id": "me", "scope": 7})
    assert (await pier.strays(query)).why == "refused"


async def test_a_wrong_secret_is_told_to_the_operator_and_is_not_in_the_log(pier: Pier) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    pier.server.world.client_secret = "another"
    with capture_logs() as logs:
        assert (await pier.strays(query)).why == "refused"
    assert logs == [
        {
            "event": "discord refused",
            "log_level": "warning",
            "path": "/oauth2/token",
            "status": 401,
            "why": "invalid_client",
        }
    ]


@pytest.mark.parametrize("body", [{"error": "no word of theirs: <b>"}, {"error": 7}, {}])
async def test_only_one_plain_word_of_a_refusal_is_logged(
    pier: Pier, body: dict[str, object]
) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    pier.server.faults.next("POST", "/oauth2/token", status=400, body=body)
    with capture_logs() as logs:
        assert (await pier.strays(query)).why == "refused"
    assert [one["why"] for one in logs] == [""]


@pytest.mark.parametrize(
    ("scopes", "who"), [({"identify"}, True), ({"guilds.join"}, False)], ids=["no join", "no name"]
)
async def test_what_was_not_allowed_is_not_taken(
    pier: Pier, scopes: set[str], who: Literal[True, False]
) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    codes = pier.server.world.codes
    codes[query["code"]] = replace(codes[query["code"]], scopes=frozenset(scopes))
    if who:
        assert await pier.returns(query) == addresses.person(pier.ana.id)
        await pier.quiet()
    else:
        assert (await pier.strays(query)).why == "refused"
    assert await pier.passages.grants.take(pier.ana.id) is None
    assert pier.server.world.bearers == {}


async def test_what_was_allowed_is_given_back_when_it_is_done(pier: Pier) -> None:
    who = addresses.person(pier.ana.id)
    await pier.returns(brought(pier.ana.authorizes(await pier.leaves())))
    await pier.passages.done(who)
    await pier.passages.done(who)
    await pier.quiet()
    assert await pier.passages.grants.take(pier.ana.id) is None
    assert pier.server.world.bearers == {}
    assert len(pier.server.asked("POST", "/revoke")) == 1


async def test_what_cannot_be_given_back_ends_by_itself(pier: Pier) -> None:
    await pier.returns(brought(pier.ana.authorizes(await pier.leaves())))
    pier.server.faults.next("POST", "/revoke", status=503)
    with capture_logs() as logs:
        await pier.passages.done(addresses.person(pier.ana.id))
        await pier.quiet()
    assert [one["event"] for one in logs] == ["a grant could not be given back; it ends by itself"]
    assert await pier.passages.grants.take(pier.ana.id) is None


async def test_what_is_not_used_in_time_is_given_back_and_forgotten(pier: Pier) -> None:
    room = addresses.room(7)
    await pier.returns(brought(pier.ana.authorizes(await pier.leaves())))
    await pier.passages.grants.offer(pier.ana.id, room, "https://discord.example/invite/x")
    pier.clock.advance(minutes=16)
    assert await pier.passages.grants.take(pier.ana.id) is None
    await pier.passages.tidy()
    await pier.quiet()
    assert pier.server.world.bearers == {}
    assert await pier.passages.grants.offered(pier.ana.id, room)
    pier.clock.advance(hours=1)
    await pier.passages.tidy()
    await pier.quiet()
    async with pier.desk.db.read() as db:
        assert (await db.execute(select(DiscordPassage))).all() == []
        assert (await db.execute(select(DiscordGrant))).all() == []
    assert len(pier.server.asked("POST", "/revoke")) == 1  # an invite is nothing to be revoked


async def test_how_far_somebody_is_is_known_to_their_browser_only(pier: Pier) -> None:
    assert await pier.passages.kept(HERS) is None
    state = brought(await pier.leaves())["state"]
    await pier.strays({"state": state})
    going = await pier.passages.kept(HERS)
    assert going is not None
    assert (going.stage, going.code) == ("going", SHE.code)
    then = Progress(at=pier.clock.now(), stage="denied", code=SHE.code)
    await pier.passages.keep(HERS, then)
    assert await pier.passages.kept(HERS) == then
    assert await pier.passages.kept(OTHER) is None


async def test_the_way_leads_to_an_invite_or_to_the_room(pier: Pier) -> None:
    who, room, home = addresses.person(pier.ana.id), addresses.room(77), pier.server.url
    assert (await pier.passages.way(who, room)).link == home
    async with pier.desk.db.write() as db:
        db.add(DiscordRoom(address=room, guild="5", updated_at=pier.clock.now()))
    way = await pier.passages.way(who, room)
    assert (way.link, way.once) == (f"{home}/channels/5/77", False)
    await pier.passages.grants.offer(pier.ana.id, room, "https://discord.example/invite/x")
    way = await pier.passages.way(who, room)
    assert (way.link, way.once) == ("https://discord.example/invite/x", True)
    other = await pier.passages.way(addresses.person(1), room)
    assert not other.once
    inside = await pier.passages.way(who, room, f"{home}/channels/5/77")
    assert not inside.once


async def test_no_secret_and_no_name_is_readable_in_the_rows(pier: Pier) -> None:
    query = brought(pier.ana.authorizes(await pier.leaves()))
    await pier.returns(query)
    token = await pier.passages.grants.take(pier.ana.id)
    assert token
    kept = b"".join(one.read_bytes() for one in pier.desk.db.path.parent.glob("*.db*"))
    for secret in (*query.values(), token, SHE.code, SHE.name, HERS, str(pier.ana.id)):
        assert secret.encode() not in kept
