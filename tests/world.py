"""The one fixture to talk to the bot: a real database, the real ring, and a platform of paper.

    async def test_x(world: World) -> None:
        await world.person("ana", Role.MEMBER)
        assert "fibre" in await world.says("ana", "/ask can I eat fibre")

`says`, `presses` and `answers` return everything the person has newly seen, as one text.
Only the wire (the paper platform), the clock and the folder are made for the test.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import actions, events, spoken
from bot.actions import Action, Address, Ask, Button, Receipt
from bot.library import Library, load
from bot.main import Bot, build
from bot.platforms import Capabilities, Outcome, Receive
from bot.routing import split
from bot.safety import consent
from bot.settings import Content, DatabaseSettings, Settings
from bot.store import groups, migrate, people, vault
from bot.store.db import Database, prepare
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role

ROOT = Path(__file__).parent.parent
ZONE = "Europe/London"
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday
KEY = vault.new_master()
CHAT_APP = Capabilities(
    deletes=True, forms=True, echoes=True, private_talk=True, picks_rooms=True,
    door="https://chat.example/bot?start={code}",
)  # fmt: skip
_LIBRARY: list[Library] = []
_TABLES: list[bytes] = []


def library() -> Library:
    """Return the real content, read once for all tests."""
    if not _LIBRARY:
        _LIBRARY.append(load(ROOT / "content_library"))
    return _LIBRARY[0]


def empty_database(path: Path) -> None:
    """Put a database with all tables there; the steps run once, and the rest are copies."""
    if path.exists():
        return
    prepare(path)
    if not _TABLES:
        migrate.upgrade(path)
        _TABLES.append(path.read_bytes())
    path.write_bytes(_TABLES[0])


class FakeClock:
    """A clock that tests set; waiting takes no time."""

    def __init__(self, now: datetime = START) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def advance(self, **parts: float) -> None:
        self.time += timedelta(**parts)


@dataclass
class Paper:
    """A platform that writes down what it is told to do; `fails` are raised first, in order."""

    name: str = "paper"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            holds=True, whispers=True, deletes=True, forms=True, private_health=True, once=True
        )
    )
    done: list[Action] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    async def run(self, receive: Receive) -> None:
        del receive
        await asyncio.Event().wait()

    async def perform(self, action: Action) -> Receipt:
        if self.fails:
            raise self.fails.pop(0)
        match action:
            case actions.Aside():
                action = spoken.aside(action)
            case actions.Occasion():
                action = spoken.occasion(action, ZONE)
            case _:
                pass
        self.done.append(action)
        return Receipt(message=f"m{len(self.done)}")


@dataclass
class World:
    """The bot with its paper platform, and people to talk to it by short names."""

    bot: Bot
    paper: Paper
    clock: FakeClock
    group: Group
    room: Address
    staff_room: Address
    count: int = 0
    read: dict[str, int] = field(default_factory=dict)
    last: Outcome | None = None

    @property
    def db(self) -> Database:
        return self.bot.db

    def address(self, name: str) -> Address:
        return Address(f"paper:@{name}")

    async def person(self, name: str, role: Role = Role.MEMBER) -> str:
        """Put somebody in the group and return their id."""
        async with self.db.write() as db:
            person = await people.create(db, name.capitalize(), self.clock.now())
            await people.connect(db, person.id, self.address(name), self.clock.now())
            await people.admit(
                db, person.id, self.group.id, role, consent.VERSION, self.clock.now()
            )
        return person.id

    def base(self, name: str, chat: Address | None, event_id: str | None) -> dict[str, object]:
        self.count += 1
        return {
            "id": event_id or f"paper:{self.count}",
            "at": self.clock.now(),
            "chat": chat or self.room,
            "user": self.address(name),
        }

    async def hears(self, event: events.Event) -> Outcome:
        """Give the bot any event and let it deliver what follows."""
        self.last = await self.bot.app.handle(event)
        await self.bot.deliver()
        return self.last

    async def says(
        self,
        name: str,
        words: str,
        chat: Address | None = None,
        *,
        event_id: str | None = None,
        form: dict[str, str] | None = None,
    ) -> str:
        """Say something (a command if it begins with a slash) and return what `name` then sees."""
        base = self.base(name, chat, event_id)
        if words.startswith("/"):
            command, args = split(words)
            base |= {"name": command, "args": args, "answers": form}
            await self.hears(events.Command.model_validate(base))
        else:
            base |= {"message": f"m-{self.count}", "text": words}
            await self.hears(events.Message.model_validate(base))
        return self.seen_by(name, chat)

    async def presses(self, name: str, label: str, chat: Address | None = None) -> str:
        """Press the newest button of that label that `name` can see."""
        button = self.button(name, label, chat)
        base = self.base(name, chat, None) | {"data": button.press}
        await self.hears(events.Pressed.model_validate(base))
        return self.seen_by(name, chat)

    async def answers(self, name: str, /, chat: Address | None = None, **values: str) -> str:
        """Fill the newest form that `name` was asked."""
        ask = next(
            action
            for action in reversed(self.paper.done)
            if isinstance(action, Ask) and action.to == self.address(name)
        )
        base = self.base(name, chat, None)
        base |= {"name": ask.command, "args": ask.args, "answers": dict(values)}
        await self.hears(events.Command.model_validate(base))
        return self.seen_by(name, chat)

    def button(self, name: str, label: str, chat: Address | None = None) -> Button:
        """Return the newest button of that label that `name` can see."""
        for action in reversed(self.visible(name, chat)):
            for row in getattr(action, "buttons", ()):
                for button in row:
                    if isinstance(button, Button) and button.label == label:
                        return button
        raise AssertionError(f"{name} sees no button {label!r}")

    def visible(self, name: str, chat: Address | None = None) -> list[Action]:
        """Return all that `name` can see in a chat: the room's lines and their own."""
        here, me = chat or self.room, self.address(name)
        return [
            action
            for action in self.paper.done
            if action.to == here or (action.to == me and action.room in {None, here})
        ]

    def seen_by(self, name: str, chat: Address | None = None) -> str:
        """Return what `name` can see in a chat and had not been shown yet, as one text."""
        key = f"{name}|{chat or self.room}"
        lines = self.visible(name, chat)
        fresh = lines[self.read.get(key, 0) :]
        self.read[key] = len(lines)
        return "\n".join(filter(None, map(words_of, fresh)))

    async def tick(self, **advance: float) -> None:
        """Let time pass (if said) and the clock look once."""
        self.clock.advance(**advance)
        await self.bot.sweeper.sweep()
        await self.bot.deliver()


