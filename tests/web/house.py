"""A house for the tests of the site: the real bot behind the real server, and browsers to visit it.

    async with house(tmp_path) as home:
        ana = await home.enters("ana")
        async with ana.talks() as talk:
            await talk.says("hello")
            assert (await talk.sees("hello"))["mine"]

Only the clock and the folder are made for the test; requests go over sockets of this machine.
"""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import websockets
from sqlmodel import col, func, select
from websockets.asyncio.client import ClientConnection

from bot.actions import Address
from bot.main import Bot, build
from bot.platforms import Platform
from bot.platforms.web import WebPlatform, sessions
from bot.routing import Table
from bot.safety import consent
from bot.settings import Content, DatabaseSettings, Settings, Site
from bot.store import groups, invites, outbox, people, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF, Group
from bot.store.people import Role
from bot.web import site
from tests.world import KEY, ROOT, FakeClock, empty_database, library

PATIENCE = 10.0
Json = dict[str, Any]
Beside = Callable[[Settings, Database, FakeClock], tuple[Sequence[Platform], site.Elsewhere]]


@dataclass
class House:
    """The running bot, its two rooms, and how to come in."""

    bot: Bot
    web: WebPlatform
    clock: FakeClock
    group: Group
    room: Address
    staff_room: Address
    stack: AsyncExitStack

    @property
    def url(self) -> str:
        return self.web.address

    def browser(self, token: str = "", address: Address | None = None) -> "Browser":
        client = httpx.AsyncClient(base_url=self.url, timeout=PATIENCE)
        self.stack.push_async_callback(client.aclose)
        browser = Browser(self, client, address or Address(""))
        browser.holds(token)
        return browser

    async def enters(self, name: str, role: Role = Role.MEMBER) -> "Browser":
        """Put somebody in the group and return their signed-in browser."""
        async with self.bot.db.write() as db:
            person = await people.create(db, name.capitalize(), self.clock.now())
            address = await people.web_address(db, person.id, self.clock.now())
            await people.admit(
                db, person.id, self.group.id, role, consent.VERSION, self.clock.now()
            )
        return await self.signs_in(address)

    async def signs_in(self, address: Address) -> "Browser":
        """Return one more signed-in browser of somebody."""
        token = sessions.new_token()
        async with self.bot.db.write() as db:
            await sessions.start(db, token, address, self.clock.now())
        return self.browser(token, address)

    async def invite(self, role: Role = Role.MEMBER, expires_at: datetime | None = None) -> str:
        async with self.bot.db.write() as db:
            now = self.clock.now()
            until = expires_at or now + timedelta(days=7)
            issued = await invites.issue(db, self.group.id, role, now=now, expires_at=until)
        return issued[1]

    async def settled(self) -> None:
        """Wait until everything that was to be sent is sent."""
        query = select(func.count(col(outbox.Row.number))).where(outbox.Row.state == outbox.READY)
        for _ in range(500):
            async with self.bot.db.read() as db:
                if (await db.execute(query)).scalar_one() == 0:
                    return
            await asyncio.sleep(0.02)
        raise AssertionError("the outbox does not get empty")


