"""The clinic's own page on the contract's stage: people act over real sockets."""

import html
import re
from contextlib import AsyncExitStack
from pathlib import Path

from bot.actions import Address
from bot.main import Bot
from bot.platforms import Platform
from bot.store.people import Role
from tests.platforms.contract import BOT, Shown
from tests.web import commands
from tests.web.house import Browser, House, Json, Talk, house, words_of
from tests.world import FakeClock

_TAG = re.compile(r"<[^>]+>")


class WebStage:
    """Each person has one browser with the chat open all the time."""

    lacks: frozenset[str] = frozenset()

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, FakeClock()
        self.stack = AsyncExitStack()
        self.browsers: dict[str, Browser] = {}
        self.open_chats: dict[str, Talk] = {}
        self.house: House

    @classmethod
    async def open(cls, folder: Path) -> "WebStage":
        made = cls(folder)
        await made._start()
        return made

    async def _start(self) -> None:
        running = house(self.folder, commands.table(), self.clock)
        self.house = await self.stack.enter_async_context(running)

    async def close(self) -> None:
        await self.stack.aclose()

    @property
    def bot(self) -> Bot:
        return self.house.bot

    @property
    def platform(self) -> Platform:
        return self.house.web

    @property
    def room(self) -> Address:
        return self.house.room

    def address(self, name: str) -> Address:
        return self.browsers[name].address

    async def enters(self, name: str, role: Role = Role.MEMBER) -> None:
        self.browsers[name] = await self.house.enters(name, role)
        await self._opens(name, {})

    async def _opens(self, name: str, cursors: dict[str, int]) -> None:
        chat = self.browsers[name].talks(cursors)
        self.open_chats[name] = await self.stack.enter_async_context(chat)

    async def says(self, name: str, words: str, update: str = "") -> str:
        ack = await self.open_chats[name].says(words, update)
        return str(ack["id"])

    async def presses(self, name: str, label: str) -> None:
        await self.shown(name)
        for line in reversed(self.open_chats[name].lines):
            for button in (one for row in line["buttons"] for one in row):
                if button["label"] == label:
                    await self.open_chats[name].act("press", line=line["id"], data=button["data"])
                    return
        raise AssertionError(f"{name} sees no button {label!r}")

    async def fills(self, name: str, **values: str) -> None:
        await self.shown(name)
        chat = self.open_chats[name]
        line = next(line for line in reversed(chat.lines) if line["form"])
        form = {"command": line["form"]["command"], "args": line["form"]["args"]}
        await chat.act("answer", line=line["id"], **form, values=values)

    async def edits(self, name: str, words: str, new: str) -> None:
        line = await self._line(name, words)
        await self.open_chats[name].act("edit", line=line["id"], text=new)

    async def takes_back(self, name: str, words: str) -> None:
        line = await self._line(name, words)
        await self.open_chats[name].act("delete", line=line["id"])

    async def _line(self, name: str, words: str) -> Json:
        await self.shown(name)
        return next(one for one in self.open_chats[name].lines if one["text"] == words)

    async def sends_file(self, name: str, file: str, content: bytes) -> None:
        browser = self.browsers[name]
        page = (await browser.get("/chat")).text
        csrf = page.partition('csrf-token" content="')[2].partition('"')[0]
        values = {"room": self.open_chats[name].room, "id": "12345678-file", "text": ""}
        answer = await browser.client.post(
            "/chat/files", data=values, files={"file": (file, content)},
            headers={"X-CSRF-Token": csrf},
        )  # fmt: skip
        assert answer.json()["ok"]

    async def shown(self, name: str) -> list[Shown]:
        """The open chat must come to show what a page that is loaded afresh shows."""
        await self.house.settled()
        chat = self.open_chats[name]
        async with self.browsers[name].talks() as fresh:
            await chat.until(lambda: _states(chat) == _states(fresh))
        return [_shown(line) for line in chat.lines if not line["deleted"]]

    async def restarts(self) -> None:
        heard = {name: chat.cursors for name, chat in self.open_chats.items()}
        frames = {name: chat.frames for name, chat in self.open_chats.items()}
        await self.stack.aclose()
        await self._start()
        for name, old in self.browsers.items():
            self.browsers[name] = self.house.browser(old.token, old.address)
            await self._opens(name, heard[name])
            self.open_chats[name].frames[:0] = frames[name]


def _states(chat: Talk) -> list[tuple[str, int]]:
    """Return the id and revision of each line, as the page holds it."""
    return [(line["id"], line["rev"]) for line in chat.lines]


def _shown(line: Json) -> Shown:
    form, file = line["form"], line["file"]
    said = line["text"] if line["author"]["role"] != "bot" else _plain(line["html"])
    labels = [button["label"] for row in line["buttons"] for button in row]
    return Shown(
        words=words_of(line) if form else said,
        by=BOT if line["author"]["role"] == "bot" else line["author"]["name"],
        private=line["private"],
        pinned=line["pinned"],
        buttons=tuple(labels),
        file=file["name"] if file else "",
        id=line["id"],
    )


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup)).strip()
