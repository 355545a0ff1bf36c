"""Refusals: what Discord's refusals mean for an action: wait, give up, or it is done already."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import aiohttp
import discord
import structlog

from bot.errors import RetryLater, RoundtableError, Undeliverable

log = structlog.get_logger(__name__)

NETWORK_SECONDS = 2.0
LIMIT_SECONDS = 5.0
TOKEN_SECONDS = 60.0
NOT_KNOWN, LIMITED, SERVER = 401, 429, 500
# Discord's own numbers for its refusals.
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
ACKNOWLEDGED, WEBHOOK_TOKEN = 40060, 50027
DMS_OFF, NO_SERVER = 50007, 50278
CLOSED = frozenset({DMS_OFF, NO_SERVER})
SPENT = frozenset({UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, ACKNOWLEDGED, WEBHOOK_TOKEN})
WAITS = {20016: 5.0, 20028: 5.0, 30046: 60.0, 40003: 60.0, 40062: 5.0, 130000: 10.0}
GONE = frozenset({UNKNOWN_CHANNEL, UNKNOWN_MESSAGE})
REASONS = {
    UNKNOWN_CHANNEL: "the channel is gone, or the bot cannot see it any more",
    10004: "the server is gone, or the bot is not in it any more",
    10007: "the person is not in the server any more",
    UNKNOWN_MESSAGE: "the message is gone",
    10011: "the role is gone",
    10013: "there is no such person on Discord",
    30003: "the channel has as many pinned messages as Discord allows: unpin some",
    40005: "the file is larger than Discord takes",
    40007: "the person is banned from the server",
    50001: "the bot cannot see this channel: give it the right to view the channel",
    50005: "only the one who wrote a message can change it",
    50008: "this kind of channel takes no messages",
    50013: "the bot is not allowed to do that here: look at its role's permissions",
    50083: "the thread is archived",
    200000: "a filter of the server stopped the words: exempt the bot's role from it",
    200001: "a filter of the server stopped the title: exempt the bot's role from it",
}


class Closed(RoundtableError):
    """The person takes no private messages; `absent` if they are in no server with the bot."""

    def __init__(self, *, absent: bool = False) -> None:
        """Keep whether they are in none."""
        told = "is in no server with the bot" if absent else "takes no private messages"
        super().__init__(f"the person {told}")
        self.absent = absent


class Spent(RoundtableError):
    """An interaction cannot be answered by its token; `taken` if its first answer is there."""

    def __init__(self, *, taken: bool = False) -> None:
        """Keep whether somebody answered it before; who did is us, as nobody else can."""
        super().__init__("the interaction has its answer" if taken else "the token has ended")
        self.taken = taken


@contextmanager
def understood(done: Collection[int] = ()) -> Iterator[None]:
    """Turn what Discord answers into what the outbox understands.

    `done` are Discord's numbers of refusals that mean here: it is so already. They pass.
    """
    try:
        yield
    except discord.RateLimited as told:
        raise RetryLater(told.retry_after, "Discord asks to wait") from None
    except discord.HTTPException as refused:
        if refused.code not in done:
            raise meaning(refused) from None
    except TimeoutError:
        # It may have got there all the same. Words in a channel carry a nonce and show once.
        log.warning("no answer from discord")
        raise RetryLater(NETWORK_SECONDS, "no answer from Discord in time") from None
    except (aiohttp.ClientError, OSError, discord.GatewayNotFound):
        raise RetryLater(NETWORK_SECONDS, "no connection to Discord") from None
    except RuntimeError as fault:
        if "closed" not in str(fault):  # aiohttp's, between one connection and the next
            raise
        raise RetryLater(NETWORK_SECONDS, "the connection to Discord is being renewed") from None


def meaning(refused: discord.HTTPException) -> RoundtableError:
    """Return what a refusal means: wait, give up, write elsewhere, or the token is of no use."""
    code, status = refused.code, refused.status
    if code in SPENT:
        return Spent(taken=code == ACKNOWLEDGED)
    if code in CLOSED:
        return Closed(absent=code == NO_SERVER)
    if code in WAITS or status == LIMITED:
        return RetryLater(_told(refused, WAITS.get(code, LIMIT_SECONDS)), "Discord asks to wait")
    if status == NOT_KNOWN:
        return RetryLater(TOKEN_SECONDS, "Discord does not know the bot's token")
    if status >= SERVER:
        return RetryLater(_told(refused, NETWORK_SECONDS), "Discord is in trouble")
    return Undeliverable(REASONS.get(code) or f"Discord refused it: {_sentence(refused)}")


def _told(refused: discord.HTTPException, otherwise: float) -> float:
    """Return how many seconds Discord asks to wait."""
    try:
        return max(0.0, float(refused.response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return otherwise


def _sentence(refused: discord.HTTPException) -> str:
    """Return Discord's own first line; what follows it may repeat our words."""
    first = refused.text.partition("\n")[0]
    return f"{first[:100] or refused.status} ({refused.code})"
