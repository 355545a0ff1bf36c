import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits.storage import memory

from bot import budget
from bot.budget import LONGEST_WAIT, Budget, Limits
from bot.errors import RetryLater

START = 1_700_000_000.0
FEW = Limits("5/second", "1/second", "3/minute")


class QuickLoop(asyncio.SelectorEventLoop):
    """A loop whose time jumps to whatever is due next, so that minutes take no time."""

    def __init__(self) -> None:
        super().__init__()
        self.jumped = 0.0

    def time(self) -> float:
        return self.jumped

    def _run_once(self) -> None:
        handles: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        due = [handle.when() for handle in handles if not handle.cancelled()]
        if not self._ready and due:  # type: ignore[attr-defined]
            self.jumped = max(self.jumped, min(due))
        super()._run_once()  # type: ignore[misc]


def quickly(talk: Callable[[], Coroutine[Any, Any, None]], set_back: float = 0.0) -> None:
    """Run a talk on jumping time; `set_back` moves the machine's clock back at 10 s."""
    loop = QuickLoop()

    def now() -> float:
        return START + loop.time() - (set_back if loop.time() > 10 else 0)

    with pytest.MonkeyPatch.context() as patch:
        for module in (budget, memory):
            patch.setattr(module, "time", SimpleNamespace(time=now))
        try:
            loop.run_until_complete(talk())
        finally:
            loop.close()


def here() -> float:
    return asyncio.get_running_loop().time()


async def patient(budget: Budget, chat: int | str, priority: int, *, counts: bool = True) -> float:
    """Come back as often as told, as a postman does, and return when the turn came."""
    while True:
        try:
            async with asyncio.timeout(LONGEST_WAIT + 0.001):  # nobody is kept waiting longer
                await budget.turn(chat, priority, counts=counts)
            return here()
        except RetryLater as later:
            await asyncio.sleep(later.after)


async def refusal(turn: Awaitable[None]) -> float:
    with pytest.raises(RetryLater) as caught:
        await turn
    return caught.value.after


def most_within(times: list[float], window: float) -> int:
    times = sorted(times)
    return max((sum(0 <= b - a <= window for b in times) for a in times), default=0)


calls = st.tuples(
    st.floats(0, 20), st.sampled_from([1, 2, -3, -4, "@room"]), st.integers(0, 4), st.booleans()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(calls, max_size=50))
def test_no_limit_is_ever_exceeded_and_everybody_gets_a_turn(
    wanted: list[tuple[float, int | str, int, bool]],
) -> None:
    gone: list[tuple[float, int | str, bool]] = []

    async def one(budget: Budget, at: float, chat: int | str, priority: int, counts: bool) -> None:
        await asyncio.sleep(at)
        gone.append((await patient(budget, chat, priority, counts=counts), chat, counts))

    async def talk() -> None:
        budget = Budget(FEW)
        await asyncio.gather(*(one(budget, *call) for call in wanted))

    quickly(talk)
    assert len(gone) == len(wanted)
    assert most_within([at for at, _, _ in gone], 1) <= 5
    for chat in (1, 2, -3, -4, "@room"):
        sent = [at for at, whose, counts in gone if whose == chat and counts]
        assert most_within(sent, 1) <= 1
        assert chat in (1, 2) or most_within(sent, 60) <= 3


def test_urgent_goes_first_and_equals_in_the_order_they_came() -> None:
    async def talk() -> None:
        budget, order = Budget(Limits("1/second")), list[str]()

        async def one(name: str, chat: int, priority: int) -> None:
            await budget.turn(chat, priority)
            order.append(name)

        await one("first", 1, 40)
        tip = asyncio.create_task(one("tip", 2, 40))
        await asyncio.sleep(0.1)
        await one("crisis", 3, 0)
        assert await refusal(tip) == pytest.approx(1, abs=0.1)  # it would have waited 2.1 s
        assert order == ["first", "crisis"]
        order.clear()
        budget = Budget(Limits("3/second"))
        names = {"a": 10, "b": 10, "d": 10, "c": 40, "e": 0, "f": 10}
        await asyncio.gather(*(one(name, ord(name), names[name]) for name in names))
        assert order == ["e", "a", "b", "d", "f", "c"]

    quickly(talk)


def test_a_chat_that_must_wait_holds_up_no_other() -> None:
    async def talk() -> None:
        budget = Budget(FEW)
        await budget.turn(1, 0)
        waiting = asyncio.create_task(budget.turn(1, 0))
        await asyncio.sleep(0)
        await budget.turn(2, 40)
        assert here() == 0
        await waiting
        assert 1 < here() < 1.1

    quickly(talk)


