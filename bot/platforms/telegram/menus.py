"""Menus: kept true in the background, while nobody waits for them."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.actions import Address
from bot.events import Command, Event
from bot.platforms.telegram import profile
from bot.platforms.telegram.addresses import chat_of
from bot.platforms.telegram.desk import Desk
from bot.routing import Table
from bot.store import people
from bot.store.people import Role

CHANGE_PLACES = frozenset({"start", "join", "consent", "leave"})
BIND_ROOMS = frozenset({"setup", "room_picked", "moved"})


@dataclass(slots=True)
class Menus:
    """Publishes the menu of every room, and of each person as their place changes."""

    desk: Desk
    table: Table
    _shown: dict[Address, Role | None] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def publish(self) -> None:
        """Set what everybody sees, and the menus of the rooms."""
        self._start(profile.publish(self.desk.bot, self.table, self.desk.db))

    def after(self, event: Event) -> None:
        """Look whether what has just been answered changed a menu."""
        name = event.name if isinstance(event, Command) else event.kind
        if name in BIND_ROOMS:
            self.publish()
        elif name in CHANGE_PLACES:
            self._start(self._person(event.user))

    async def _person(self, who: Address) -> None:
        async with self.desk.db.read() as db:
            person = await people.find(db, who)
            places = await people.memberships(db, person.id) if person else []
        role = Role(places[0].role) if places else None
        if self._shown.get(who) is not role:
            self._shown[who] = role
            await profile.show_person(self.desk.bot, self.table, chat_of(who), role)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """End what is under way: it is done again at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
