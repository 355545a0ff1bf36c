"""The socket: requests as they come over HTTP, and answers as Discord writes them."""

import json
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from aiohttp import web
from simcord.backend import errors
from simcord.backend.errors import BackendError
from simcord.http.router import RouteNotImplemented, UnsupportedField

from tests.platforms.discord_api import bodies, schema
from tests.platforms.discord_api.calls import Answer, Call, Entry, find
from tests.platforms.discord_api.faults import Fault, Faults
from tests.platforms.discord_api.gateway import Gateway
from tests.platforms.discord_api.rates import Rates
from tests.platforms.discord_api.routes import MODULES
from tests.platforms.discord_api.world import Grant, World

API = "/api/v10"
INVALID = frozenset({401, 403, 429})
"""Answers of which Discord bears 10,000 in ten minutes, then it shuts the address out."""
_OPEN = frozenset({"interactions", "webhooks"})
"""Paths that carry their own token, where the bot's own is not needed."""

assert MODULES, "importing them fills the table"


class Request(NamedTuple):
    """One request as the server understood it; status 0: the connection was torn."""

    method: str
    path: str
    json: Any
    status: int
    at: float


class Reply(NamedTuple):
    """What goes back."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Wire:
    """What stands between the socket and the world."""

    world: World
    gateway: Gateway
    faults: Faults
    rates: Rates
    validate: bool
    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    busy: int = 0
    invalid: int = 0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request."""
        path = request.path
        if not path.startswith(API):
            if path.startswith("/gateway"):
                return await self.gateway.serve(request)
            blob = self.world.backend.cdn.get(self.world.url + unquote(path))
            return web.Response(status=404) if blob is None else web.Response(body=blob)
        self.busy += 1
        try:
            return await self._serve(request, path[len(API) :])
        finally:
            self.busy -= 1

    async def _serve(self, request: web.BaseRequest, path: str) -> web.Response:
        at = time.monotonic()
        fault = self.faults.take(request.method, path) if self.faults.left else None
        body: Any = None
        reply = Reply(0, None, {})
        try:
            body, files = await bodies.read(request)
            if fault is None or fault.done:
                reply = self._do(request, path, body, files)
        except BackendError as error:
            reply = Reply(error.status, error.to_json(), {})
        if fault is not None:
            await fault.wait()
            reply = _spoil(fault, reply)
        self.requests.append(Request(request.method, path, body, reply.status, at))
        self.invalid += reply.status in INVALID
        self.world.touch()
        if reply.status:
            return _written(reply)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _do(
        self, request: web.BaseRequest, path: str, body: object, files: list[bodies.Upload]
    ) -> Reply:
        method, found = request.method, find(request.method, path)
        if found is None:
            return self._gap(f"{method} {path}: the test server cannot do this")
        entry, args = found
        headers: dict[str, str] = {}
        if self.rates.on:
            verdict = self.rates.count(method, entry.template, args)
            headers = verdict.headers
            if verdict.wait:
                words = {"message": "You are being rate limited.", "retry_after": verdict.wait}
                return Reply(429, words | {"global": verdict.is_global}, headers)
        call = Call(
            self.world.backend,
            {name: unquote(value) for name, value in args.items()},
            json=body,
            params=dict(request.query) if request.query_string else {},
            files=files,
            reason=request.headers.get("X-Audit-Log-Reason"),
            method=method,
            path=path,
            message_content_access=self.world.flags.message_content,
            world=self.world,
            bearer=self._known(request, entry),
            authorization=request.headers.get("Authorization", ""),
        )
        try:
            status, result = self._carry_out(entry, call)
        except BackendError as error:
            return Reply(error.status, error.to_json(), headers)
        return Reply(status, result, headers)

    def _known(self, request: web.BaseRequest, entry: Entry) -> Grant | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind == "Bot" and token == self.world.token:
            return None
        if entry.template[0] in _OPEN or entry.template[:2] == ("oauth2", "token"):
            return None
        grant = self.world.bearers.get(token) if kind == "Bearer" else None
        if grant is None or grant.until < self.world.now():
            raise BackendError(401, 0, "401: Unauthorized")
        return grant

    def _carry_out(self, entry: Entry, call: Call) -> tuple[int, Any]:
        if self.validate and (wrong := schema.check(call.method, entry.template, call)):
            self.violations.extend(f"{call.method} {call.path}: {one}" for one in wrong)
            raise errors.invalid_form_body("; ".join(wrong))
        self._admit(entry, call)
        try:
            result = entry.handler(call)
        except (RouteNotImplemented, UnsupportedField) as gap:
            self.violations.append(str(gap))
            raise
        except (KeyError, TypeError, ValueError) as odd:
            self.violations.append(f"{call.method} {call.path}: cannot be read: {odd!r}")
            raise errors.invalid_form_body(str(odd)) from odd
        if entry.template[0] == "interactions":
            self.world.acknowledged(int(call.args["interaction_id"]))
        if isinstance(result, Answer):
            return result
        return (204 if result is None else 200), result

    def _admit(self, entry: Entry, call: Call) -> None:
        if entry.template[0] == "guilds" and "guild_id" in call.args:
            guild = self.world.backend.get_guild(call.int_arg("guild_id"))
            if self.world.bot.id not in guild.members:
                raise errors.missing_access()

    def _gap(self, text: str) -> Reply:
        self.violations.append(text)
        return Reply(501, {"message": text, "code": 0}, {})


def _spoil(fault: Fault, reply: Reply) -> Reply:
    if fault.reset:
        return Reply(0, None, {})
    if fault.status is None:
        return reply
    return Reply(fault.status, fault.answer(), fault.headers())


def _written(reply: Reply) -> web.Response:
    if reply.status == 204:
        return web.Response(status=204, headers=reply.headers)
    raw = json.dumps(reply.body, separators=(",", ":")).encode()
    kind = "application/json"
    return web.Response(body=raw, status=reply.status, headers=reply.headers, content_type=kind)
