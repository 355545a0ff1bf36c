"""What Discord is told of the commands keeps to Discord's limits, in every language."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest

import handlers
from bot.platforms.discord import languages, listing
from bot.platforms.discord.languages import LOCALES, WORDS
from bot.platforms.discord.options import LONGEST, MOST, OPTIONS
from bot.platforms.discord.permissions import STAFF_BIT
from bot.routing import STAFF, Answer, Route, Table
from handlers import help as help_

TABLE = Table(handlers.ROUTES)
SERVER, OUTSIDE = (listing.for_server(TABLE, bound=bound) for bound in (True, False))
TALKS = listing.for_talks(TABLE)
SLASHES = [one for one in SERVER if one["type"] == listing.SLASH]
EVERYWHERE = [locale for locales in LOCALES.values() for locale in locales]
NAME = re.compile(r"[-_'\w]{1,32}")


def names(commands: Iterable[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in commands]


def described(commands: Sequence[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return every command and option with a path to name it by."""
    return [(one["name"], one) for one in commands] + [
        (f"{one['name']} {option['name']}", option) for one in commands for option in one["options"]
    ]


def length(part: dict[str, Any]) -> int:
    """Return how much Discord counts: of each text its longest language, and what is in it."""
    own = sum(
        max(map(len, [part[field], *part[f"{field}_localizations"].values()]))
        for field in ("name", "description")
        if field in part
    )
    inner = [*part.get("options", ()), *part.get("choices", ())]
    return own + len(part.get("value", "")) + sum(map(length, inner))


async def nothing(event: object, ctx: object) -> Answer:
    return None


def test_a_server_shows_every_route_that_can_be_typed_and_no_other() -> None:
    listed = [
        name
        for route in handlers.ROUTES
        if route.help or route.hint
        for name in (route.name, *route.aliases)
    ]
    assert names(SLASHES) == listed
    assert {"ask", "helpme", "setup", "rooms", "case", "report"} <= set(listed)
    assert not {"show", "hold", "book", "review", "recall", "start", "consent"} & set(listed)


def test_a_server_without_a_room_of_ours_shows_what_is_open_to_anybody() -> None:
    shown = names(OUTSIDE)
    assert {"join", "setup", "privacy"} <= set(shown)
    assert all(route.open for route in map(TABLE.find, shown) if route)
    words = " ".join(one["description"] for one in OUTSIDE).lower()
    assert not {"clinic", "crohn", "appointment", "team"} & set(words.split())


def test_a_right_click_reports_a_message_or_asks_about_it() -> None:
    menus = [one for one in SERVER if one["type"] == listing.ON_MESSAGE]
    assert names(menus) == ["Report to the team", "Ask the library"]
    assert all(len(name) <= 32 for name in names(menus))
    for menu in menus:
        assert sorted(menu["name_localizations"]) == sorted(EVERYWHERE)
        assert all(1 <= len(label) <= 32 for label in menu["name_localizations"].values())


def test_only_the_team_is_shown_what_is_the_teams() -> None:
    marked = {one["name"] for one in SLASHES if "default_member_permissions" in one}
    assert marked == {
        route.name
        for route in handlers.ROUTES
        if (route.help or route.hint) and route.who and route.who <= STAFF
    }
    assert {"cases", "case", "post", "invite"} <= marked
    assert {one.get("default_member_permissions") for one in SLASHES} == {None, STAFF_BIT}


def test_a_private_talk_shows_what_members_can_do() -> None:
    shown = set(names(TALKS))
    assert {"ask", "appointment", "join", "rooms"} <= shown
    assert not {"cases", "invite", "setup"} & shown
    assert all(one["contexts"] == [1] and one["integration_types"] == [0] for one in TALKS)
    assert not [one for one in SERVER if "contexts" in one]


@pytest.mark.parametrize("commands", [SLASHES, OUTSIDE, TALKS], ids=["server", "outside", "talks"])
def test_a_list_keeps_to_discords_limits(commands: list[dict[str, Any]]) -> None:
    assert 1 <= len(commands) <= 100
    assert max(map(length, commands)) <= 8_000
    for one in commands:
        assert len(one["options"]) <= MOST
        wanted = [option["required"] for option in one["options"]]
        assert all(first >= second for first, second in pairwise(wanted)), one["name"]


@pytest.mark.parametrize(("path", "part"), described(SLASHES))
def test_names_and_words_are_ones_that_discord_takes(path: str, part: dict[str, Any]) -> None:
    for name in (part["name"], *part["name_localizations"].values()):
        assert NAME.fullmatch(name), path
        assert name == name.lower() == unicodedata.normalize("NFC", name)
    for words in (part["description"], *part["description_localizations"].values()):
        assert 1 <= len(words) <= 100, path
    assert sorted(part["name_localizations"]) == sorted(EVERYWHERE), path
    assert sorted(part["description_localizations"]) == sorted(EVERYWHERE), path


@pytest.mark.parametrize("locale", EVERYWHERE)
def test_no_two_things_are_called_the_same_in_one_language(locale: str) -> None:
    said = [one["name_localizations"][locale] for one in SLASHES]
    assert len(said) == len(set(said))
    for one in SLASHES:
        inner = [option["name_localizations"][locale] for option in one["options"]]
        assert len(inner) == len(set(inner))


def test_choices_and_lengths_are_ones_that_discord_takes() -> None:
    options = [option for one in SLASHES for option in one["options"]]
    assert len(options) > 5
    for option in options:
        assert 1 <= option.get("max_length", 1) <= LONGEST
        choices = option.get("choices", [])
        assert len(choices) <= 25
        for choice in choices:
            labels = [choice["name"], *choice["name_localizations"].values()]
            assert all(1 <= len(label) <= 100 for label in labels)
            assert sorted(choice["name_localizations"]) == sorted(EVERYWHERE)


def test_every_route_with_words_behind_it_has_options_for_them() -> None:
    listed = [route for route in handlers.ROUTES if route.help or route.hint]
    assert [route.name for route in listed if route.usage and route.name not in OPTIONS] == []
    known = {route.name for route in listed if route.usage}
    assert set(OPTIONS) == known


def test_the_file_of_languages_names_nothing_that_is_not_there() -> None:
    known = {one["name"] for one in SLASHES}
    assert set(WORDS) - {"menus"} == known
    assert set(WORDS["menus"]) == set(listing.MENUS)
    for command, words in WORDS.items():
        if command == "menus":
            continue
        route = TABLE.find(command)
        assert route is not None
        options = {option.name: option for option in OPTIONS.get(route.name, ())}
        assert set(words) - set(LOCALES) == set(options)
        for name, option in options.items():
            values = {value for value, _ in option.choices}
            assert set(words[name]) - set(LOCALES) == values


def test_what_has_no_translation_is_shown_in_english() -> None:
    assert languages.names("nonsense") == {}
    new = Table([Route("nonsense", nothing, "Does nothing")])
    assert listing.for_talks(new)[0]["name_localizations"] == {}


def test_help_shows_the_same_words_as_discord() -> None:
    route = TABLE.find("tip")
    assert route is not None
    assert help_.line(route).startswith("/tip")
    assert next(one for one in SLASHES if one["name"] == "tip")["description"] == route.help
