"""What the check-up says of a bot that is well, and of a Discord that is not."""

from pathlib import Path
from typing import Any

import pytest

from bot.platforms.discord import checkup, permissions
from bot.safety.watched import WATCHED
from tests.platforms.discord.clinic import clinic
from tests.platforms.discord.place import TABLE, Place, words
from tests.platforms.discord_api.routes import application


async def test_a_bot_that_is_set_up_as_the_page_says_is_well(well: Place) -> None:
    found = await well.look()
    assert words(found, "wrong") == ""
    assert words(found, "warn") == ""
    said = words(found, "ok")
    assert "it is “Round Table”" in said
    assert f"permissions={permissions.NUMBER}" in said
    assert "The right intents are switched on" in said
    assert "The bot is private" in said
    assert "crohns, group room: only those who are let in can read it." in said
    assert "whoever has no invite sees #lobby." in said


async def test_looking_changes_nothing(well: Place) -> None:
    before = len(well.server.requests)
    await well.look(client_secret=well.server.client_secret)
    asked = well.server.requests[before:]
    assert {one.method for one in asked if "/oauth2/token" not in one.path} == {"GET"}
    assert well.server.gateway.sessions == []


async def test_without_a_database_only_the_account_is_looked_at(place: Place) -> None:
    found = await checkup.check(place.settings(), None, TABLE, WATCHED)
    assert "it is “Round Table”" in words(found, "ok")
    assert place.server.asked("GET", "/guilds") == []


async def test_an_unknown_token_is_told_in_plain_words(place: Place) -> None:
    other = "another.token.that-nobody-knows"
    found = await place.look(token=other)
    assert "does not know this token" in words(found, "wrong")
    assert other not in str(found)


async def test_a_server_that_is_not_there_is_told(place: Place) -> None:
    found = await place.look(api_url="http://127.0.0.1:9/api/v10")
    assert "(127.0.0.1) cannot be reached" in words(found, "wrong")
    assert len(found) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 503}, "cannot be reached, or is out of order"),
        ({"status": 429, "retry_after": 60.0}, "cannot be reached, or is out of order"),
        ({"reset": True, "times": 9}, "cannot be reached, or is out of order"),
        ({"status": 403}, "refused a question"),
    ],
)
async def test_trouble_in_the_middle_keeps_what_was_found(
    place: Place, fault: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 2.0)
    place.server.faults.next("GET", "/commands", **fault)
    found = await place.look()
    assert "it is “Round Table”" in words(found, "ok")
    assert said in words(found, "wrong")


async def test_a_limit_that_is_not_discord_s_own_is_told(place: Place) -> None:
    place.server.faults.next("GET", "/commands", status=429, retry_after=1.0, via=False)
    assert "asks to wait" in words(await place.look(), "wrong")


async def test_an_answer_that_leaves_out_what_is_needed_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr(application, "told", lambda _: told)
    found = await place.look()
    assert "it is “Round Table”" in words(found, "ok")
    assert "does not say which intents" in words(found, "warn")
    told["id"] = str(place.server.application_id)
    place.server.faults.next("GET", "/users/@me/guilds", status=200, body=[{"name": "Clinic"}])
    assert "makes no sense" in words(await place.look(), "wrong")


async def test_a_bot_that_runs_is_well_and_is_not_disturbed(tmp_path: Path) -> None:
    async with clinic(tmp_path) as here:
        found = await checkup.check(here.settings(), here.bot.db, TABLE, WATCHED, running=True)
        assert words(found, "wrong") == ""
        assert "AutoMod has the bot's 3 rules, as they should be" in words(found, "ok")
        assert "The owner of a server can read everything in it" in words(found, "warn")
        assert len(here.server.gateway.sessions) == 1
        assert here.server.gateway.sessions[0].connected
