"""Refusals: what Telegram's refusals mean for an action: wait, give up, or it is done already."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.budget import Budget
from bot.errors import RetryLater, RoundtableError, Undeliverable
from bot.platforms.telegram.wire import TOKEN

log = structlog.get_logger(__name__)

NO_METHOD = "not found"  # with a token that it has answered to before
NETWORK_SECONDS = 2.0
TOKEN_SECONDS = 60.0
DONE = (
    *("message is not modified", "message to delete not found", "user_already_participant"),
    "hide_requester_missing",
)
REASONS = {
    "can't be deleted": "Telegram lets a bot take back a message for 48 hours only, and where it "
    "is an admin",
    "can't be edited": "Telegram does not let this message be changed any more",
    "message to edit not found": "the message is gone",
    "message to pin not found": "the message is gone",
    "chat not found": "the chat is gone, or the bot was never in it",
    "not enough rights": "the bot is not allowed to do that in this chat: make it an admin again",
    "is an administrator of the chat": "the person is an admin of the chat on Telegram",
    "can't remove chat owner": "the person owns the chat on Telegram",
    "user_id_invalid": "there is no such person on Telegram",
    "user not found": "there is no such person on Telegram",
    "is deactivated": "the account is gone",
    "was kicked": "the bot was put out of the chat",
    "is not a member": "the bot is not in the chat",
    "thread not found": "the topic is gone",
}


class Unreachable(RoundtableError):
    """The bot may not write to this person: they never opened it, or they blocked it."""


class Migrated(RoundtableError):
    """The group has become a supergroup under another number."""

    def __init__(self, chat: int) -> None:
        """Keep the new number."""
        super().__init__("the group has another number now")
        self.chat = chat


@contextmanager
def understood(budget: Budget, chat: int) -> Iterator[None]:
    """Turn what Telegram answers into what the outbox understands; what is done already passes."""
    try:
        yield
    except RetryAfter as told:
        after = seconds(told)
        budget.paused(chat, after)
        raise RetryLater(after, "Telegram asks to wait") from None
    except ChatMigrated as moved:
        raise Migrated(moved.new_chat_id) from None
    except BadRequest as refused:
        _refused(refused)
    except Forbidden as refused:
        _forbidden(refused)
    except InvalidToken as refused:
        _not_known(refused)
    except TimedOut:
        # It may have got there all the same: then it is said twice, which is counted here.
        log.warning("no answer from telegram, perhaps said twice")
        raise RetryLater(NETWORK_SECONDS, "no answer from Telegram in time") from None
    except TelegramError:  # the network, a conflict, an answer that cannot be read
        raise RetryLater(NETWORK_SECONDS, "no connection to Telegram") from None


def seconds(told: RetryAfter) -> float:
    """Return how long Telegram asks to wait."""
    after = told.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _not_known(refused: InvalidToken) -> None:
    if NO_METHOD in refused.message.lower():
        raise Undeliverable("this Bot API server cannot do that") from None
    raise RetryLater(TOKEN_SECONDS, "Telegram does not know the bot's token") from None


def _refused(refused: BadRequest) -> None:
    said = refused.message.lower()
    if any(words in said for words in DONE):
        return
    raise Undeliverable(_reason(said)) from None


def _forbidden(refused: Forbidden) -> None:
    said = refused.message.lower()
    if "initiate conversation" in said or "blocked by the user" in said:
        raise Unreachable("the person has to open the bot first") from None
    raise Undeliverable(_reason(said)) from None


def _reason(said: str) -> str:
    """Return Telegram's refusal in our words; its own are kept where we have none."""
    for part, reason in REASONS.items():
        if part in said:
            return reason
    return f"Telegram refused it: {TOKEN.sub('…', said)[:150]}"
