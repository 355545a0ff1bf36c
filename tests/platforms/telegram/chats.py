"""A private chat with somebody who is asked forms; every update comes twice, to a new bot each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, select

from bot import text
from bot.actions import Action, Address, Ask, Button, Choice, Edit, Form, Question, Send
from bot.platforms.telegram.tables import TelegramTalk
from bot.platforms.telegram.talks import Step, Talks
from bot.store import outbox, vault
from bot.store.db import Database
from tests.world import KEY, FakeClock, empty_database

ANA = Address("telegram:@42")


@dataclass
class Chat:
    """What `user` has been shown, newest last, and the ways to answer."""

    db: Database
    clock: FakeClock = field(default_factory=FakeClock)
    user: Address = ANA
    shown: list[Action] = field(default_factory=list)
    count: int = 0
    read: int = 0

    @property
    def talks(self) -> Talks:
        """A bot that has just been started again."""
        return Talks(self.db, self.clock)

    def ask(self, form: Form, key: str = "telegram:7:1#0") -> Ask:
        return Ask(to=self.user, key=key, form=form, command="join", args="CODE")

    async def begin(self, form: Form, key: str = "telegram:7:1#0") -> str:
        """Be asked a form and return the words of its first question."""
        ask = self.ask(form, key)
        first = await self.talks.begin(ask)
        assert await self.talks.begin(ask) == first
        self.shown.append(first)
        return text.plain(first.text)

    async def says(self, words: str) -> Step:
        event_id = self.next_id()
        return await self.twice(
            await self.talks.typed(event_id, self.user, words),
            lambda: self.talks.typed(event_id, self.user, words),
        )

    async def presses(self, label: str, message: str = "m1") -> Step:
        """Press the newest button of that label."""
        return await self.sends(self.button(label).press, message)

    async def sends(self, data: str, message: str = "m1") -> Step:
        event_id = self.next_id()
        return await self.twice(
            await self.talks.pressed(event_id, self.user, data, message),
            lambda: self.talks.pressed(event_id, self.user, data, message),
        )

    def next_id(self) -> str:
        self.count += 1
        return f"telegram:7:{self.count + 1}"

    async def twice(self, first: Step, again: Callable[[], Awaitable[Step]]) -> Step:
        """Let an update come again, and see that it does nothing and says the same."""
        await self.look()
        rows, folder = len(self.shown), await self.stored()
        second = await again()
        await self.look()
        assert (second.command, second.used) == (first.command, first.used)
        assert len(self.shown) == rows
        assert await self.stored() == folder
        return first

    async def look(self) -> None:
        """Read what was put in the outbox since."""
        query = select(outbox.Row).where(col(outbox.Row.number) > self.read).order_by("number")
        async with self.db.read() as db:
            rows = (await db.execute(query)).scalars().all()
            fresh = [outbox.action_of(db, row) for row in rows]
        assert all(row.group_id is None for row in rows)
        self.read = max([self.read, *(row.number or 0 for row in rows)])
        self.shown += [action for action in fresh if action.to == self.user]

    async def stored(self) -> list[bytes]:
        async with self.db.read() as db:
            return [row.talk for row in (await db.execute(select(TelegramTalk))).scalars()]

    @property
    def asked(self) -> Send:
        """The newest message with buttons."""
        return next(one for one in reversed(self.shown) if isinstance(one, Send) and one.buttons)

    @property
    def said(self) -> str:
        """The newest message as plain words."""
        newest = self.shown[-1]
        assert isinstance(newest, Send)
        return text.plain(newest.text)

    @property
    def edits(self) -> list[Edit]:
        return [one for one in self.shown if isinstance(one, Edit)]

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.asked.buttons for button in row]

    def button(self, label: str) -> Button:
        every = (button for row in self.asked.buttons for button in row)
        return next(button for button in every if button.label == label)


@asynccontextmanager
async def chat(folder: Path) -> AsyncIterator[Chat]:
    """Give a chat on a database of its own."""
    empty_database(folder / "roundtable.db")
    db = Database(folder / "roundtable.db", vault.from_text(KEY))
    yield Chat(db)
    await db.close()


def form(*fields: Question, **more: str) -> Form:
    return Form.model_validate({"title": "A form", "fields": fields} | more)


def question(name: str, **more: object) -> Question:
    return Question.model_validate({"name": name, "label": name.capitalize()} | more)


NAME = question("name", label="What should people call you?", max=10)
AGREE = question("consent", label="I have read this and I agree", kind="check")
JOIN = form(NAME, AGREE, title="Join the group", intro="### The text\n\nBe kind.")
KINDS = (Choice(value="research", label="Research link"), Choice(value="tip", label="Tip"))
POST = form(
    question("kind", kind="choice", options=KINDS),
    question("title", max=20),
    question("url", kind="url"),
    question("note", required=False),
    title="Write a post",
    submit="Send for review",
)
ANSWERS = {"kind": "tip", "title": "On *sleep*", "url": "https://example.org/a", "note": ""}


async def fill(ana: Chat) -> None:
    """Answer every question of a post and come to the summary."""
    await ana.presses("Tip")
    await ana.says("On *sleep*")
    await ana.says("https://example.org/a")
    await ana.presses("Skip")
