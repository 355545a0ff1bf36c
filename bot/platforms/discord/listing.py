"""The list of commands that Discord shows, as Discord wants to be told of it.

    a server without a room of ours    what is open to somebody outside
    a server with one                  everything, and the menus of a right click
    a private talk                     what members can do

A list is display only: whether somebody may use a command is checked when they do. Discord shows
the team's commands to those alone who hold the permission that the team's role carries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.discord import languages, options
from bot.platforms.discord.options import STRING, Option
from bot.platforms.discord.permissions import STAFF_BIT
from bot.routing import STAFF, Route, Table

Payload = list[dict[str, Any]]

MENUS = {"report": "Report to the team", "ask": "Ask the library"}
"""What a right click on a message offers, by the name of what follows it."""

SLASH, ON_MESSAGE = 1, 3
INSTALLED_IN_SERVER, TALK_WITH_BOT = 0, 1
_IN_ROOMS_ONLY = frozenset({"setup"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One command of the list: a route under its name, or under another name that it has."""

    name: str
    route: Route

    @property
    def help(self) -> str:
        """Return what it does."""
        return self.route.help or self.route.hint

    @property
    def is_of_team(self) -> bool:
        """Tell whether only the team can use it."""
        return not self.route.open and self.route.who <= STAFF


def for_server(table: Table, *, bound: bool) -> Payload:
    """Return the list of a server; `bound` tells that a room in it is ours."""
    entries = [entry for entry in _entries(table) if bound or entry.route.open]
    return [*_slashes(entries), *(_menus() if bound else ())]


def for_talks(table: Table) -> Payload:
    """Return the list of everybody's private talk with the bot."""
    own = [one for one in _entries(table) if not one.is_of_team and one.name not in _IN_ROOMS_ONLY]
    where = {"contexts": [TALK_WITH_BOT], "integration_types": [INSTALLED_IN_SERVER]}
    return [slash | where for slash in _slashes(own)]


def _entries(table: Table) -> Sequence[Entry]:
    return [
        Entry(name, route)
        for route in table.routes
        if route.help or route.hint
        for name in (route.name, *route.aliases)
    ]


def _slashes(entries: Iterable[Entry]) -> Payload:
    return [_slash(entry) for entry in entries]


def _slash(entry: Entry) -> dict[str, Any]:
    made = {
        "type": SLASH,
        **_words(entry.name, entry.help, entry.name),
        "options": [_option(entry.name, one) for one in options.of(entry.route)],
    }
    return made | ({"default_member_permissions": STAFF_BIT} if entry.is_of_team else {})


def _option(command: str, option: Option) -> dict[str, Any]:
    made = {
        "type": STRING,
        **_words(option.name, option.help, command, option.name),
        "required": option.required,
    }
    if not option.choices:
        return made | {"max_length": option.longest}
    choices = [
        {
            "name": label,
            "name_localizations": languages.names(command, option.name, value),
            "value": value,
        }
        for value, label in option.choices
    ]
    return made | {"choices": choices}


def _words(name: str, words: str, *path: str) -> dict[str, Any]:
    return {
        "name": name,
        "name_localizations": languages.names(*path),
        "description": words,
        "description_localizations": languages.helps(*path),
    }


def _menus() -> Payload:
    return [
        {
            "type": ON_MESSAGE,
            "name": label,
            "name_localizations": languages.names("menus", name),
        }
        for name, label in MENUS.items()
    ]
