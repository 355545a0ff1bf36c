"""The way in over OAuth2: consent, code, token, and the guild."""

import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from tests.platforms.discord_server import DiscordServer, Person

BACK = "https://groups.example/join/back"
VERIFIER = "a-long-secret-that-only-the-web-page-knows-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:-1]


class Page:
    """The clinic's own web page, as far as OAuth2 goes."""

    def __init__(self, server: DiscordServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session

    def code(self, person: Person, scope: str = "identify guilds.join") -> str:
        asked = {
            "client_id": self.server.application_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": scope,
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        led = person.authorizes(f"{self.server.authorize_url}?{urlencode(asked)}")
        return parse_qs(urlsplit(led).query)["code"][0]

    async def post(self, path: str, **form: object) -> tuple[int, dict[str, Any]]:
        usual = {
            "client_id": self.server.application_id,
            "client_secret": self.server.client_secret,
            "grant_type": "authorization_code",
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        url = f"{self.server.api_url}/oauth2/{path}"
        data = {name: str(value) for name, value in (usual | form).items()}
        async with self.session.post(url, data=data) as answer:
            return answer.status, await answer.json()

    async def whose(self, path: str, token: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.get(self.server.api_url + path, headers=headers) as answer:
            return answer.status, await answer.json()

    async def put(self, guild: int, person: Person, token: str, **more: object) -> tuple[int, int]:
        url = f"{self.server.api_url}/guilds/{guild}/members/{person.id}"
        headers = {"Authorization": f"Bot {self.server.token}"}
        body = {"access_token": token} | more
        async with self.session.put(url, json=body, headers=headers) as answer:
            told = await answer.json() if answer.status not in {201, 204} else {}
            return answer.status, told.get("code", 0)


@pytest.fixture
async def page(server: DiscordServer) -> AsyncIterator[Page]:
    server.redirect(BACK)
    async with aiohttp.ClientSession() as session:
        yield Page(server, session)
        assert server.violations == []


async def test_who_allows_it_is_put_in_with_the_role(page: Page) -> None:
    server, ana = page.server, page.server.person("Ana")
    clinic = server.guild("Clinic")
    role = server.role(clinic, "Members")
    status, told = await page.post("token", code=page.code(ana))
    assert (status, told["token_type"]) == (200, "Bearer")
    token = told["access_token"]
    _, me = await page.whose("/users/@me", token)
    _, allowed = await page.whose("/oauth2/@me", token)
    assert me["id"] == str(ana.id)
    assert allowed["scopes"] == ["guilds.join", "identify"]
    assert await page.put(clinic.id, ana, token, roles=[str(role.id)]) == (201, 0)
    assert clinic.made.members[ana.id].role_ids == [role.id]
    assert await page.put(clinic.id, ana, token) == (204, 0)
    assert (await page.whose("/users/@me/guilds", token))[0] == 401
    _, wider = await page.post("token", code=page.code(ana, "guilds"))
    _, guilds = await page.whose("/users/@me/guilds", wider["access_token"])
    assert [one["name"] for one in guilds] == ["Clinic"]


async def test_a_code_serves_once_and_only_whoever_has_its_secret(page: Page) -> None:
    ana = page.server.person("Ana")
    code = page.code(ana)
    wrong = [
        await page.post("token", code=code, client_secret="wrong"),
        await page.post("token", code=page.code(ana), code_verifier="wrong"),
        await page.post("token", code=page.code(ana), redirect_uri="https://elsewhere.example"),
        await page.post("token", code=code, grant_type="password"),
    ]
    assert [(status, told["error"]) for status, told in wrong] == [
        (401, "invalid_client"),
        (400, "invalid_grant"),
        (400, "invalid_grant"),
        (400, "unsupported_grant_type"),
    ]
    assert (await page.post("token", code=code))[0] == 200
    assert (await page.post("token", code=code))[0] == 400
    late = page.code(ana)
    page.server.later(minutes=11)
    assert (await page.post("token", code=late))[0] == 400


async def test_the_secret_may_stand_in_the_header_and_the_proof_be_left_out(page: Page) -> None:
    server, ana = page.server, page.server.person("Ana")
    asked = {
        "client_id": server.application_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "identify",
    }
    led = ana.authorizes(f"{server.authorize_url}?{urlencode(asked)}")
    form = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(led).query)["code"][0],
        "redirect_uri": BACK,
    }
    known = f"{server.application_id}:{server.client_secret}".encode()
    headers = {"Authorization": "Basic " + base64.b64encode(known).decode()}
    url = server.api_url + "/oauth2/token"
    async with page.session.post(url, data=form, headers=headers) as answer:
        assert (await answer.json())["scope"] == "identify"


async def test_a_token_is_renewed_and_taken_back(page: Page) -> None:
    ana = page.server.person("Ana")
    _, told = await page.post("token", code=page.code(ana))
    refreshed = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    status, fresh = await page.post("token", **refreshed)
    assert status == 200
    assert (await page.post("token", **refreshed))[0] == 400
    token = fresh["access_token"]
    assert (await page.post("token/revoke", token=token, client_secret="wrong"))[0] == 401
    assert (await page.post("token/revoke", token=token))[0] == 200
    assert (await page.whose("/users/@me", token))[0] == 401


async def test_only_the_person_themselves_is_put_in_and_nobody_who_is_banned(page: Page) -> None:
    server = page.server
    ana, ben, eve = server.person("Ana"), server.person("Ben"), server.person("Eve")
    clinic = server.guild("Clinic")
    _, told = await page.post("token", code=page.code(ana))
    _, shy = await page.post("token", code=page.code(ben, "identify"))
    _, gone = await page.post("token", code=page.code(eve))
    server.join(clinic, eve)
    server.ban(clinic, eve)
    refused = [
        await page.put(clinic.id, ben, told["access_token"]),
        await page.put(clinic.id, ben, shy["access_token"]),
        await page.put(clinic.id, eve, gone["access_token"]),
        await page.put(clinic.id, ana, "made up"),
    ]
    assert refused == [(403, 50025), (403, 50025), (403, 40007), (403, 50025)]
    server.allow_bot(clinic, 0)
    assert await page.put(clinic.id, ana, told["access_token"]) == (403, 50013)


async def test_a_token_without_identify_does_not_say_whose_it_is(page: Page) -> None:
    ana = page.server.person("Ana")
    _, told = await page.post("token", code=page.code(ana, "guilds.join"))
    assert (await page.whose("/users/@me", told["access_token"]))[0] == 401
    headers = {"Authorization": f"Bot {page.server.token}"}
    url = page.server.api_url + "/oauth2/@me"
    async with page.session.get(url, headers=headers) as answer:
        assert answer.status == 401
