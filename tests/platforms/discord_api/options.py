"""Commands: which of them a person can run, and how their options go over the wire."""

from collections.abc import Mapping
from typing import Any

from simcord.backend.command_access import command_access
from simcord.backend.errors import SetupError
from simcord.backend.models import Channel
from simcord.interactions import nest_options, validate_option_value, walk_to_subcommand

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.resolving import Resolved, attach, resolve
from tests.platforms.discord_api.screens import Screen

SLASH, ON_PERSON, ON_MESSAGE = 1, 2, 3
_NAMED, _FILE = {6, 7, 8, 9}, 11


def available(screen: Screen, place: Channel, kind: int = SLASH) -> list[str]:
    """Return the names of the commands that this person can run in a channel."""
    commands = screen.world.backend.visible_commands(
        user_id=screen.id, channel_id=place.id, type=kind
    )
    return list(dict.fromkeys(command["name"] for command in commands))


def registered(screen: Screen, place: Channel, name: str, kind: int) -> dict[str, Any]:
    """Return a command that this person can run here."""
    backend = screen.world.backend
    command = backend.find_command(name, place.guild_id, kind)
    if command is None:
        raise MayNot(f"no command {name!r}; there are {available(screen, place, kind)}")
    access = command_access(backend, command, user_id=screen.id, channel_id=place.id)
    if not access.allowed:
        raise MayNot(f"{screen.name} does not see the command {name!r} here: {access.reason}")
    if place.guild_id is None and not screen.world.meets(screen.id):
        raise MayNot(f"{screen.name} shares no server with the bot")
    return command


def head(command: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the data of every command begins with."""
    of_guild = {"guild_id": command["guild_id"]} if command.get("guild_id") else {}
    kind = int(command.get("type", SLASH))
    return {"id": command["id"], "name": command["name"], "type": kind, **of_guild}


def filled(screen: Screen, place: Channel, line: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a slash command with its options, or say what is wrong with them."""
    name, *path = line.removeprefix("/").split()
    command = registered(screen, place, name, SLASH)
    try:
        leaf, nesting = walk_to_subcommand(command, path)
    except SetupError as error:
        raise MayNot(str(error)) from error
    declared = {option["name"]: option for option in leaf.get("options") or ()}
    _check_names(line, declared, given)
    resolved: Resolved = {}
    options = [
        {
            "name": name,
            "type": option["type"],
            "value": _value(screen, place, option, value, resolved),
        }
        for name, option in declared.items()
        if (value := given.get(name)) is not None
    ]
    data = head(command)
    if nested := nest_options(command, nesting, options):
        data["options"] = nested
    if resolved:
        data["resolved"] = resolved
    return data


def _check_names(line: str, declared: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    if any(option["type"] <= 2 for option in declared.values()):
        raise MayNot(f"/{line} goes on: {sorted(declared)}")
    if unknown := sorted(given.keys() - declared.keys()):
        raise MayNot(f"/{line} has no {unknown}; it has {sorted(declared)}")
    needed = {name for name, option in declared.items() if option.get("required")}
    if missing := sorted(name for name in needed if given.get(name) is None):
        raise MayNot(f"/{line} cannot be sent without {missing}")


def _value(
    screen: Screen,
    place: Channel,
    option: dict[str, Any],
    value: Any,  # noqa: ANN401
    resolved: Resolved,
) -> object:
    if option["type"] in _NAMED:
        kinds = option.get("channel_types")
        key = resolve(screen, place, option["type"], value, resolved)
        if kinds and resolved["channels"][key]["type"] not in kinds:
            raise MayNot(f"{option['name']}: no such channel can be chosen")
        return key
    for choice in option.get("choices") or ():
        if value == choice["name"]:
            value = choice["value"]
    try:
        value = validate_option_value(option["name"], option, value)
    except SetupError as error:
        raise MayNot(str(error)) from error
    return attach(screen, place, value, resolved) if option["type"] == _FILE else value
