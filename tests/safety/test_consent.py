"""The consent text says what is true of the bot as it is set up."""

import pytest

from bot.safety import consent
from bot.settings import Discord, Settings

TOKEN = "a-token-of-the-right-length-for-discord"
NONE = Settings()
BLIND = Settings(discord=Discord(token=TOKEN))
READING = Settings(discord=Discord(token=TOKEN, content_mode=True))


def test_a_bot_without_discord_says_nothing_of_it() -> None:
    assert "Discord" not in consent.text(NONE)
    assert consent.version(NONE) == consent.VERSION


def test_on_discord_the_text_says_who_looks_for_what() -> None:
    assert "does not read what you write in the rooms" in consent.text(BLIND)
    assert "reads every message in the group’s rooms" in consent.text(READING)
    assert "another company" in consent.text(BLIND)
    assert "another company" in consent.text(READING)


def test_another_text_has_another_version() -> None:
    every = (NONE, BLIND, READING)
    assert len({consent.text(one) for one in every}) == 3
    assert len({consent.version(one) for one in every}) == 3


@pytest.mark.parametrize("settings", [NONE, BLIND, READING])
def test_each_text_says_what_everybody_must_know(settings: Settings) -> None:
    words = consent.text(settings)
    for heading in ("Who can see what", "Not medical care", "Not for emergencies", "Rules"):
        assert f"### {heading}\n" in words
    assert "{" not in words
    assert len(words) < 4_000
