"""Webhook: Telegram calls the clinic's own site, which answers once the update is stored."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import structlog
from starlette.requests import Request
from starlette.responses import Response
from telegram import Bot
from telegram._utils.types import JSONDict

from bot.platforms.telegram.polling import ALLOWED, NOT_NOW, chat_of
from bot.settings import Telegram

log = structlog.get_logger(__name__)

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST = 1024 * 1024
PATH = "/telegram"

OK, FORBIDDEN, TOO_LARGE, BAD, LATER = 200, 403, 413, 400, 503

Take = Callable[[JSONDict], Awaitable[None]]


def path(settings: Telegram) -> str:
    """Return the path on this site that Telegram calls."""
    return urlsplit(settings.webhook_url).path.rstrip("/") or PATH


@dataclass
class Webhook:
    """Answers Telegram's calls; `take` stores one update, and is there once the bot runs."""

    settings: Telegram
    take: Take | None = None
    _turns: WeakValueDictionary[object, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def publish(self, bot: Bot) -> None:
        """Tell Telegram where to call, with what secret, and about what."""
        address = urlsplit(self.settings.webhook_url)
        await bot.set_webhook(
            address._replace(path=path(self.settings)).geturl(),
            secret_token=self.settings.webhook_secret,
            allowed_updates=ALLOWED,
            drop_pending_updates=False,
        )

    async def called(self, request: Request) -> Response:
        """Store the update that a call brings; anything but 200 makes Telegram call again."""
        told = request.headers.get(SECRET, "")
        if not hmac.compare_digest(told.encode(), self.settings.webhook_secret.encode()):
            return Response(status_code=FORBIDDEN)
        if int(request.headers.get("content-length", LARGEST + 1)) > LARGEST:
            return Response(status_code=TOO_LARGE)
        try:
            raw = json.loads(await request.body())
        except (ValueError, RecursionError):
            return Response(status_code=BAD)
        if not isinstance(raw, dict):
            return Response(status_code=BAD)
        if self.take is None:
            return Response(status_code=LATER)
        return await self._stored(raw, self.take)

    async def _stored(self, raw: JSONDict, take: Take) -> Response:
        # Telegram calls several times at once: a chat's updates keep the order they came in.
        turn = self._turns.setdefault(chat_of(raw), asyncio.Lock())
        try:
            async with turn:
                await take(raw)
        except NOT_NOW as trouble:
            log.error("update not stored, it comes again", fault=type(trouble).__name__)  # noqa: TRY400 - the trace says nothing more
            return Response(status_code=LATER)
        return Response(status_code=OK)
