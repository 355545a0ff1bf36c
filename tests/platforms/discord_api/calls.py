"""One request as the routes see it, and the table that finds the route for it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simcord.backend import errors
from simcord.http import router
from simcord.http import routes as simcord_routes
from simcord.http.router import RequestContext

from tests.platforms.discord_api.behind import Behind
from tests.platforms.discord_api.world import Grant, World

assert simcord_routes.__all__, "importing them fills simcord's table"


@dataclass
class Call(RequestContext):
    """A request; simcord's own routes take it as their context."""

    backend: Behind
    world: World = field(kw_only=True)
    bearer: Grant | None = None
    authorization: str = ""

    def int_arg(self, name: str) -> int:
        """Return a part of the path that must be an id."""
        value = self.args[name]
        if not value.isascii() or not value.isdecimal():
            raise errors.invalid_form_body(f'{name}: Value "{value}" is not snowflake.')
        return int(value)

    def need(self, guild_id: int, *permissions: str) -> None:
        """Refuse unless the bot has these permissions in a guild."""
        self.require_guild_permissions(guild_id, *permissions)


Handler = Callable[[Any], Any]


class Entry(NamedTuple):
    """A route: its path as the vendor writes it, cut at the slashes."""

    template: tuple[str, ...]
    handler: Handler


class Answer(NamedTuple):
    """A route's answer where the status is not the usual one."""

    status: int
    body: Any


_OWN: dict[str, list[tuple[list[str], Handler]]] = defaultdict(list)
_TABLE: dict[tuple[str, int], list[Entry]] = {}


def route(method: str, template: str) -> Callable[[Handler], Handler]:
    """Register a route; it goes before simcord's route of the same path."""

    def register(handler: Handler) -> Handler:
        _OWN[method].append((template.strip("/").split("/"), handler))
        return handler

    return register


def _fill() -> None:
    for table in (_OWN, router._ROUTES):
        for method, entries in table.items():
            for parts, handler in entries:
                place = _TABLE.setdefault((method, len(parts)), [])
                place.append(Entry(tuple(parts), handler))
    for found in _TABLE.values():
        found.sort(key=lambda entry: sum(part[0] == "{" for part in entry.template))


def find(method: str, path: str) -> tuple[Entry, dict[str, str]] | None:
    """Return the route with the fewest open places, and what stands in those."""
    if not _TABLE:
        _fill()
    parts = path.strip("/").split("/")
    for entry in _TABLE.get((method, len(parts)), ()):
        args: dict[str, str] = {}
        for wanted, part in zip(entry.template, parts, strict=True):
            if wanted[0] == "{":
                args[wanted[1:-1]] = part
            elif wanted != part:
                break
        else:
            return entry, args
    return None
