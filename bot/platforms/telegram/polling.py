"""Polling: asks Telegram for news, and confirms an update only once it is safely stored.

getUpdates(offset) ──> up to 100 ──> chats side by side, each in its order ──> offset = next
                                             │ could not be stored
                                             └──> offset stays before it, so it comes again
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from telegram import Bot
from telegram._utils.types import JSONDict
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.platforms.telegram import refusals

log = structlog.get_logger(__name__)

ALLOWED = (
    *("message", "edited_message", "callback_query"),
    *("chat_member", "my_chat_member", "chat_join_request"),
)
BATCH = 100
LONG_POLL_SECONDS = 25
SPARE_SECONDS = 10.0
NOT_NOW = (OperationalError, NoConnection)  # the database could not store it
AT_ONCE = 0.1
SHORTEST, LONGEST = 0.5, 30.0

Take = Callable[[JSONDict], Awaitable[None]]
Unusable = Callable[[JSONDict, Exception], Awaitable[None]]


class Line(Bot):
    """The bot on the wire; updates come as they are, so that a malformed one spoils no other."""

    async def news(self, offset: int, wait: int = LONG_POLL_SECONDS) -> list[JSONDict]:
        """Return the updates from `offset` on, waiting for one; lower ones are confirmed by it."""
        asked = {
            "offset": offset,
            "limit": BATCH,
            "timeout": wait,
            "allowed_updates": list(ALLOWED),
        }
        found: object = await self._post("getUpdates", asked, read_timeout=wait + SPARE_SECONDS)
        if not isinstance(found, list) or not all(map(_is_numbered, found)):
            raise TelegramError("the answer holds no updates")  # somebody else's, a proxy's say
        return found


@dataclass(slots=True)
class Poller:
    """Hears until cancelled. `take` stores one update; `unusable` records one that broke it."""

    bot: Line
    take: Take
    unusable: Unusable
    offset: int = 0
    pause: float = SHORTEST
    begun: bool = False

    async def run(self) -> None:
        """Ask and hear; trouble is told in plain words and tried again, ever more slowly."""
        now = asyncio.get_running_loop().time
        while True:
            asked = now()
            try:
                batch = await self.bot.news(self.offset)
            except TelegramError as trouble:
                await self._trouble(trouble)
                continue
            self.pause, self.begun = SHORTEST, True
            if batch and not await self.hear(batch):
                await asyncio.sleep(SHORTEST)
            elif not batch and now() - asked < AT_ONCE:
                await asyncio.sleep(AT_ONCE)  # a server that does not wait for news

    async def hear(self, batch: Sequence[JSONDict]) -> bool:
        """Store a batch and move on behind it; False if something could not be stored."""
        chats: dict[int | None, list[JSONDict]] = defaultdict(list)
        for raw in batch:
            chats[chat_of(raw)].append(raw)
        stopped = await asyncio.gather(*map(self._chat, chats.values()))
        failed = [number for number in stopped if number is not None]
        self.offset = min(failed) if failed else max(raw["update_id"] for raw in batch) + 1
        return not failed

    async def _chat(self, updates: Sequence[JSONDict]) -> int | None:
        """Store one chat's updates in their order; return the one that could not be, if any."""
        for raw in updates:
            try:
                await take_in(raw, self.take, self.unusable)
            except NOT_NOW as trouble:
                log.error("update not stored, it comes again", fault=type(trouble).__name__)  # noqa: TRY400 - the trace says nothing more
                return int(raw["update_id"])
        return None

    async def _no_webhook(self) -> None:
        """Take a webhook away that an earlier set-up left: with one, nothing can be asked for."""
        log.warning("a webhook was set; it is taken away, because the mode is polling")
        try:
            await self.bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as trouble:
            log.warning("webhook not taken away", why=reason(trouble))

    async def _trouble(self, trouble: TelegramError) -> None:
        if not self.begun and _is_webhook(trouble):  # later on, somebody else put it there
            await self._no_webhook()
        wait, self.pause = self.pause, min(self.pause * 2, LONGEST)
        if isinstance(trouble, RetryAfter):
            wait = refusals.seconds(trouble)
        elif isinstance(trouble, InvalidToken):
            wait = refusals.TOKEN_SECONDS
        log.warning("telegram not heard", why=reason(trouble), again_in=f"{wait:.1f} s")
        await asyncio.sleep(wait)


async def take_in(raw: JSONDict, take: Take, unusable: Unusable) -> None:
    """Store one update; one that breaks the intake is recorded, so that the next one is heard."""
    try:
        await take(raw)
    except NOT_NOW:
        raise
    except Exception as fault:  # the one place where a bug of the intake ends up
        log.exception("update failed", fault=type(fault).__name__)
        await unusable(raw, fault)


def reason(trouble: TelegramError) -> str:
    """Return what is wrong between us and Telegram, and what to do about it."""
    match trouble:
        case Conflict() if _is_webhook(trouble):
            return "A webhook is set for this bot by another program. Start Roundtable again."
        case Conflict():
            return "Another program uses this bot's token. Stop it, or get a new token."
        case InvalidToken():
            return "Telegram does not know this token. Check [telegram] token."
        case RetryAfter():
            return "Telegram asks to wait."
        case _:
            return "Telegram cannot be reached, or answers with an error."


def _is_webhook(trouble: TelegramError) -> bool:
    return isinstance(trouble, Conflict) and "webhook" in trouble.message.lower()


def _is_numbered(raw: object) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("update_id"), int)


def chat_of(raw: JSONDict) -> int | None:
    """Return in which chat an update belongs; None if that cannot be told."""
    for kind in ALLOWED:
        if isinstance(told := raw.get(kind), dict):
            place = told.get("message", told)
            chat = place.get("chat") or told.get("from") if isinstance(place, dict) else None
            number = chat.get("id") if isinstance(chat, dict) else None
            return number if isinstance(number, int) else None
    return None