def test_whoever_would_wait_too_long_is_told_at_once_how_long() -> None:
    async def talk() -> None:
        budget = Budget(FEW)
        for _ in range(3):
            await patient(budget, -1, 0)
        start = here()
        after = await refusal(budget.turn(-1, 0))
        assert here() == start
        assert after == pytest.approx(60 - start, abs=0.1)
        await budget.turn(-1, 0, counts=False)
        await asyncio.sleep(after)
        await budget.turn(-1, 0)

    quickly(talk)


def test_a_queue_in_one_chat_is_counted_before_anybody_waits() -> None:
    async def talk() -> None:
        budget = Budget(Limits())
        turns = [asyncio.create_task(budget.turn(7, 10)) for _ in range(4)]
        await asyncio.sleep(0.01)
        assert [turn.done() for turn in turns] == [True, False, True, True]
        assert await refusal(turns[2]) == pytest.approx(2, abs=0.1)
        assert await refusal(turns[3]) == pytest.approx(2, abs=0.1)
        await turns[1]

    quickly(talk)


def test_what_sends_nothing_takes_from_the_overall_limit_only() -> None:
    async def talk() -> None:
        budget = Budget(FEW)
        for _ in range(5):
            await budget.turn(-1, 0, counts=False)
        assert here() == 0
        await budget.turn(-1, 0)
        assert 1 < here() < 1.1

    quickly(talk)


def test_what_telegram_says_is_kept_to_the_letter() -> None:
    async def talk() -> None:
        budget = Budget()
        budget.paused(1, 1.5)
        assert await patient(budget, 2, 40) == 0
        assert await patient(budget, 1, 0, counts=False) == pytest.approx(1.5)
        budget.paused(1, 37)
        budget.paused("1", 3)  # a shorter word does not shorten the longer one
        assert await refusal(budget.turn(1, 0)) == pytest.approx(37)
        assert await patient(budget, 1, 0) >= 38.5
        assert here() == pytest.approx(38.5)

    quickly(talk)


def test_a_pause_sends_away_those_who_wait_already() -> None:
    async def talk() -> None:
        budget = Budget()
        await budget.turn(1, 0)
        waiting = asyncio.create_task(budget.turn(1, 0))
        await asyncio.sleep(0.1)
        budget.paused(1, 30)
        assert await refusal(waiting) == pytest.approx(30)

    quickly(talk)


def test_two_chats_told_to_wait_mean_the_whole_token() -> None:
    async def talk() -> None:
        budget = Budget()
        budget.paused(1, 10)
        await asyncio.sleep(11)
        budget.paused(2, 20)  # the first pause is over: this is about the second chat only
        await budget.turn(3, 0)
        budget.paused(1, 5)
        assert await refusal(budget.turn(3, 0)) == pytest.approx(20)
        budget.paused(1, 25)
        assert await refusal(budget.turn(4, 0, counts=False)) == pytest.approx(25)
        assert await patient(budget, 3, 0) == pytest.approx(36)

    quickly(talk)


def test_whoever_gives_up_waiting_costs_nobody_a_turn() -> None:
    async def talk() -> None:
        budget = Budget(Limits("1/second"))
        await budget.turn(1, 0)
        turns = [asyncio.create_task(budget.turn(chat, 0)) for chat in (2, 3)]
        await asyncio.sleep(0.5)
        turns[0].cancel()
        await asyncio.gather(*turns, return_exceptions=True)
        assert turns[0].cancelled()
        assert 1 < here() < 1.1

    quickly(talk)


def test_nobody_waits_for_ever_behind_urgent_things() -> None:
    async def talk() -> None:
        budget, urgent = Budget(Limits("5/second", "99/second")), 0

        async def flood(chat: int) -> None:
            nonlocal urgent
            while True:
                await patient(budget, chat, 0)
                urgent += 1

        floods = [asyncio.create_task(flood(chat)) for chat in range(8)]
        await asyncio.sleep(3)
        tips = await asyncio.gather(*(patient(budget, 100 + tip, 40) for tip in range(3)))
        assert max(tips) < 20
        assert urgent >= 0.85 * 5 * max(tips)
        for task in floods:
            task.cancel()
        await asyncio.gather(*floods, return_exceptions=True)

    quickly(talk)


def test_a_clock_that_is_set_back_stops_nobody() -> None:
    async def talk() -> None:
        budget = Budget(Limits("1/second"))
        await asyncio.sleep(9.9)
        await budget.turn(1, 0)
        await asyncio.sleep(0.5)
        await budget.turn(1, 0)
        assert here() < 13

    quickly(talk, set_back=3600)


async def test_in_real_time_ten_calls_at_five_a_second_take_two_windows() -> None:
    budget, gone, start = Budget(Limits("5/second")), [], time.monotonic()

    async def one(chat: int) -> None:
        await budget.turn(chat, 10)
        gone.append(time.monotonic() - start)

    await asyncio.gather(*(one(chat) for chat in range(10)))
    assert most_within(gone, 0.8) <= 5
    assert 1.0 <= max(gone) < LONGEST_WAIT
