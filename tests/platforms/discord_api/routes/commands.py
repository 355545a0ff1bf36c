"""Application commands: registered one by one or all at once, with their names checked."""

import re
from typing import Any

from simcord.backend import errors
from simcord.backend.errors import BackendError
from simcord.backend.ops.commands import COMMAND_FIELDS
from simcord.enums import AppCommandType

from tests.platforms.discord_api.calls import Call, route

_NAME = re.compile(r"[-_'\w]{1,32}")
_MOST = {AppCommandType.CHAT_INPUT: 100, AppCommandType.USER: 15, AppCommandType.MESSAGE: 15}
_BESIDE = ("nsfw", "handler", "id")
_LOCALISED = ("name_localizations", "description_localizations")
_ALL = "/applications/{application_id}/commands"
_HERE = "/applications/{application_id}/guilds/{guild_id}/commands"


def _scope(call: Call) -> int | None:
    if call.int_arg("application_id") != call.backend.application_id:
        raise BackendError(404, 10002, "Unknown Application")
    guild_id = call.int_arg("guild_id") if "guild_id" in call.args else None
    if guild_id is not None and call.world.bot.id not in call.backend.get_guild(guild_id).members:
        raise errors.missing_access()
    return guild_id


def _read(call: Call, payload: dict[str, Any]) -> dict[str, Any]:
    command = call.fields(*COMMAND_FIELDS, ignore=_BESIDE, body=payload)
    kind = command.setdefault("type", AppCommandType.CHAT_INPUT)
    name = command["name"]
    is_wrong = not name.strip() or len(name) > 32
    if kind == AppCommandType.CHAT_INPUT:
        options = list(command.get("options") or ())
        names = [name, *(one["name"] for one in options)]
        is_wrong = not all(_NAME.fullmatch(one) and one == one.lower() for one in names)
        if not command.get("description"):
            raise errors.invalid_form_body("description: This field is required")
        wanted = [bool(one.get("required")) for one in options]
        if wanted != sorted(wanted, reverse=True):
            raise errors.invalid_form_body("options: Required options must be placed before others")
    if is_wrong:
        raise errors.invalid_form_body(f"name: Command name is invalid: {name}")
    return command


def _store(call: Call, scope: int | None, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = [one["type"] for one in commands]
    for kind, most in _MOST.items():
        if kinds.count(kind) > most:
            words = f"Maximum number of application commands reached ({most})."
            raise BackendError(400, 30032, words)
    keys = [(one["name"], one["type"]) for one in commands]
    if len(set(keys)) != len(keys):
        raise errors.invalid_form_body("name: Application command names must be unique")
    made = call.backend.register_commands(scope, commands)
    for one in made:
        one["version"] = one["id"]
    return made


@route("PUT", _ALL)
@route("PUT", _HERE)
def replace_all(call: Call) -> list[dict[str, Any]]:
    """Let there be these commands and no others."""
    return _store(call, _scope(call), [_read(call, one) for one in call.json or ()])


@route("GET", _ALL)
@route("GET", _HERE)
def listed(call: Call) -> list[dict[str, Any]]:
    """List the commands; their names in other languages only when asked for."""
    found = call.backend.commands.get(_scope(call), {}).values()
    if str(call.params.get("with_localizations", "")).lower() in {"1", "true"}:
        return list(found)
    return [{k: v for k, v in one.items() if k not in _LOCALISED} for one in found]


@route("POST", _ALL)
@route("POST", _HERE)
def add(call: Call) -> dict[str, Any]:
    """Add a command, in place of the one of its name."""
    scope, new = _scope(call), _read(call, call.body())
    key = (new["name"], new["type"])
    others = [v for k, v in call.backend.commands.get(scope, {}).items() if k != key]
    return _store(call, scope, [*map(_plain, others), new])[-1]


@route("PATCH", _ALL + "/{command_id}")
@route("PATCH", _HERE + "/{command_id}")
def edit(call: Call) -> dict[str, Any]:
    """Change a command."""
    scope, old = _scope(call), _find(call)
    commands = call.backend.commands[scope]
    new = _read(call, _plain(old) | call.body())
    commands.pop((old["name"], old["type"]))
    made = old | new
    commands[made["name"], made["type"]] = made
    return made


@route("GET", _ALL + "/{command_id}")
@route("GET", _HERE + "/{command_id}")
def fetch(call: Call) -> dict[str, Any]:
    """Tell of one command."""
    return _find(call)


@route("DELETE", _ALL + "/{command_id}")
@route("DELETE", _HERE + "/{command_id}")
def remove(call: Call) -> None:
    """Remove a command."""
    old = _find(call)
    call.backend.commands[_scope(call)].pop((old["name"], old["type"]))


def _find(call: Call) -> dict[str, Any]:
    for command in call.backend.commands.get(_scope(call), {}).values():
        if command["id"] == call.args["command_id"]:
            return command
    raise BackendError(404, 10063, "Unknown application command")


def _plain(command: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in command.items() if name in COMMAND_FIELDS}
