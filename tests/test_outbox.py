import asyncio
import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import actions, events
from bot.actions import Action, Address, Delete, Edit, Pin, Receipt, Send
from bot.context import Context
from bot.errors import RetryLater, Undeliverable
from bot.outbox import TRIES, Postman, jobs
from bot.routing import Listener, Table
from bot.store import outbox
from bot.store.outbox import Row
from tests.world import Paper, World, make


async def put(world: World, *given: Action) -> None:
    async with world.db.write() as db:
        for action in given:
            await outbox.put(db, action, world.group.id, world.clock.now())


def send(world: World, key: str, **more: object) -> Send:
    return Send.model_validate({"to": world.room, "key": key, "text": key} | more)


def keys(world: World) -> list[str]:
    return [action.key for action in world.paper.done]


async def row(world: World, key: str) -> Row:
    async with world.db.read() as db:
        found = await outbox.by_key(db, key)
    assert found is not None
    return found


async def test_the_same_key_twice_is_sent_once(world: World) -> None:
    await put(world, send(world, "a"), send(world, "a"))
    await world.bot.deliver()
    await world.bot.deliver()
    assert keys(world) == ["a"]


async def test_an_action_without_a_key_is_a_bug(world: World) -> None:
    problem = ""
    try:
        await put(world, send(world, ""))
    except ValueError as error:
        problem = str(error)
    assert "needs a key" in problem


async def test_a_chat_hears_things_in_order_and_urgent_things_first(world: World) -> None:
    tip = send(world, "tip", priority=actions.Priority.TIP)
    crisis = send(world, "crisis", priority=actions.Priority.CRISIS)
    await put(world, tip, send(world, "a"), send(world, "b"), crisis)
    await world.bot.deliver()
    assert keys(world) == ["crisis", "a", "b", "tip"]


async def test_when_one_has_to_wait_the_rest_of_the_chat_waits_behind_it(world: World) -> None:
    other = Address(str(world.staff_room))
    world.paper.fails = [RetryLater(30)]
    await put(world, send(world, "a"), send(world, "b"), send(world, "c", to=other))
    await world.bot.deliver()
    assert keys(world) == ["c"]
    await put(world, send(world, "d"))
    await world.bot.deliver()
    assert keys(world) == ["c"]
    world.clock.advance(seconds=31)
    await world.bot.deliver()
    assert keys(world) == ["c", "a", "b", "d"]


async def test_something_urgent_does_not_wait_behind_a_tip(world: World) -> None:
    world.paper.fails = [RetryLater(30)]
    await put(world, send(world, "tip", priority=actions.Priority.TIP))
    await world.bot.deliver()
    await put(world, send(world, "crisis", priority=actions.Priority.CRISIS))
    await world.bot.deliver()
    assert keys(world) == ["crisis"]


async def test_what_can_never_be_sent_is_kept_with_its_reason(world: World) -> None:
    world.paper.fails = [Undeliverable("the room is gone")]
    await put(world, send(world, "a"), send(world, "b"))
    await world.bot.deliver()
    assert keys(world) == ["b"]
    dead = await row(world, "a")
    assert (dead.state, dead.error) == ("dead", "the room is gone")
    async with world.db.read() as db:
        assert [item.key for item in await outbox.dead(db, world.group.id)] == ["a"]


async def test_a_dead_letter_can_be_sent_again_by_hand(world: World) -> None:
    world.paper.fails = [Undeliverable("blocked")]
    await put(world, send(world, "a"))
    await world.bot.deliver()
    number = (await row(world, "a")).number
    assert number is not None
    async with world.db.write() as db:
        assert await outbox.retry(db, number, world.clock.now())
        assert not await outbox.retry(db, number, world.clock.now())
    await world.bot.deliver()
    assert keys(world) == ["a"]


async def test_a_fault_is_tried_again_with_longer_pauses_and_then_given_up(world: World) -> None:
    world.paper.fails = [OSError("reset")] * TRIES
    await put(world, send(world, "a"))
    pauses = []
    for _ in range(TRIES):
        await world.bot.deliver()
        found = await row(world, "a")
        pauses.append((found.due_at - world.clock.now()).total_seconds())
        world.clock.time = max(found.due_at, world.clock.now())
    assert pauses[0] < pauses[2] < pauses[4]
    assert found.state == "dead"
    assert found.error == f"gave up after {TRIES} tries: OSError"
    assert keys(world) == []


async def test_too_late_is_never(world: World) -> None:
    late = world.clock.now() + timedelta(minutes=5)
    await put(world, send(world, "a", expires_at=late))
    world.clock.advance(minutes=6)
    await world.bot.deliver()
    assert keys(world) == []
    found = await row(world, "a")
    assert (found.state, found.error, found.action) == ("expired", "too late", b"")


async def test_an_edit_finds_the_message_it_changes_by_its_key(world: World) -> None:
    await put(
        world,
        send(world, "a"),
        Edit(to=world.room, key="e", of="a", text="better"),
        Pin(to=world.room, key="p", of="a"),
        Delete(to=world.room, key="d", of="never"),
    )
    await world.bot.deliver()
    await world.bot.deliver()
    edit = next(action for action in world.paper.done if action.kind == "edit")
    assert isinstance(edit, Edit)
    assert edit.message == "m1"
    assert (await row(world, "d")).state == "expired"


