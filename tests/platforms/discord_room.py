"""Discord on the contract's stage: people act in a room, by slash commands, buttons and forms.

What stands in a room is what people and the bot said there, and the lines that one person alone
sees. A form that is open counts as a line that its person sees. Words that the filter holds back
never stand anywhere: the filter's own sentence is shown to whoever wrote them.
"""

import json
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from bot.actions import Address
from bot.main import Bot
from bot.platforms import Platform
from bot.platforms.discord import addresses
from bot.store.people import Role
from tests.platforms.contract import BOT, Shown
from tests.platforms.discord.clinic import Clinic, clinic
from tests.platforms.discord_server import Blocked, MayNot, Person, Seen
from tests.web import commands

EVENTS = {"INTERACTION_CREATE", "MESSAGE_CREATE"}


class DiscordStage:
    """Each person has Discord open."""

    lacks: frozenset[str] = frozenset({"once"})

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stack = AsyncExitStack()
        self.told: dict[str, list[Shown]] = {}
        self.clinic: Clinic

    @classmethod
    async def open(cls, folder: Path) -> "DiscordStage":
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
        return self.clinic.discord

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
            self._again(update)
        elif words.startswith("/"):
            command, _, rest = words[1:].partition(" ")
            given = {"words": rest} if rest else {}
            answer = await self._person(name).runs(self.clinic.group, command, **given)
            update = str(answer.interaction)
        else:
            try:
                update = str(self._person(name).says(self.clinic.group, words).id)
            except Blocked as blocked:
                line = Shown(words=blocked.message, private=True)
                self.told.setdefault(name, []).append(line)
            except MayNot:
                return ""
        await self.clinic.settled()
        return update

    def _again(self, update: str) -> None:
        """Let the gateway tell of something once more."""
        world = self.clinic.server.world
        for session in self.clinic.server.gateway.sessions:
            for _, raw in list(session.kept):
                told = json.loads(raw)
                if told["t"] in EVENTS and told["d"]["id"] == update:
                    world.backend.emit(told["t"], told["d"])
                    return

    async def presses(self, name: str, label: str) -> None:
        await self.clinic.settled()
        await self._person(name).presses(label, channel=self.clinic.group)
        await self.clinic.settled()

    async def fills(self, name: str, **values: str) -> None:
        await self.clinic.settled()
        person = self._person(name)
        if person.modal is None:
            await person.presses("Change it", channel=self.clinic.group)
        await person.fills(**values)
        await self.clinic.settled()

    async def edits(self, name: str, words: str, new: str) -> None:
        self._person(name).edits(await self._line(name, words), new)
        await self.clinic.settled()

    async def takes_back(self, name: str, words: str) -> None:
        self._person(name).deletes(await self._line(name, words))
        await self.clinic.settled()

    async def _line(self, name: str, words: str) -> Seen:
        await self.clinic.settled()
        room = self._person(name).sees(self.clinic.group)
        return next(line for line in room if line.text == words)

    async def sends_file(self, name: str, file: str, content: bytes) -> None:
        self._person(name).sends_file(self.clinic.group, file, content)
        await self.clinic.settled()

    async def shown(self, name: str) -> list[Shown]:
        await self.clinic.settled()
        person = self._person(name)
        lines: list[Seen] = []
        with suppress(MayNot):
            lines = person.sees(self.clinic.group)
            for thread in person.threads(self.clinic.group):
                lines += person.sees(thread)
        talk = [line for line in person.sees() if line.by_bot]
        seen = [self._shown(line) for line in sorted([*lines, *talk], key=lambda one: one.id)]
        return [*seen, *self.told.get(name, ()), *self._form(person)]

    def _form(self, person: Person) -> list[Shown]:
        modal = person.modal
        if modal is None:
            return []
        words = [modal.title, *modal.texts]
        for one in modal.fields:
            words += [one.label, one.description]
        return [Shown(words="\n".join(words), private=True)]

    def _shown(self, line: Seen) -> Shown:
        return Shown(
            words=line.words,
            by=BOT if line.by_bot else line.author,
            private=line.ephemeral or line.channel != self.clinic.group.id,
            pinned=line.pinned,
            buttons=tuple(line.labels),
            file=line.file_name,
            id=f"{line.channel}/{line.id}",
        )

    async def restarts(self) -> None:
        await self.clinic.stop()
        await self.clinic.start()
