"""The platform of paper on the contract's stage: it keeps the contract honest about itself."""

from pathlib import Path

from bot import actions, events
from bot.actions import Action, Address, File, is_person
from bot.main import Bot, build
from bot.platforms import Platform
from bot.routing import split
from bot.store import people
from bot.store.people import Role
from tests import world as worlds
from tests.platforms.contract import BOT, Shown
from tests.web import commands
from tests.world import World, words_of


class PaperStage:
    """Paper has no rooms that anybody can be let into, and writes down whatever it is told."""

    lacks = frozenset({"once", "undeliverable", "admission", "restriction"})

    def __init__(self, world: World) -> None:
        self.world = world
        self._table()

    @classmethod
    async def open(cls, folder: Path) -> "PaperStage":
        return cls(await worlds.make(folder))

    async def close(self) -> None:
        await self.world.db.close()

    def _table(self) -> None:
        self.bot.table = self.bot.app.table = commands.table()

    @property
    def bot(self) -> Bot:
        return self.world.bot

    @property
    def platform(self) -> Platform:
        return self.world.paper

    @property
    def room(self) -> Address:
        return self.world.room

    def address(self, name: str) -> Address:
        return self.world.address(name)

    async def enters(self, name: str, role: Role = Role.MEMBER) -> None:
        await self.world.person(name, role)

    async def says(self, name: str, words: str, update: str = "") -> str:
        base = self.world.base(name, None, update or None)
        if words.startswith("/"):
            command, args = split(words)
            event: events.Event = events.Command.model_validate(
                base | {"name": command, "args": args}
            )
        else:
            message = f"m:{base['id']}"
            event = events.Message.model_validate(base | {"message": message, "text": words})
        await self.bot.app.handle(event)
        return event.id

    async def presses(self, name: str, label: str) -> None:
        await self.bot.deliver()
        await self.world.presses(name, label)

    async def fills(self, name: str, **values: str) -> None:
        await self.bot.deliver()
        await self.world.answers(name, self.room, **values)

    async def edits(self, name: str, words: str, new: str) -> None:
        told = {"message": await self._id(name, words), "text": new}
        base = self.world.base(name, None, None)
        await self.world.hears(events.Edited.model_validate(base | told))

    async def takes_back(self, name: str, words: str) -> None:
        told = {"message": await self._id(name, words)}
        base = self.world.base(name, None, None)
        await self.world.hears(events.Deleted.model_validate(base | told))

    async def sends_file(self, name: str, file: str, content: bytes) -> None:
        kept = File(id="f1", name=file, type="image/png", size=len(content))
        told = {"message": "m-file", "text": "", "files": (kept,)}
        base = self.world.base(name, None, None)
        await self.world.hears(events.Message.model_validate(base | told))

    async def _id(self, name: str, words: str) -> str:
        return next(shown.id for shown in await self.shown(name) if shown.words == words)

    async def shown(self, name: str) -> list[Shown]:
        await self.bot.deliver()
        names = await self._names()
        lines: dict[str, Shown] = {}
        for number, action in enumerate(self.world.paper.done, start=1):
            if action.to in {self.room, self.address(name)}:
                _show(lines, action, f"m{number}", names)
        return list(lines.values())

    async def _names(self) -> dict[str, str]:
        async with self.bot.db.read() as db:
            found = await people.members(db, self.world.group.id)
            return {
                address: people.name_of(db, person)
                for person, _ in found
                for address in await people.addresses(db, person.id)
            }

    async def restarts(self) -> None:
        old = self.bot
        paper, clock = self.world.paper, self.world.clock
        self.world.bot = build(old.settings, old.db, old.library, [paper], clock)
        self._table()


def _show(lines: dict[str, Shown], action: Action, receipt: str, names: dict[str, str]) -> None:
    """Lay one action over what is shown so far."""
    match action:
        case actions.Delete(message=message):
            lines.pop(message, None)
        case actions.Edit(message=message, text=text):
            old = lines[message]
            lines[message] = Shown(text, old.by, old.private, old.pinned, id=message)
        case actions.Pin(message=message):
            old = lines[message]
            lines[message] = Shown(
                old.words, old.by, old.private, pinned=True, buttons=old.buttons, id=message
            )
        case actions.Post(message=message, text=text, files=files):
            name = files[0].name if files else ""
            lines[message] = Shown(text, names[action.author], file=name, id=message)
        case _:
            lines[receipt] = _said(action, receipt)


def _said(action: Action, receipt: str) -> Shown:
    rows = getattr(action, "buttons", ())
    labels = tuple(button.label for row in rows for button in row)
    file = action.name if isinstance(action, actions.SendFile) else ""
    said = action.text if isinstance(action, actions.Send) else words_of(action)
    return Shown(said, BOT, is_person(action.to), buttons=labels, file=file, id=receipt)
