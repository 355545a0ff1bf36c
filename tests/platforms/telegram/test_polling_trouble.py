import asyncio
import time
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import suppress
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram.error import Conflict, TelegramError

from bot.platforms.telegram import polling, refusals
from tests.platforms.telegram.lines import Heard, connect, line

ONE = 1
UNREACHABLE = "Telegram cannot be reached, or answers with an error."
OTHER = "Another program uses this bot's token. Stop it, or get a new token."
WEBHOOK = "A webhook is set for this bot by another program. Start Roundtable again."
UNKNOWN = "Telegram does not know this token. Check [telegram] token."
WAIT = "Telegram asks to wait."
Logs = list[MutableMapping[str, Any]]


@pytest.fixture
async def here(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Heard]:
    monkeypatch.setattr(polling, "SHORTEST", 0.01)
    monkeypatch.setattr(refusals, "TOKEN_SECONDS", 0.05)
    async with line() as made:
        made.poller.pause = polling.SHORTEST
        yield made


def why(logs: Logs) -> list[str]:
    assert all(one["event"] == "telegram not heard" for one in logs), logs
    return [one["why"] for one in logs]


def pauses(logs: Logs) -> list[float]:
    return [float(one["again_in"].removesuffix(" s")) for one in logs]


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "conflict": ({"status": 409, "description": "Conflict: terminated by other"}, OTHER),
    "webhook": ({"status": 409, "description": "Conflict: webhook is active"}, WEBHOOK),
    "token": ({"status": 401}, UNKNOWN),
    "gone": ({"status": 404}, UNKNOWN),
    "forbidden": ({"status": 403}, UNREACHABLE),
    "refused": ({"status": 400}, UNREACHABLE),
    "500": ({"status": 500}, UNREACHABLE),
    "502": ({"status": 502}, UNREACHABLE),
    "reset": ({"reset": True}, UNREACHABLE),
    "garbage": ({"garbage": True}, UNREACHABLE),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_trouble_is_told_in_plain_words_and_passes(here: Heard, fault: str) -> None:
    what, sentence = FAULTS[fault]
    here.poller.begun = True
    here.server.faults.next("getUpdates", times=2, **what)
    here.say(ONE, "still here")
    with capture_logs() as logs:
        here.start()
        await here.server.quiet()
    assert why(logs) == [sentence] * 2
    assert here.words == ["still here"]
    assert here.server.faults.left == 0
    assert here.server.token not in str(logs)
    assert "still here" not in str(logs)


async def test_the_pause_grows_up_to_its_longest_and_is_short_again_afterwards(
    here: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "SHORTEST", 0.1)
    monkeypatch.setattr(polling, "LONGEST", 0.4)
    here.poller.pause = 0.1
    here.server.faults.next("getUpdates", status=500, times=4)
    here.say(ONE, "one")
    since = time.monotonic()
    with capture_logs() as logs:
        here.start()
        await here.has("one")
    assert pauses(logs) == [0.1, 0.2, 0.4, 0.4]
    assert time.monotonic() - since >= 1.1
    assert here.poller.pause == 0.1


async def test_an_unknown_token_is_asked_about_seldom(here: Heard) -> None:
    here.server.faults.next("getUpdates", status=401, times=2)
    here.say(ONE, "one")
    since = time.monotonic()
    here.start()
    await here.has("one")
    assert time.monotonic() - since >= 2 * refusals.TOKEN_SECONDS


async def test_what_telegram_asks_to_wait_is_waited(here: Heard) -> None:
    here.server.faults.next("getUpdates", retry_after=1)
    here.say(ONE, "one")
    since = time.monotonic()
    with capture_logs() as logs:
        here.start()
        await here.has("one")
    assert why(logs) == [WAIT]
    assert pauses(logs) == [1.0]
    assert time.monotonic() - since >= 1.0


@pytest.mark.filterwarnings("ignore:.*retry_after")  # the number is on its way out
@pytest.mark.parametrize("spelled", ["0", "1"])
async def test_the_wait_is_understood_as_a_number_and_as_a_span(
    here: Heard, monkeypatch: pytest.MonkeyPatch, spelled: str
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", spelled)
    here.server.faults.next("getUpdates", retry_after=1)
    with capture_logs() as logs:
        here.start()
        await _until(lambda: bool(logs))
    assert pauses(logs) == [1.0]


async def test_no_answer_in_time_is_asked_for_again(
    here: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "SPARE_SECONDS", 0.2 - polling.LONG_POLL_SECONDS)
    here.server.faults.next("getUpdates", hang=3)
    here.say(ONE, "one")
    with capture_logs() as logs:
        here.start()
        await here.has("one")
    assert why(logs)[0] == UNREACHABLE


@pytest.mark.parametrize("answer", ["true", "[7]", '[{"message":{}}]', '{"a":1}'])
async def test_an_answer_that_is_not_updates_is_trouble_as_well(
    here: Heard, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    updates = here.server.world.updates
    usual = updates.fetch
    odd = [answer.encode()]

    async def fetch(*asked: Any) -> bytes:  # noqa: ANN401
        return odd.pop() if odd else await usual(*asked)

    monkeypatch.setattr(updates, "fetch", fetch)
    here.say(ONE, "one")
    with capture_logs() as logs:
        here.start()
        await here.has("one")
    assert why(logs) == [UNREACHABLE]


async def test_a_second_program_with_the_same_token_is_told_about(here: Heard) -> None:
    here.start()
    other = connect(here.server)
    await other.initialize()
    with capture_logs() as logs:
        await asyncio.sleep(0.1)
        with suppress(Conflict):  # it is thrown out in its turn
            await other.news(0, 1)
        await _until(lambda: OTHER in why(logs))
        here.say(ONE, "one")
        await here.has("one")
    await other.shutdown()
    assert here.words == ["one"]


async def test_a_webhook_set_meanwhile_is_told_about_until_it_is_gone(here: Heard) -> None:
    with capture_logs() as logs:
        here.start()
        here.say(ONE, "before")
        await here.has("before")
        here.server.world.updates.webhook = True
        here.server.faults.next("getUpdates", reset=True)  # ends the poll that waits
        here.say(ONE, "nudge")
        await _until(lambda: WEBHOOK in why(logs))
        here.server.world.updates.webhook = False
        here.say(ONE, "after")
        await here.has("nudge", "after")
    assert WEBHOOK in why(logs)
    assert here.server.asked("deleteWebhook") == []  # somebody put it there on purpose


async def test_a_server_that_is_away_is_found_again(here: Heard) -> None:
    here.server.faults.next("*", reset=True, times=4)
    here.say(ONE, "one")
    with capture_logs() as logs:
        here.start()
        await here.has("one")
    assert why(logs) == [UNREACHABLE] * 4


def test_trouble_of_any_kind_has_a_sentence() -> None:
    assert polling.reason(TelegramError("x")) == UNREACHABLE


async def _until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not seen():
            await asyncio.sleep(0.01)
