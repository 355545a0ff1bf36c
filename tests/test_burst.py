"""Ten thousand messages at once, on the real ring and a real database."""

import asyncio
from collections import Counter

import pytest

from bot import events
from bot.actions import Post
from bot.platforms import Status
from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PEOPLE, EACH = 20, 500


async def test_ten_thousand_messages_in_a_burst_each_appear_once_and_in_order(
    world: World,
) -> None:
    for number in range(PEOPLE):
        await world.person(f"p{number}")
    told = [(person, number) for number in range(EACH) for person in range(PEOPLE)]

    async def say(person: int, number: int) -> Status:
        name = f"p{person}"
        event = events.Message(
            id=f"{name}:{number}",
            at=world.clock.now(),
            chat=world.room,
            user=world.address(name),
            message=f"{name}.{number}",
            text=f"{name} {number}",
        )
        return (await world.bot.app.handle(event)).status

    statuses = await asyncio.gather(*(say(*one) for one in told))
    await world.bot.deliver()
    assert Counter(statuses) == {Status.DONE: PEOPLE * EACH}
    shown = [action.text for action in world.paper.done if isinstance(action, Post)]
    assert shown == [f"p{person} {number}" for person, number in told]
