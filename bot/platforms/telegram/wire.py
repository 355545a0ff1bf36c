"""The wire: python-telegram-bot's calls carried by aiohttp, which answers several times as fast.

What its own HTTP client limits is limited here as well: connections, and the time to get one, to
connect, to write and to read. No cookies, no redirects, certificates checked against the
machine's own list. A proxy named in the environment (`HTTPS_PROXY`, `NO_PROXY`) is used unless
`trust_env` is off, because a hospital's machines often have no other way out.

The address of each call holds the bot's token. So no error of ours carries the address, or
another error that does, and an answer that is not the server's own is cleaned of the token.
"""

import asyncio
import io
import os
import re
from functools import lru_cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

POOL = 64
CHUNK = 64 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = re.compile(r"\d+:[\w-]{10,}")


class AioRequest(BaseRequest):
    """Carries calls over at most `connection_pool_size` connections; all times are in seconds.

    A time of None waits for ever. `write_timeout` and `media_write_timeout` (for calls that carry
    files) are the longest that the line may stand still, not the time for the whole.
    """

    def __init__(
        self,
        connection_pool_size: int = POOL,
        *,
        connect_timeout: float | None = 5.0,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        media_write_timeout: float | None = 20.0,
        pool_timeout: float | None = 1.0,
        trust_env: bool = True,
    ) -> None:
        self._size = connection_pool_size
        self._connect, self._read = connect_timeout, read_timeout
        self._write, self._write_media = write_timeout, media_write_timeout
        self._pool = pool_timeout
        self._trust_env = trust_env
        self._session: ClientSession | None = None
        self._free = asyncio.Semaphore(connection_pool_size)

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take when a call does not say."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool of connections, unless it is open."""
        if self._session is not None and not self._session.closed:
            return
        self._free = asyncio.Semaphore(self._size)  # belongs to the loop that runs now
        self._session = ClientSession(
            connector=TCPConnector(limit=self._size),
            cookie_jar=DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def shutdown(self) -> None:
        """Close every connection; `initialize` opens the pool again."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return the answer's status and body.

        Raises TimedOut or NetworkError, in words that hold neither address nor token.
        """
        files = request_data is not None and request_data.contains_files
        time = ClientTimeout(
            total=None,
            connect=_or(connect_timeout, self._connect),
            sock_read=_or(read_timeout, self._read),
        )
        writing = _or(write_timeout, self._write_media if files else self._write)
        try:
            async with _Place(self._free, _or(pool_timeout, self._pool)):
                return await self._exchange(url, method, request_data, time, writing)
        except (ClientError, OSError, ValueError) as trouble:
            told = _told(trouble)
        raise told  # out here, because in there it would carry the other error along

    async def _exchange(
        self,
        url: str,
        method: str,
        request_data: RequestData | None,
        time: ClientTimeout,
        writing: float | None,
    ) -> tuple[int, bytes]:
        if self._session is None or self._session.closed:
            raise RuntimeError("the wire is closed: initialize() opens it")
        body = await _body(request_data, writing) if request_data else None
        async with self._session.request(
            method,
            url,
            data=body,
            headers=FORM if isinstance(body, bytes) else None,
            timeout=time,
            allow_redirects=False,
            proxy=_proxy(*urlsplit(url)[:2]) if self._trust_env else None,
        ) as answer:
            content = await answer.read()
        ours = content.startswith(b"{") if method == "POST" else answer.ok
        return answer.status, content if ours else _clean(url, content)


class _Place:
    """One of the places on the wire; waiting for it too long is TimedOut."""

    def __init__(self, free: asyncio.Semaphore, longest: float | None) -> None:
        self._free, self._longest = free, longest

    async def __aenter__(self) -> None:
        try:
            async with asyncio.timeout(self._longest):
                await self._free.acquire()
        except TimeoutError:
            message = "All connections are in use. The request was not sent."
            raise TimedOut(message) from None

    async def __aexit__(self, *_: object) -> None:
        self._free.release()


class _Upload(Payload):
    """A body that goes out piece by piece, none of which may stand still for too long."""

    _autoclose = True  # it holds nothing that would have to be closed

    def __init__(self, body: bytes, content_type: str, longest: float | None) -> None:
        super().__init__(body, content_type=content_type)
        self._size = len(body)
        self._longest = longest

    async def write(self, writer: AbstractStreamWriter) -> None:
        view = memoryview(self._value)
        for start in range(0, len(view), CHUNK):
            async with asyncio.timeout(self._longest):
                await writer.write(view[start : start + CHUNK])
                await writer.drain()

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return str(self._value, encoding, errors)


async def _body(request_data: RequestData, writing: float | None) -> bytes | _Upload | None:
    """Return the call's parameters, and its files if it has any, as they go over the wire."""
    if not request_data.contains_files:
        # "replace": half a character must not fail a call with an error that quotes the words.
        return request_data.url_encoded_parameters({"errors": "replace"}).encode() or None
    form = FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        held = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, held, filename=filename, content_type=kind)
    parts = form()
    return _Upload(await parts.as_bytes(), parts.headers["Content-Type"], writing)


@lru_cache(maxsize=16)
def _proxy(scheme: str, place: str) -> str | None:
    """Return the proxy that the environment names for a server, if any."""
    return None if proxy_bypass(place) else getproxies().get(scheme)


def _or(asked: ODVInput[float], usual: float | None) -> float | None:
    return usual if isinstance(asked, DefaultValue) else asked


def _clean(url: str, content: bytes) -> bytes:
    """Return a stranger's answer (a proxy's page, say) without the token, should it quote it."""
    for token in TOKEN.findall(url):
        content = content.replace(token.encode(), b"***")
    return content


def _told(trouble: Exception) -> NetworkError:
    """Say what went wrong on the wire, without the address."""
    if isinstance(trouble, ConnectionTimeoutError):
        return TimedOut("No connection in time. The request was not sent.")
    if isinstance(trouble, TimeoutError):
        return TimedOut("No answer in time.")
    if isinstance(trouble, ClientConnectorError):
        return NetworkError(f"Cannot connect: {_reason(trouble)}.")
    return NetworkError(f"The connection failed: {type(trouble).__name__}.")


def _reason(trouble: ClientConnectorError) -> str:
    """Say why there is no connection: `Connection refused`, `certificate verify failed`."""
    cause = trouble.os_error
    own_words = isinstance(trouble, ClientConnectorDNSError | ClientSSLError)
    return (cause.strerror if own_words else os.strerror(cause.errno or 0)) or type(cause).__name__
