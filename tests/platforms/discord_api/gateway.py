"""The gateway: hello, identify, heartbeats, events, resuming, and everything that breaks it."""

import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import WSMsgType, web
from simcord.backend import serializers

from tests.platforms.discord_api.breaks import INVALID, Breaks
from tests.platforms.discord_api.chunks import chunks
from tests.platforms.discord_api.pipes import Pipe
from tests.platforms.discord_api.sessions import Session
from tests.platforms.discord_api.shaping import forbidden_intents, shaped, welcome
from tests.platforms.discord_api.world import World

HEARTBEAT, IDENTIFY, RESUME, CHUNKS, HELLO, ACK = 1, 2, 6, 8, 10, 11
COMMANDS_A_MINUTE = 120


class Closing(Exception):
    """The gateway closes a connection with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Gateway(Breaks):
    """Sessions and their connections. `heartbeat` is in seconds."""

    def __init__(self, world: World, heartbeat: float) -> None:
        self.world = world
        super().__init__()
        self.heartbeat = heartbeat
        self.identified = 0
        self.resumed = 0
        self.pipes: set[Pipe] = set()
        self._doing: dict[int, Callable[[Pipe, Any], None]] = {
            IDENTIFY: self._identify,
            RESUME: self._resume,
            CHUNKS: self._chunks,
        }
        world.backend.subscribers.append(self.feed)

    @property
    def waiting(self) -> bool:
        """Tell whether there are events that have not been sent yet."""
        return any(pipe.waiting for pipe in self.pipes)

    async def shut(self) -> None:
        """Close all connections for good."""
        for pipe in list(self.pipes):
            await pipe.close(1001)

    # --- What the server sends -------------------------------------------------------------------

    def feed(self, event: str, payload: Mapping[str, Any]) -> None:
        """Tell every session what it may hear of an event."""
        for session in self.sessions:
            if (told := shaped(self.world, session, event, payload)) is not None:
                session.tell(event, told)

    # --- What the client sends -------------------------------------------------------------------

    async def serve(self, request: web.BaseRequest) -> web.WebSocketResponse:
        """Hold one connection from hello to its end."""
        socket = web.WebSocketResponse(max_msg_size=0, timeout=0.5, compress=False)
        await socket.prepare(request)
        pipe = Pipe(socket, request)
        self.pipes.add(pipe)
        pipe.say(HELLO, {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": []})
        sent: deque[float] = deque()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(pipe, message.data, sent)
        except Closing as closing:
            await pipe.close(closing.code)
        finally:
            pipe.end()
            self._lost(pipe)
        return socket

    def _hear(self, pipe: Pipe, text: str, sent: deque[float]) -> None:
        now = time.monotonic()
        sent.append(now)
        while sent[0] < now - 60:
            sent.popleft()
        if len(sent) > COMMANDS_A_MINUTE:
            raise Closing(4008)
        if pipe.silent:
            return
        try:
            said = json.loads(text)
            op, data = int(said["op"]), said.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closing(4002) from None
        if op == HEARTBEAT:
            pipe.say(ACK)
        elif op in self._doing:
            self._doing[op](pipe, data)
        elif op not in {3, 4}:  # presence and voice: nobody looks
            raise Closing(4001)

    def _identify(self, pipe: Pipe, data: dict[str, Any]) -> None:
        if self._of(pipe) is not None:
            raise Closing(4005)
        self._check(data)
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            raise Closing(4010)
        self.sessions = [
            one for one in self.sessions if one.connected or one.shard != (number, count)
        ]
        session = Session((number, count), int(data["intents"]), pipe=pipe)
        self.sessions.append(session)
        self.identified += 1
        self._ready(session)
        self.world.touch()

    def _check(self, data: dict[str, Any]) -> None:
        if data.get("token") != self.world.token:
            raise Closing(4004)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents < 0:
            raise Closing(4013)
        if forbidden_intents(intents, self.world.flags):
            raise Closing(4014)

    def _ready(self, session: Session) -> None:
        world, backend = self.world, self.world.backend
        guilds = [
            one
            for one in backend.guilds.values()
            if world.bot.id in one.members and session.hears(one.id)
        ]
        session.tell(
            "READY",
            {
                "v": 10,
                "user": serializers.user_payload(world.bot),
                "guilds": [{"id": str(one.id), "unavailable": True} for one in guilds],
                "session_id": session.id,
                "resume_gateway_url": world.gateway_url,
                "shard": list(session.shard),
                "application": {"id": str(backend.application_id), "flags": world.portal_flags},
            },
        )
        for guild in guilds:
            payload: dict[str, Any] = dict(serializers.guild_create_payload(backend, guild))
            session.tell("GUILD_CREATE", welcome(world, session, payload))

    def _resume(self, pipe: Pipe, data: dict[str, Any]) -> None:
        if self._of(pipe) is not None:
            raise Closing(4005)
        if data.get("token") != self.world.token:
            raise Closing(4004)
        for session in self.sessions:
            if session.id == data.get("session_id") and session.can_resume(int(data["seq"] or 0)):
                if session.pipe is not None:
                    session.pipe.tear()
                session.resume(pipe, int(data["seq"] or 0))
                self.resumed += 1
                self.world.touch()
                return
        pipe.say(INVALID, data=False)

    def _chunks(self, pipe: Pipe, data: dict[str, Any]) -> None:
        session = self._of(pipe)
        if session is None:
            raise Closing(4003)
        for payload in chunks(self.world, data):
            session.tell("GUILD_MEMBERS_CHUNK", payload)

    def _of(self, pipe: Pipe) -> Session | None:
        return next((one for one in self.sessions if one.pipe is pipe), None)

    def _lost(self, pipe: Pipe) -> None:
        self.pipes.discard(pipe)
        session = self._of(pipe)
        if session is not None:
            session.pipe = None
            if pipe.socket.close_code in {1000, 1001}:  # the client said good-bye
                self.sessions.remove(session)
        self.world.touch()