@dataclass
class Browser:
    """One browser; `address` is whose it is, if it came in signed in."""

    house: House
    client: httpx.AsyncClient
    address: Address

    @property
    def token(self) -> str:
        return self.client.cookies.get("roundtable") or ""

    def holds(self, token: str) -> None:
        """Put another token in the cookie's place."""
        self.client.cookies.clear()
        if token:
            self.client.cookies.set("roundtable", token, domain="127.0.0.1", path="/")

    async def get(
        self,
        path: str,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        return await self.client.get(path, params=params, headers=headers)

    async def send(self, path: str, page: str = "", **fields: str) -> httpx.Response:
        """Fill the form that `page` (or the page of that path) holds for `path`, and send it."""
        shown = await self.get(page or path)
        return await self.post(path, hidden(shown.text) | fields)

    async def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        return await self.client.post(path, data=fields, headers=headers)

    @asynccontextmanager
    async def talks(
        self, cursors: dict[str, int] | None = None, room: Address | None = None
    ) -> AsyncIterator["Talk"]:
        """Open the chat and wait until it is caught up."""
        async with self.socket() as socket:
            talk = Talk(socket, (room or self.house.room).partition(":")[2])
            listening = asyncio.create_task(talk.listen())
            await talk.send({"t": "hello", "cursors": cursors or {}})
            await talk.until(lambda: talk.count("caught_up") > 0)
            yield talk
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    def socket(self, **headers: str) -> websockets.connect:
        url = self.house.url.replace("http", "ws", 1) + "/chat/socket"
        extra = {"Cookie": f"roundtable={self.token}", "Origin": self.house.url} | headers
        shown = {name: value for name, value in extra.items() if value}
        return websockets.connect(url, additional_headers=shown, max_size=None, proxy=None)


@dataclass
class Talk:
    """An open chat: every frame that came, and the lines as the page would hold them."""

    socket: ClientConnection
    room: str
    frames: list[Json] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    closed: int | None = None

    async def listen(self) -> None:
        try:
            async for message in self.socket:
                self.frames.append(json.loads(message))
                self.news.set()
        except websockets.ConnectionClosedError:
            pass
        self.closed = self.socket.close_code
        self.news.set()

    async def send(self, frame: Json) -> None:
        await self.socket.send(json.dumps(frame))

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                self.news.clear()
                await self.news.wait()

    def count(self, kind: str) -> int:
        return sum(frame["t"] == kind for frame in self.frames)

    def of(self, kind: str) -> list[Json]:
        return [frame for frame in self.frames if frame["t"] == kind]

    @property
    def lines(self) -> list[Json]:
        """The newest state of each line of the rooms there are, in the order shown."""
        rooms = {room["id"] for hello in self.of("hello")[-1:] for room in hello["rooms"]}
        newest = {frame["id"]: frame for frame in self.of("line") if frame["room"] in rooms}
        return sorted(newest.values(), key=lambda line: line["seq"])

    @property
    def cursors(self) -> dict[str, int]:
        return {frame["stream"]: frame["rev"] for frame in self.of("line")}

    async def act(self, kind: str, client_id: str = "", **values: object) -> Json:
        """Do something and return how it was acknowledged."""
        frame_id = client_id or str(uuid.uuid4())
        before = sum(ack["id"] == frame_id for ack in self.of("ack"))
        await self.send({"t": kind, "id": frame_id, **values})

        def found() -> list[Json]:
            return [ack for ack in self.of("ack") if ack["id"] == frame_id][before:]

        await self.until(lambda: found() or self.closed)
        return found()[0]

    async def says(self, text: str, client_id: str = "") -> Json:
        return await self.act("say", client_id, room=self.room, text=text)

    async def sees(self, words: str) -> Json:
        """Wait for a line that holds these words and return it."""
        await self.until(lambda: self.holding(words))
        return self.holding(words)[-1]

    def holding(self, words: str) -> list[Json]:
        return [line for line in self.lines if words in words_of(line)]


def words_of(line: Json) -> str:
    """Return what a line says, the questions of its form and their errors too."""
    form = line["form"] or {"title": "", "fields": []}
    asked = [f"{one['label']} {one['error']}" for one in form["fields"]]
    return "\n".join(filter(None, [line["text"] or line["html"] or "", form["title"], *asked]))


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's first form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return dict(reversed(found))


@asynccontextmanager
async def house(
    folder: Path,
    table: Table | None = None,
    clock: FakeClock | None = None,
    pace: str = "1000/second",
    elsewhere: site.Elsewhere | Beside = site.NOWHERE,
    **sections: object,
) -> AsyncIterator[House]:
    """Run the bot on its own page for as long as the block lasts; the rows stay in the folder.

    With platforms beside the page, those carry out what goes to them.
    """
    clock, path = clock or FakeClock(), folder / "db" / "roundtable.db"
    empty_database(path)
    settings = Settings.model_validate(
        {
            "database": DatabaseSettings(path=path),
            "content": Content(path=ROOT / "content_library"),
            "site": Site(port=0),
        }
        | sections
    )
    db = Database(path, vault.from_text(KEY))
    web = WebPlatform(db, clock, settings, pace)
    others: Sequence[Platform] = ()
    if not isinstance(elsewhere, site.Elsewhere):
        others, elsewhere = elsewhere(settings, db, clock)
    bot = build(settings, db, library(), [web, *others], clock)
    if table is not None:
        bot.table = bot.app.table = table
    group, rooms = await _group(bot)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(db.close)
        receive = bot.app.handle
        works = [*(postman.run() for postman in bot.postmen), web.run(receive)]
        stack.push_async_callback(_end, [asyncio.create_task(work) for work in works])
        await stack.enter_async_context(
            site.serving(settings, db, web, library(), bot.table, receive, elsewhere)
        )
        yield House(bot, web, clock, group, rooms[0], rooms[1], stack)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _group(bot: Bot) -> tuple[Group, list[Address]]:
    async with bot.db.write() as db:
        group = await groups.find(db, "crohns")
        if group is None:
            group = await groups.add(
                db,
                Group(
                    id="g1", slug="crohns", title="Crohn’s circle", condition="crohns",
                    timezone="Europe/London", created_at=bot.clock.now(),
                ),
            )  # fmt: skip
        return group, [(await groups.rooms(db, group.id, what))[0] for what in (GROUP, STAFF)]
