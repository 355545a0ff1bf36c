import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.platforms.telegram import polling
from bot.platforms.telegram.polling import ALLOWED, Poller, chat_of
from tests.platforms.telegram.lines import Heard, line, locked, text_of
from tests.platforms.telegram.updates import ANA, GROUP, PRIVATE, Json, said

ONE, TWO, THREE = 1, 2, 3
WEBHOOK = "https://clinic.example/telegram"


@pytest.fixture
async def here(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Heard]:
    monkeypatch.setattr(polling, "SHORTEST", 0.02)
    async with line() as made:
        made.poller.pause = polling.SHORTEST
        yield made


async def confirmed(here: Heard) -> int:
    await asyncio.sleep(0.05)
    return here.server.world.updates.confirmed


async def test_an_update_is_confirmed_only_once_it_is_stored(here: Heard) -> None:
    here.held["one"] = asyncio.Event()
    here.say(ONE, "one")
    here.start()
    assert await confirmed(here) == 0
    here.held["one"].set()
    await here.server.quiet()
    assert here.words == ["one"]
    assert await confirmed(here) == 1


async def test_a_slow_chat_holds_up_no_other_and_keeps_its_order(here: Heard) -> None:
    here.held["a1"] = asyncio.Event()
    here.say(ONE, "a1")
    here.say(TWO, "b1")
    here.say(ONE, "a2")
    here.say(TWO, "b2")
    here.start()
    await here.has("b1", "b2")
    assert here.words == ["b1", "b2"]
    assert await confirmed(here) == 0
    here.held["a1"].set()
    await here.server.quiet()
    assert here.words == ["b1", "b2", "a1", "a2"]


async def test_what_could_not_be_stored_comes_again_and_nothing_is_lost(here: Heard) -> None:
    here.faults["a2"] = [locked(), locked()]
    for number in (1, 2, 3):
        here.say(ONE, f"a{number}")
        here.say(TWO, f"b{number}")
    here.start()
    with capture_logs() as logs:
        await here.server.quiet()
    # All that came behind it comes twice; the ring drops what it has seen.
    assert [words for words in here.words if words[0] == "a"] == ["a1", "a2", "a3"]
    assert {"b1", "b2", "b3"} == {words for words in here.words if words[0] == "b"}
    assert here.unusable == []
    told = [one for one in logs if one["event"] == "update not stored, it comes again"]
    assert [one["fault"] for one in told] == ["OperationalError"] * 2


async def test_the_offset_stays_before_the_first_that_could_not_be_stored(here: Heard) -> None:
    said_there = enumerate([(1, "a"), (2, "b"), (3, "c"), (2, "d")], 5)
    batch = [
        {"update_id": number, "message": said({"id": chat}, text=text)}
        for number, (chat, text) in said_there
    ]
    here.faults = {"b": [locked()], "c": [locked()]}
    assert not await here.poller.hear(batch)
    assert here.poller.offset == 6
    assert here.words == ["a"]
    assert await here.poller.hear(batch[1:])
    assert here.poller.offset == 9
    assert sorted(here.words) == ["a", "b", "c", "d"]


async def test_a_bug_is_recorded_and_the_next_one_heard(here: Heard) -> None:
    here.faults["bad"] = [KeyError("x")]
    here.say(ONE, "bad", "good")
    here.start()
    with capture_logs() as logs:
        await here.server.quiet()
    assert here.words == ["good"]
    assert [(text_of(raw), fault) for raw, fault in here.unusable] == [("bad", "KeyError")]
    assert [one["event"] for one in logs] == ["update failed"]


async def test_a_bug_that_cannot_be_recorded_comes_again(here: Heard) -> None:
    here.faults = {"bad": [KeyError("x"), KeyError("x")], "record": [locked()]}
    here.say(ONE, "bad", "good")
    here.start()
    await here.server.quiet()
    assert [fault for _, fault in here.unusable] == ["KeyError"]
    assert here.words == ["good"]


MALFORMED: tuple[Json, ...] = (
    {},
    {"message": None},
    {"message": 7},
    {"message": {"chat": {"id": [1]}}},
    {"message": {"chat": {"id": {"a": 1}}, "from": 3}},
    {"callback_query": {"message": 3, "from": []}},
    {"something_new": {"chat": {"id": 1}}},
)


async def test_malformed_updates_spoil_no_other(here: Heard) -> None:
    here.say(ONE, "first")
    for odd in MALFORMED:
        here.server.inject(odd)
    here.say(TWO, "last")
    here.start()
    await here.server.quiet()
    assert here.words[0] == "first"
    assert "last" in here.words
    assert len(here.taken) == len(MALFORMED) + 2


async def test_many_arrive_in_batches_each_once_and_in_their_order(here: Heard) -> None:
    for number in range(250):
        here.say(number % 7, f"{number}")
    here.poller = counted = Counted(here.bot, here.take, here.record)
    here.start()
    await here.server.quiet()
    assert counted.sizes == [100, 100, 50]
    assert sorted(map(int, here.words)) == list(range(250))
    for chat in range(7):
        mine = [int(words) for words in here.words if int(words) % 7 == chat]
        assert all(one < other for one, other in pairwise(mine))


@dataclass
class Counted(Poller):
    """A poller that remembers how large its batches were."""

    sizes: list[int] = field(default_factory=list)

    async def hear(self, batch: Sequence[Json]) -> bool:
        self.sizes.append(len(batch))
        return await super().hear(batch)


async def test_a_server_that_does_not_wait_for_news_is_not_asked_all_the_time(
    here: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def news(_offset: int) -> list[Any]:
        nonlocal asked
        asked += 1
        return []

    here.poller.bot = SimpleNamespace(news=news)  # type: ignore[assignment]
    here.start()
    await asyncio.sleep(0.35)
    assert 2 <= asked <= 5


async def test_exactly_what_is_understood_is_asked_for(here: Heard) -> None:
    here.start()
    here.say(ONE, "hello")
    await here.has("hello")
    assert here.server.world.updates.allowed == set(ALLOWED)


async def test_a_webhook_that_was_left_over_is_taken_away(here: Heard) -> None:
    await here.bot.set_webhook(WEBHOOK)
    here.say(ONE, "waited")
    here.start()
    with capture_logs() as logs:
        await here.server.quiet()
    assert here.words == ["waited"]
    assert [one["event"][:18] for one in logs] == ["a webhook was set;", "telegram not heard"]
    assert here.server.asked("deleteWebhook") != []


async def test_a_left_over_webhook_goes_even_if_telegram_is_away_at_first(here: Heard) -> None:
    await here.bot.set_webhook(WEBHOOK)
    here.server.faults.next("deleteWebhook", status=502)
    here.say(ONE, "waited")
    here.start()
    await here.has("waited")
    assert not (await here.bot.get_webhook_info()).url


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"message": said(GROUP)}, -1001),
        ({"edited_message": said(PRIVATE)}, 42),
        ({"callback_query": {"from": ANA, "message": said(GROUP)}}, -1001),
        ({"callback_query": {"from": ANA, "inline_message_id": "1"}}, 42),
        ({"chat_join_request": {"chat": GROUP, "from": ANA}}, -1001),
        ({"my_chat_member": {"chat": PRIVATE, "from": ANA}}, 42),
        *((odd, None) for odd in MALFORMED),
    ],
)
def test_the_chat_of_an_update_is_known_or_none(update: Json, chat: int | None) -> None:
    assert chat_of(update) == chat
