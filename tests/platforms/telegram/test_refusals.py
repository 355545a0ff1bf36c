import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.budget import Budget
from bot.errors import DeliveryError, RetryLater, RoundtableError, Undeliverable
from bot.platforms.telegram import refusals
from bot.platforms.telegram.refusals import Migrated, Unreachable, understood
from tests.platforms.telegram.stage import stage
from tests.platforms.telegram_server import TOKEN

CHAT, OTHER = -1001, -1002


async def refused(error: Exception, budget: Budget | None = None) -> RoundtableError:
    """Return what Telegram's refusal becomes."""
    with pytest.raises(RoundtableError) as caught, understood(budget or Budget(), CHAT):
        raise error
    return caught.value


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: message is not modified: specified new message content is the same",
        "Bad Request: message to delete not found",
        "Bad Request: USER_ALREADY_PARTICIPANT",
        "Bad Request: HIDE_REQUESTER_MISSING",
    ],
)
async def test_what_is_done_already_ends_quietly(words: str) -> None:
    reached = False
    with understood(Budget(), CHAT):
        reached = True
        raise BadRequest(words)
    assert reached  # type: ignore[unreachable]


REFUSED = (
    ("message can't be deleted", "for 48 hours only"),
    ("message can't be deleted for everyone", "for 48 hours only"),
    ("message can't be edited", "be changed any more"),
    ("message to edit not found", "message is gone"),
    ("message to pin not found", "message is gone"),
    ("chat not found", "chat is gone"),
    ("not enough rights to send text messages to the chat", "admin again"),
    ("not enough rights", "admin again"),
    ("user is an administrator of the chat", "is an admin of the chat"),
    ("can't remove chat owner", "owns the chat"),
    ("USER_ID_INVALID", "no such person"),
    ("user not found", "no such person"),
    ("message thread not found", "topic is gone"),
)
FORBIDDEN = (
    ("user is deactivated", "account is gone"),
    ("bot was kicked from the supergroup chat", "put out of the chat"),
    ("bot is not a member of the channel chat", "not in the chat"),
    ("not enough rights to restrict/unrestrict chat member", "admin again"),
)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        *((BadRequest(f"Bad Request: {words}"), reason) for words, reason in REFUSED),
        *((Forbidden(f"Forbidden: {words}"), reason) for words, reason in FORBIDDEN),
    ],
    ids=str,
)
async def test_what_can_never_be_done_is_given_up_with_a_plain_reason(
    error: TelegramError, reason: str
) -> None:
    told = await refused(error)
    assert isinstance(told, Undeliverable)
    assert reason in str(told)


def test_every_reason_was_tried() -> None:
    tried = [words.lower() for words, _ in (*REFUSED, *FORBIDDEN)]
    for part in refusals.REASONS:
        assert any(part in words for words in tried), part


async def test_what_this_server_has_no_method_for_is_given_up() -> None:
    told = await refused(InvalidToken("Not Found"))
    assert isinstance(told, Undeliverable)
    assert "cannot do that" in str(told)


@pytest.mark.parametrize("kind", [BadRequest, Forbidden])
async def test_a_refusal_that_is_new_keeps_telegrams_words(kind: type[TelegramError]) -> None:
    told = await refused(kind("Bad Request: the moon is too far" + " away" * 99))
    assert isinstance(told, Undeliverable)
    assert str(told).startswith("Telegram refused it: the moon is too far")
    assert len(str(told)) < 200


@pytest.mark.parametrize(
    "words", ["bot can't initiate conversation with a user", "bot was blocked by the user"]
)
async def test_who_never_opened_the_bot_or_blocked_it_may_still_come_back(words: str) -> None:
    told = await refused(Forbidden(f"Forbidden: {words}"))
    assert isinstance(told, Unreachable)
    assert not isinstance(told, DeliveryError)


async def test_a_group_with_a_new_number_is_told_by_it() -> None:
    told = await refused(ChatMigrated(-1005))
    assert isinstance(told, Migrated)
    assert told.chat == -1005


@pytest.mark.parametrize(
    ("error", "after"),
    [
        (InvalidToken("Unauthorized"), refusals.TOKEN_SECONDS),
        (TimedOut(), refusals.NETWORK_SECONDS),
        (NetworkError("Bad Gateway"), refusals.NETWORK_SECONDS),
        (Conflict("Conflict"), refusals.NETWORK_SECONDS),
        (TelegramError("Invalid server response"), refusals.NETWORK_SECONDS),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_trouble_on_the_way_is_tried_again(error: TelegramError, after: float) -> None:
    told = await refused(error)
    assert isinstance(told, RetryLater)
    assert told.after == after


async def test_what_may_have_been_said_twice_is_counted() -> None:
    with capture_logs() as logs:
        await refused(TimedOut())
    assert [one["event"] for one in logs] == ["no answer from telegram, perhaps said twice"]


@pytest.mark.filterwarnings("ignore:.*retry_after")  # the number is on its way out
@pytest.mark.parametrize("spelled", ["0", "1"])
@pytest.mark.parametrize("given", [7, timedelta(seconds=7)], ids=["number", "span"])
async def test_what_telegram_asks_to_wait_is_waited_to_the_letter(
    monkeypatch: pytest.MonkeyPatch, spelled: str, given: int | timedelta
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", spelled)
    budget = Budget()
    told = await refused(RetryAfter(given), budget)
    assert isinstance(told, RetryLater)
    assert told.after == 7.0
    await budget.turn(OTHER, 0)
    with pytest.raises(RetryLater) as later:
        await budget.turn(CHAT, 0)
    assert 6.9 < later.value.after <= 7.0


async def test_the_chat_is_written_to_as_soon_as_the_wait_is_over() -> None:
    budget, loop = Budget(), asyncio.get_running_loop()
    since = loop.time()
    await refused(RetryAfter(1), budget)
    await budget.turn(CHAT, 0)
    assert 1.0 <= loop.time() - since < 1.5


FAULTS: tuple[dict[str, Any], ...] = (
    *({"status": status} for status in (400, 401, 403, 404, 409, 500, 502)),
    {"status": 400, "description": f"Bad Request: wrong url /bot{TOKEN}/sendMessage"},
    {"status": 403, "description": f"Forbidden: bot{TOKEN}"},
    {"retry_after": 3},
    {"reset": True},
    {"garbage": True},
    {"garbage": True, "done": True},
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_no_reason_holds_the_token(tmp_path: Path, fault: dict[str, Any]) -> None:
    async with stage(tmp_path) as here, here.bot:
        here.server.faults.next("sendMessage", **fault)
        room = here.server.group("Circle", admin=here.server.person("Olga"))
        with (
            capture_logs() as logs,
            pytest.raises(RoundtableError) as caught,
            understood(Budget(), room.id),
        ):
            await here.bot.send_message(room.id, "hello")
    told = caught.value
    assert isinstance(told, DeliveryError)
    assert here.server.token.lower() not in f"{told!r}{told.__cause__!r}{logs}".lower()
    assert told.__suppress_context__