def words_of(action: Action) -> str:
    """Return an action as a person reads it: words, then [buttons], a form, or a file's name."""
    match action:
        case actions.Send(text=text, buttons=rows) | actions.Edit(text=text, buttons=rows):
            labels = [f"[{button.label}]" for row in rows for button in row]
            return "\n".join([text, *labels])
        case actions.Post(text=text):
            return text
        case actions.Ask(form=form):
            fields = [f"{field.label} {field.error}".strip() for field in form.fields]
            return "\n".join([form.title, form.intro, *fields])
        case actions.SendFile(name=name, caption=caption):
            return f"{caption} ({name})"
        case _:
            return f"<{action.kind}>"


async def make(
    folder: Path,
    clock: FakeClock | None = None,
    paper: Paper | None = None,
    others: Sequence[Paper] = (),
) -> World:
    """Make a world in a folder: one Crohn's group with a room and a staff room.

    `paper` is the platform that everybody is on unless something else is said; `others` run too.
    """
    clock, paper = clock or FakeClock(), paper or Paper()
    path = folder / "db" / "roundtable.db"
    empty_database(path)
    db = Database(path, vault.from_text(KEY))
    settings = Settings(
        database=DatabaseSettings(path=path), content=Content(path=ROOT / "content_library")
    )
    room, staff_room = Address("paper:room"), Address("paper:staff")
    async with db.write() as session:
        group = Group(
            id="g1", slug="crohns", title="Crohn’s circle", condition="crohns",
            timezone=ZONE, created_at=clock.now(),
        )  # fmt: skip
        session.add(group)
        await session.flush()
        await groups.add_room(session, group.id, room, GROUP, clock.now())
        await groups.add_room(session, group.id, staff_room, STAFF, clock.now())
    bot = build(settings, db, library(), [paper, *others], clock)
    return World(bot, paper, clock, group, room, staff_room)
