"""Telegram on the contract's stage: people act in a room and in their talks with the bot.

What stands in a room is what people and the bot said there. Commands that people typed are left
out: on other platforms they stand nowhere. In the talk with the bot one's own words are.
"""

import json
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

from bot.actions import Address
from bot.main import Bot
from bot.platforms import Platform
from bot.platforms.telegram import addresses
from bot.store.people import Role
from tests.platforms.contract import BOT, Shown
from tests.platforms.telegram.clinic import Clinic, clinic
from tests.platforms.telegram_server import MayNot, Person, Seen
from tests.web import commands

ENTER = "Enter the room"


class TelegramStage:
    """Each person has the bot open."""

    lacks: frozenset[str] = frozenset({"once"})

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stack = AsyncExitStack()
        self.updates: dict[str, str] = {}
        self.clinic: Clinic

    @classmethod
    async def open(cls, folder: Path) -> "TelegramStage":
        made = cls(folder)
        made.clinic = await made.stack.enter_async_context(clinic(folder, commands.table()))
        return made

    async def close(self) -> None:
        await self.stack.aclose()

    @property
    def bot(self) -> Bot:
        return self.clinic.bot

    @property
    def platform(self) -> Platform:
        return self.clinic.telegram

    @property
    def room(self) -> Address:
        return self.clinic.room

    def address(self, name: str) -> Address:
        return addresses.person(self._person(name).id)

    def _person(self, name: str) -> Person:
        return self.clinic.people[name]

    async def enters(self, name: str, role: Role = Role.MEMBER) -> None:
        await self.clinic.enters(name, role)

    async def says(self, name: str, words: str, update: str = "") -> str:
        if update:
            assert self.clinic.telegram.intake is not None
            await self.clinic.telegram.intake.take(json.loads(self.updates[update]))
            await self.clinic.settled()
            return update
        try:
            self._person(name).says(self.clinic.group, words)
        except MayNot:
            return ""
        number, body = self.clinic.server.world.updates.waiting[-1]
        self.updates[str(number)] = body.decode()
        await self.clinic.settled()
        return str(number)

    async def presses(self, name: str, label: str) -> None:
        await self.clinic.settled()
        person = self._person(name)
        places = [(person.talk.id, person.sees()), (self.clinic.group.id, self._room(name))]
        at = max((seen.at, place) for place, lines in places for seen in lines
                 if label in seen.labels)[1]  # fmt: skip
        await person.presses(label, chat=self.clinic.server.world.chats[at])
        await self.clinic.settled()

    async def fills(self, name: str, **values: str) -> None:
        await self.clinic.settled()
        person = self._person(name)
        fields = {field.label: field for field in commands.FORM.fields}
        while field := self._asked(person, fields):
            if options := {one.value: one.label for one in fields[field].options}:
                await person.presses(options[values[fields[field].name]])
            else:
                person.writes(values[fields[field].name])
            await self.clinic.settled()
            if self._asked(person, fields) == field:  # it was not taken
                return

    def _asked(self, person: Person, fields: Iterable[str]) -> str:
        """Return the question that is being asked, if the newest words of the bot are one."""
        newest = next(line for line in reversed(person.sees()) if line.by_bot)
        return next((label for label in fields if label in newest.text and newest.buttons), "")

    async def edits(self, name: str, words: str, new: str) -> None:
        self._person(name).edits(await self._line(name, words), new)
        await self.clinic.settled()

    async def takes_back(self, name: str, words: str) -> None:
        self._person(name).deletes(await self._line(name, words))

    async def _line(self, name: str, words: str) -> Seen:
        await self.clinic.settled()
        return next(line for line in self._room(name) if line.text == words)

    def _room(self, name: str) -> list[Seen]:
        return self._person(name).sees(self.clinic.group)

    async def sends_file(self, name: str, file: str, content: bytes) -> None:
        self._person(name).sends_file(self.clinic.group, file, content)
        await self.clinic.settled()

    async def shown(self, name: str) -> list[Shown]:
        await self.clinic.settled()
        person = self._person(name)
        await self._follow(person)
        room = [line for line in self._room(name) if line.by_bot or line.text[:1] != "/"]
        talk = [line for line in person.sees() if line.by_bot and ENTER not in line.labels]
        return [self._shown(line) for line in sorted([*room, *talk], key=lambda line: line.at)]

    async def _follow(self, person: Person) -> None:
        """Enter the room by the link that the bot gave, as somebody does who was let in."""
        if person.user.id in self.clinic.group.members and self._in(person):
            return
        if any(ENTER in line.labels for line in person.sees()):
            person.enters((await person.presses(ENTER)).url)
            await self.clinic.settled()

    def _in(self, person: Person) -> bool:
        return self.clinic.group.member(person.user).present

    def _shown(self, line: Seen) -> Shown:
        return Shown(
            words=line.text,
            by=BOT if line.by_bot else line.author,
            private=line.chat != self.clinic.group.id,
            pinned=line.pinned,
            buttons=tuple(line.labels),
            file=line.file_name,
            id=str(line.id),
        )

    async def restarts(self) -> None:
        await self.clinic.stop()
        await self.clinic.start()
