"""The socket: one living connection of one browser.

Two things go on side by side. One hears what the person does and acknowledges it once it is
stored. The other, whenever it is woken, sends what is new in the feed.
"""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.platforms import Receive
from bot.platforms.web import acts, frames, lines, sessions, viewers, wire
from bot.platforms.web.feed import Feed
from bot.platforms.web.pace import Pace
from bot.platforms.web.platform import WebPlatform
from bot.platforms.web.viewers import Viewer
from bot.routing import Table

log = structlog.get_logger(__name__)

HELLO_SECONDS = 15.0
LOOK_SECONDS = 20.0
GATHER_SECONDS = 0.02
MOST_MISTAKES = 50
GOING_AWAY, POLICY, TROUBLE, SIGNED_OUT = 1001, 1008, 1011, 4401
BYE = "You are signed out here. Open a new link to come back."
CONFUSED = "This page sent too many things that make no sense. Please load it again."


class Ended(Exception):
    """The connection is to be closed with a last word."""

    def __init__(self, code: int, why: str) -> None:
        """Keep the code for the browser and the sentence for the person."""
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Chat:
    """What all connections share."""

    web: WebPlatform
    table: Table
    receive: Receive
    pace: Pace


class Connection:
    """One browser that listens; see bot.platforms.web.hub.Ear."""

    def __init__(self, chat: Chat, socket: WebSocket, token: str, viewer: Viewer) -> None:
        """Take what is shared, the socket, and whose it is."""
        self.chat, self.socket, self.token = chat, socket, token
        self.lookup = viewer.lookup
        self._feed = self._new_feed({})
        self._woken = asyncio.Event()
        self._looking = False
        self._mistakes = 0

    def _new_feed(self, told: dict[str, int]) -> Feed:
        return Feed(self.chat.table, self.chat.web.settings.site.name, told)

    def follows(self, streams: frozenset[str]) -> bool:
        """Tell whether one of these streams is followed."""
        return self._looking or self._feed.follows(streams)

    def wake(self) -> None:
        """Say that there is something to look up."""
        self._woken.set()

    async def leave(self) -> None:
        """Close, because this process goes away."""
        await self._close(GOING_AWAY)

    async def run(self) -> None:
        """Talk until either side has had enough."""
        await self.socket.accept()
        self.chat.web.hub.join(self)
        try:
            self._feed = self._new_feed(await self._greeting())
            await self._both()
        except Ended as end:
            await self._say({"t": "bye", "why": str(end)})
            await self._close(end.code)
        except SQLAlchemyError as trouble:
            # Not acknowledged: the browser comes back and sends it again under the same id.
            log.warning("connection dropped", fault=type(trouble).__name__)
            await self._close(TROUBLE)
        except WebSocketDisconnect:
            return
        finally:
            self.chat.web.hub.part(self)

    async def _both(self) -> None:
        """Hear and tell until one of them ends, and let its reason out."""
        self.wake()
        tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._tell())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for reason in ended:
            if isinstance(reason, Exception):
                raise reason

    async def _say(self, frame: wire.Json) -> None:
        with suppress(RuntimeError):  # the browser has gone, and the other side will hear of it
            await self.socket.send_text(json.dumps(frame, ensure_ascii=False))

    async def _close(self, code: int) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self.socket.close(code)

    # --- hearing ---------------------------------------------------------------------------

    async def _greeting(self) -> dict[str, int]:
        """Return how far the browser says it has heard each stream."""
        try:
            text = await asyncio.wait_for(self.socket.receive_text(), HELLO_SECONDS)
            frame = frames.parse(text)
        except (TimeoutError, frames.Unreadable, KeyError):
            raise Ended(POLICY, CONFUSED) from None
        if not isinstance(frame, frames.Hello):
            raise Ended(POLICY, CONFUSED)
        return dict(frame.cursors)

    async def _hear(self) -> None:
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code") or GOING_AWAY)
            await self.chat.pace.wait(self.lookup)
            try:
                # Shielded: somebody who goes away cuts no transaction off half-way.
                await asyncio.shield(self._one(frames.parse(message.get("text") or "")))
            except frames.Unreadable as mistake:
                await self._mistaken(mistake)

    async def _mistaken(self, mistake: frames.Unreadable) -> None:
        self._mistakes += 1
        log.info("frame not understood", mistakes=self._mistakes)
        await self._say(wire.ack(mistake.id, str(mistake)))
        if self._mistakes >= MOST_MISTAKES:
            raise Ended(POLICY, CONFUSED)

    async def _one(self, frame: frames.Hello | frames.Read | frames.AnyAct) -> None:
        match frame:
            case frames.Hello():
                raise frames.Unreadable("This page has already said hello.")
            case frames.Read():
                await self._read(frame)
            case _:
                await self._say(wire.ack(frame.id, await self._act(frame)))

    async def _act(self, act: frames.AnyAct) -> str:
        """Do what the person did; return why it does not stand, or nothing when it is stored."""
        web = self.chat.web
        try:
            async with web.db.read() as db:
                viewer = await self._viewer(db)
                acted = await acts.event_of(db, viewer, act, web.clock.now())
        except acts.Refused as refused:
            return str(refused)
        why = await acts.do(self.chat.receive, web.db, acted)
        if acted.form:
            web.hub.tell((viewer.stream,))
        return why

    async def _read(self, frame: frames.Read) -> None:
        async with self.chat.web.db.write() as db:
            viewer = await self._viewer(db)
            if place := viewer.place(frame.room):
                await lines.mark_read(db, viewer.lookup, place.room, frame.rev)

    # --- telling ---------------------------------------------------------------------------

    async def _viewer(self, db: AsyncSession) -> Viewer:
        """Return who this is now; raises Ended if the browser was signed out meanwhile."""
        session = await sessions.find(db, self.token, self.chat.web.clock.now())
        address = sessions.address_of(db, session) if session else None
        viewer = await viewers.look(db, address) if address else None
        if viewer is None or viewer.lookup != self.lookup:
            raise Ended(SIGNED_OUT, BYE)
        return viewer

    async def _tell(self) -> None:
        while True:
            # Look now and then even if nobody says so: another process wakes nobody here.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            # A little later, so that in a burst many lines are read together.
            await asyncio.sleep(GATHER_SECONDS)
            self._woken.clear()
            more = True
            while more:
                news, more = await self._look()
                for frame in news:
                    await self._say(frame)

    async def _look(self) -> tuple[list[wire.Json], bool]:
        """Read what is new; whatever changes anywhere meanwhile is looked at once more.

        A look sees the rows of the moment it began. Which streams it will follow in the end is
        not known until it is over, so until then every change counts as one of them.
        """
        self._looking = True
        try:
            async with self.chat.web.db.read() as db:
                return await self._feed.news(db, await self._viewer(db))
        finally:
            self._looking = False
