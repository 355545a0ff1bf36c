"""The port that the server listens on: no routes, and bodies as large as Telegram takes them."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.web_protocol import RequestHandler

_LARGEST_BODY = 60 * 1024 * 1024
_AT_THE_DOOR = 1024
"""Connections that may wait to be taken; one too many would wait a second to knock again."""
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


async def listen(handler: Handler, port: int) -> web.ServerRunner:
    """Start listening on this port, or on a free one with 0."""
    server = web.Server(handler, request_factory=_request)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=_AT_THE_DOOR).start()
    return runner


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    return web.BaseRequest(
        message,
        payload,
        protocol,
        writer,
        task,
        asyncio.get_running_loop(),
        client_max_size=_LARGEST_BODY,
    )
