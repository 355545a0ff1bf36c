"""What is said of the developer portal."""

from typing import Any

import pytest

from bot.platforms.discord import portal
from bot.settings import Discord
from bot.web import site
from tests.platforms.discord.place import BACK, Place, words
from tests.platforms.discord_api.routes import application


@pytest.mark.parametrize(
    ("flags", "content_mode", "level", "said"),
    [
        ({"members": False}, False, "warn", "Server Members Intent is off"),
        ({"presences": True}, False, "warn", "Presence Intent is on"),
        ({"message_content": True}, False, "warn", "Message Content Intent is on"),
        ({}, True, "wrong", "Discord shuts the bot out"),
        ({"message_content": True}, True, "warn", "the bot reads every message"),
        ({"message_content": True}, True, "ok", "The right intents are switched on"),
    ],
)
async def test_intents_that_are_not_as_they_should_be_are_told(
    place: Place, flags: dict[str, bool], content_mode: bool, level: str, said: str
) -> None:
    place.server.flags(**flags)
    assert said in words(await place.look(content_mode=content_mode), level)


async def test_intents_of_a_reviewed_application_count_as_well(place: Place) -> None:
    place.told["flags"] = 1 << 14 | 1 << 18
    assert "Message Content Intent is on" in words(await place.look(), "warn")


async def test_without_the_intent_for_members_the_rest_is_looked_at(
    well: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"message": "Missing Access", "code": 50001}
    well.server.faults.next("GET", r"/members\?|/members$", status=403, body=body)
    found = await well.look()
    assert well.server.faults.left == 0
    assert words(found, "wrong") == ""
    assert "only those who are let in can read it" in words(found, "ok")


@pytest.mark.parametrize(
    ("fact", "level", "said"),
    [
        ({"bot_public": True}, "warn", "The bot is public"),
        ({"bot_require_code_grant": True}, "wrong", "Requires OAuth2 Code Grant is on"),
        ({"interactions_endpoint_url": "https://other.example"}, "wrong", "not here"),
        ({"integration_types_config": {"0": {}, "1": {}}}, "warn", "to their own account"),
        ({"id": "1234567"}, "wrong", "another application"),
    ],
)
async def test_a_portal_that_is_not_set_up_is_told(
    place: Place, fact: dict[str, Any], level: str, said: str
) -> None:
    place.told |= fact
    assert said in words(await place.look(), level)


async def test_a_secret_and_an_address_that_discord_knows_are_well(place: Place) -> None:
    place.server.redirect(BACK)
    found = await place.look(client_secret=place.server.client_secret)
    assert "People can join from the clinic's page." in words(found, "ok")


async def test_an_address_that_is_not_registered_is_told(place: Place) -> None:
    found = await place.look(client_secret=place.server.client_secret)
    assert f"does not lead people back to {BACK}" in words(found, "wrong")


async def test_an_address_of_which_discord_says_nothing_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = application.told
    without = {"redirect_uris", "bot_public"}
    monkeypatch.setattr(
        application,
        "told",
        lambda world: {key: it for key, it in told(world).items() if key not in without},
    )
    found = await place.look(client_secret=place.server.client_secret)
    assert f"look for {BACK}" in words(found, "warn")
    assert "The bot is private" not in words(found, "ok")


async def test_a_wrong_secret_is_told_and_not_shown(place: Place) -> None:
    place.server.redirect(BACK)
    found = await place.look(client_secret="not-the-secret")
    assert "does not know this client_secret" in words(found, "wrong")
    assert "not-the-secret" not in str(found)


def test_the_page_that_discord_leads_back_to_is_there() -> None:
    paths = {page.path.replace("{platform}", "discord") for page in site.PAGES}
    assert portal.BACK in paths


@pytest.mark.parametrize(
    ("left", "level", "said"), [(1, "warn", "only 1 more time"), (0, "wrong", "only 0 more times")]
)
async def test_few_connections_that_are_left_are_told(
    place: Place, left: int, level: str, said: str
) -> None:
    limit = {"total": 1000, "remaining": left, "reset_after": 0, "max_concurrency": 1}
    body = {"url": "wss://gateway.example", "shards": 3, "session_start_limit": limit}
    place.server.faults.next("GET", "/gateway/bot", status=200, body=body)
    found = await place.look(shards=2)
    assert said in words(found, level)
    assert "Discord advises 3 shards; [discord] shards is 2" in words(found, "warn")


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({"gateway_url": "wss://other.example"}, True),
        ({"gateway_url": "wss://own.example", "api_url": "https://own.example/api/v10"}, False),
        ({}, False),
    ],
)
def test_a_gateway_that_is_not_discord_s_is_told(given: dict[str, str], warned: bool) -> None:
    found = list(portal.choices(Discord.model_validate(given)))
    assert ("shown to another server" in words(found, "warn")) == warned
