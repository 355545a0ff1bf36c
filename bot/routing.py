"""Routing: what a handler looks like, and how an event finds it.

The menu, slash commands, /help and the docs all read the one table of routes. A button's data is
a command line, so a press finds its handler the same way a typed command does.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import events
from bot.actions import Action, Form
from bot.store.people import Role

Answer = Action | Iterable[Action] | None
# A handler takes its event and the context (bot.context, a layer above this one).
Handler = Callable[[Any, Any], Awaitable[Answer]]
FormMaker = Callable[[Any, Any], Awaitable[Form | None]]

EVERYONE = frozenset(Role)
MEMBERS = EVERYONE - {Role.GUEST}
STAFF = frozenset({Role.CLINICIAN, Role.REVIEWER, Role.ADMIN, Role.OWNER})
CLINICIANS = frozenset({Role.CLINICIAN, Role.OWNER})
SCHEDULERS = frozenset({Role.CLINICIAN, Role.ADMIN, Role.OWNER})
REVIEWERS = frozenset({Role.CLINICIAN, Role.REVIEWER, Role.OWNER})
ADMINS = frozenset({Role.ADMIN, Role.OWNER})


class Where(StrEnum):
    """In which chats a command may be used."""

    ANYWHERE = "anywhere"
    STAFF_ROOM = "staff room"


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that people can ask of the bot.

    `form` is asked before the handler runs: a form, or a function of the event and the context
    that returns one (or None when nothing needs to be asked). `usage` shows the words that may
    follow the name. A route without `help` is reached by buttons and pages, and no menu shows it.
    A route that is `open` can be used by somebody who is not in the group yet. `hint` describes a
    route without `help` where only what a platform lists can be typed.
    """

    name: str
    handler: Handler
    help: str = ""
    who: frozenset[Role] = MEMBERS
    where: Where = Where.ANYWHERE
    usage: str = ""
    form: Form | FormMaker | None = None
    open: bool = False
    aliases: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Listener:
    """A handler of events that are not commands: `of` is the kind of event it hears."""

    of: type[events.Base]
    handler: Handler


@dataclass(frozen=True, slots=True)
class DueRow:
    """A row whose moment has come."""

    ref: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """A handler of time, looked at whenever `cron` (in UTC) says.

    Without `due` the handler gets one `Tick`. With it, the handler gets one `Due` event for each
    row that the query returns, each in a transaction of its own.
    """

    name: str
    cron: str
    job: Handler
    due: Callable[[AsyncSession, datetime, int], Awaitable[Sequence[DueRow]]] | None = None


class Table:
    """The table of contents: every route, listener and schedule."""

    def __init__(
        self,
        routes: Sequence[Route],
        listeners: Sequence[Listener] = (),
        schedules: Sequence[Schedule] = (),
    ) -> None:
        """Take the tables; two routes of one name are a mistake of ours."""
        self.routes, self.listeners, self.schedules = routes, listeners, schedules
        self._by_name: dict[str, Route] = {}
        for route in routes:
            for name in (route.name, *route.aliases):
                if name in self._by_name:
                    raise ValueError(f"two routes are called {name}")
                self._by_name[name] = route

    def find(self, name: str) -> Route | None:
        """Return the route of that name."""
        return self._by_name.get(name.lower())

    def hears(self, event: events.Event) -> list[Listener]:
        """Return the listeners of this kind of event, in the table's order."""
        return [listener for listener in self.listeners if isinstance(event, listener.of)]

    def schedule(self, name: str) -> Schedule | None:
        """Return the schedule of that name."""
        return next((item for item in self.schedules if item.name == name), None)

    def menu(self, role: Role | None) -> list[Route]:
        """Return the routes that a menu shows to this role; None is somebody outside."""
        return [
            route
            for route in self.routes
            if route.help and (route.open if role is None else role in route.who)
        ]


def split(line: str) -> tuple[str, str]:
    """Return the name and the rest of a command line: `/ask can I eat` is `ask`, `can I eat`."""
    words = line.strip().removeprefix("/").split(maxsplit=1)
    name = words[0].partition("@")[0].lower() if words else ""
    return name, words[1].strip() if len(words) > 1 else ""
