"""What concerns somebody in danger goes out however busy the postman is."""

import asyncio
import contextlib
from pathlib import Path

from bot.actions import Action, Address, Priority, Receipt, Send
from bot.outbox.postman import LANES, SPARE
from bot.store import outbox
from tests.world import Paper, make


class Stuck(Paper):
    """A platform on which nothing ends but what is most urgent."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0

    async def perform(self, action: Action) -> Receipt:
        self.begun += 1
        if action.priority is not Priority.CRISIS:
            await asyncio.Event().wait()
        return await super().perform(action)


def to_somebody(number: int, priority: Priority) -> Send:
    to = Address(f"paper:@{number}")
    return Send(to=to, key=f"{priority.name}{number}", text="x", priority=priority)


async def test_what_is_most_urgent_goes_while_no_other_chat_can_be_served(tmp_path: Path) -> None:
    paper = Stuck()
    world = await make(tmp_path, paper=paper)
    (postman,) = world.bot.postmen
    running = asyncio.create_task(postman.run())
    many = LANES + SPARE
    for sends in (
        [to_somebody(number, Priority.REPLY) for number in range(many)],
        [to_somebody(many, Priority.REPLY), to_somebody(many + 1, Priority.CRISIS)],
    ):
        async with world.db.write() as db:
            for send in sends:
                await outbox.put(db, send, world.group.id, world.clock.now())
        postman.wake()
        async with asyncio.timeout(5):
            while paper.begun < many + len(paper.done):
                await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        while not paper.done:
            await asyncio.sleep(0.01)
    assert [one.key for one in paper.done] == [f"CRISIS{many + 1}"]
    assert paper.begun == many + 1
    for task in postman._under_way:
        task.cancel()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await world.db.close()