async def test_an_urgent_edit_of_a_line_that_is_not_sent_yet_holds_up_nothing(
    world: World,
) -> None:
    edit = Edit(to=world.room, key="e", of="tip", text="x", priority=actions.Priority.CRISIS)
    await put(world, send(world, "tip", priority=actions.Priority.TIP), edit)
    await world.bot.deliver()
    assert keys(world) == ["tip"]
    world.clock.advance(seconds=2)
    await world.bot.deliver()
    assert keys(world) == ["tip", "e"]


async def test_what_was_claimed_by_a_process_that_died_is_sent_by_another(world: World) -> None:
    await put(world, send(world, "a"))
    async with world.db.write() as db:
        now = world.clock.now()
        await outbox.claim(db, "paper", "dead", now, timedelta(seconds=60), 10)
    await world.bot.deliver()
    assert keys(world) == []
    world.clock.advance(seconds=61)
    await world.bot.deliver()
    assert keys(world) == ["a"]


async def test_a_process_that_starts_alone_takes_over_at_once(world: World) -> None:
    await put(world, send(world, "a"))
    async with world.db.write() as db:
        now = world.clock.now()
        await outbox.claim(db, "paper", "dead", now, timedelta(seconds=60), 10)
        await outbox.release_all(db)
    await world.bot.deliver()
    assert keys(world) == ["a"]


async def test_a_postman_delivers_when_woken_and_gives_back_when_stopped(world: World) -> None:
    postman: Postman = world.bot.postmen[0]
    task = asyncio.create_task(postman.run())
    await put(world, send(world, "a"))
    postman.wake()
    async with asyncio.timeout(5):
        while not keys(world):
            await asyncio.sleep(0.01)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert keys(world) == ["a"]


async def test_a_postman_outlives_trouble_with_the_database(world: World) -> None:
    async with world.db.write() as db:
        await db.execute(text("ALTER TABLE outbox RENAME TO elsewhere"))
    task = asyncio.create_task(world.bot.postmen[0].run())
    await asyncio.sleep(0.1)
    assert not task.done()
    async with world.db.write() as db:
        await db.execute(text("ALTER TABLE elsewhere RENAME TO outbox"))
    await put(world, send(world, "a"))
    async with asyncio.timeout(10):
        while not keys(world):
            await asyncio.sleep(0.05)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert keys(world) == ["a"]


class Slow(Paper):
    """A platform on which a message that begins with "slow" takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()

    async def perform(self, action: Action) -> Receipt:
        if action.key.startswith("slow"):
            await self.goes_on.wait()
        return await super().perform(action)


async def test_what_was_sent_is_kept_before_the_rest_of_its_chat_has_gone(tmp_path: Path) -> None:
    slow = Slow()
    world = await make(tmp_path, paper=slow)
    await put(world, send(world, "a"), send(world, "b"), send(world, "slow"), send(world, "c"))
    running = asyncio.create_task(world.bot.postmen[0].run())
    async with asyncio.timeout(5):
        while (await row(world, "b")).state != outbox.SENT:
            await asyncio.sleep(0.01)
    assert [(await row(world, key)).state for key in ("slow", "c")] == ["ready", "ready"]
    slow.goes_on.set()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert keys(world) == ["a", "b", "slow", "c"]
    await world.db.close()


async def test_a_slow_chat_gives_back_what_it_has_not_come_to_before_its_time_is_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LONGEST", timedelta())
    await put(world, send(world, "a"), send(world, "b"), send(world, "c"))
    await world.bot.deliver()
    assert keys(world) == ["a", "b", "c"]
    assert [(await row(world, key)).attempts for key in "abc"] == [1, 1, 1]


async def test_what_was_done_comes_back_as_an_event(world: World) -> None:
    heard: list[str] = []

    async def done(event: events.Done, ctx: Context) -> None:
        heard.append(f"{event.key} {event.receipt.message}")

    world.bot.app.table = Table((), (Listener(events.Done, done),))
    world.bot.postmen[0].heard = world.bot.app.handle
    await put(world, send(world, "a"))
    await world.bot.deliver()
    assert heard == ["a m1"]


async def test_old_rows_are_forgotten_and_dead_ones_are_not(world: World) -> None:
    world.paper.fails = [Undeliverable("gone")]
    await put(world, send(world, "a"), send(world, "b"))
    await world.bot.deliver()
    async with world.db.write() as db:
        await outbox.forget(db, world.clock.now() + timedelta(days=1))
    async with world.db.read() as db:
        assert await outbox.counts(db) == {"dead": 1}


async def test_who_comes_while_something_is_tried_does_not_wait_for_it(world: World) -> None:
    tried = world.paper.perform

    async def comes(action: Action) -> Receipt:
        async with world.db.write() as db:
            await outbox.hurry(db, action.to, world.clock.now())
        return await tried(action)

    world.paper.fails = [RetryLater(600, "closed")]
    world.paper.perform = comes  # type: ignore[method-assign]
    await put(world, send(world, "a"))
    await world.bot.deliver()
    assert keys(world) == ["a"]
    assert (await row(world, "a")).attempts == 2
