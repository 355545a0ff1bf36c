"""The socket: requests as they come over HTTP, and answers as Telegram writes them."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from aiohttp import web

from tests.platforms.telegram_api.checks import check, decode
from tests.platforms.telegram_api.errors import ApiError, Violation, bad
from tests.platforms.telegram_api.faults import Fault, Faults
from tests.platforms.telegram_api.methods import METHODS
from tests.platforms.telegram_api.methods.files import Upload
from tests.platforms.telegram_api.schema import schemas
from tests.platforms.telegram_api.updates import packed
from tests.platforms.telegram_api.world import World

LONGEST_POLL = 50


class Request(NamedTuple):
    """One request as the server understood it; `answer` is the error code, or 200."""

    method: str
    params: dict[str, Any]
    answer: int


@dataclass
class Wire:
    """What stands between the socket and the world."""

    world: World
    token: str
    faults: Faults
    validate: bool
    requests: list[Request]
    violations: list[str]
    busy: int = 0
    """How many requests are being answered, getUpdates left out."""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request."""
        path = request.path
        if path.startswith("/file/bot"):
            return self._file(path.removeprefix("/file/bot"))
        token, _, name = path.removeprefix("/bot").partition("/")
        if not path.startswith("/bot") or token != self.token:
            return _refuse(ApiError(401, "Unauthorized"))
        method = name.lower()
        if method != "getupdates" and method not in METHODS:
            return self._unknown(name, method)
        self.busy += method != "getupdates"
        try:
            return await self._answer(request, name, method)
        finally:
            self.busy -= method != "getupdates"

    def _unknown(self, name: str, method: str) -> web.Response:
        if not any(method in schema.methods for schema in schemas()):
            return _refuse(ApiError(404, "Not Found"))
        # 404 would look like a wrong token to libraries; this is a gap of the server's own.
        self.violations.append(f"{name}: the test server cannot do this method")
        return _refuse(ApiError(501, "Not Implemented by the test server"))

    async def _answer(self, request: web.BaseRequest, name: str, method: str) -> web.StreamResponse:
        fault = self.faults.take(method)
        params: dict[str, Any] = {}
        try:
            params = await read(request)
            if fault is not None and not fault.done:
                return await self._fail(request, fault, name, params)
            result = await self._do(method, params)
        except ApiError as error:
            if isinstance(error, Violation):
                self.violations.append(f"{name}: {error.text}")
            self.requests.append(Request(name, params, error.code))
            return _refuse(error)
        if method != "getupdates":
            self.requests.append(Request(name, params, 200))
        if fault is not None:
            return await self._fail(request, fault, name, params)
        return _reply(b'{"ok":true,"result":' + result + b"}")

    async def _do(self, method: str, params: dict[str, Any]) -> bytes:
        decode(method, params)
        if self.validate and (found := check(method, params)):
            raise Violation(400, f"Bad Request: {'; '.join(found)}")
        if method == "getupdates":
            return await self._updates(params)
        if self.world.rates.counts(method) and isinstance(params.get("chat_id"), int):
            self.world.rates.count(method, params["chat_id"])
        try:
            return packed(METHODS[method](self.world, params))
        except KeyError as missing:
            raise bad(f"parameter {missing} is missing") from missing

    async def _updates(self, params: dict[str, Any]) -> bytes:
        updates = self.world.updates
        updates.allow(params.get("allowed_updates"))
        limit = min(max(int(params.get("limit") or 100), 1), 100)
        wait = min(float(params.get("timeout") or 0), LONGEST_POLL)
        return await updates.fetch(int(params.get("offset") or 0), limit, wait)

    async def _fail(
        self, request: web.BaseRequest, fault: Fault, name: str, params: dict[str, Any]
    ) -> web.StreamResponse:
        if not fault.done:
            code = fault.error.code if fault.error else 0
            self.requests.append(Request(name, params, code))
        await fault.wait()
        if fault.garbage:
            return _reply(b'{"ok":true,"result":[{"upda')
        if fault.error is not None:
            return _refuse(fault.error)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _file(self, path: str) -> web.Response:
        token, _, place = path.partition("/")
        if token != self.token:
            return _refuse(ApiError(401, "Unauthorized"))
        for stored in self.world.files.values():
            if stored.path == place:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        return _refuse(ApiError(404, "Not Found"))


def _reply(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


def _refuse(error: ApiError) -> web.Response:
    return _reply(packed(error.body()), error.code)


async def read(request: web.BaseRequest) -> dict[str, Any]:
    """Return the parameters of a request, wherever they stand."""
    params: dict[str, Any] = dict(request.query) if request.query_string else {}
    if request.method != "POST":
        return params
    kind = request.content_type
    if kind == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise ApiError(400, "Bad Request: can't parse JSON object") from None
        return params | {name: value for name, value in body.items() if value is not None}
    if kind == "multipart/form-data":
        for name, value in (await request.post()).items():
            params[name] = _part(value)
        return params
    return params | dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))


def _part(value: object) -> object:
    if isinstance(value, web.FileField):
        return Upload(value.filename, value.content_type, value.file.read())
    return value.decode() if isinstance(value, bytes | bytearray) else value
