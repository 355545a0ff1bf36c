"""What the ring does about words that a platform's own filter found, without reading them."""

from typing import Literal

import pytest

from bot.actions import Priority, Send
from bot.events import Flagged
from bot.platforms import Outcome, Status
from bot.store import audit, cases
from bot.store.people import Role
from tests.world import World

Rule = Literal["crisis", "contact", "medicine"]


async def flags(
    world: World, name: str, rule: Rule, event_id: str | None = None, *, staff: bool = False
) -> Outcome:
    base = world.base(name, world.staff_room if staff else None, event_id)
    told = {"rule": rule, "blocked": rule == "contact"}
    return await world.hears(Flagged.model_validate(base | told))


async def notes(world: World) -> list[tuple[str, str]]:
    async with world.db.read() as db:
        return [(one.action, one.detail) for one in await audit.every(db)]


def alerts(world: World) -> list[Send]:
    return [
        action
        for action in world.paper.done
        if isinstance(action, Send) and action.to == world.staff_room
    ]


async def test_somebody_in_crisis_gets_the_helpline_and_the_team_is_told(world: World) -> None:
    person = await world.person("ana")
    await flags(world, "ana", "crisis")
    seen = world.seen_by("ana")
    assert "116 123" in seen
    assert "999" in seen
    assert [alert.priority for alert in alerts(world)] == [Priority.CRISIS]
    async with world.db.read() as db:
        case = await cases.current(db, world.group.id, person)
    assert case is not None
    assert case.red_flag


async def test_a_crisis_that_is_told_twice_is_answered_once(world: World) -> None:
    await world.person("ana")
    await flags(world, "ana", "crisis", "paper:flagged:1")
    outcome = await flags(world, "ana", "crisis", "paper:flagged:1")
    assert outcome.status is Status.REPEATED
    assert world.seen_by("ana").count("116 123") == 1


async def test_a_crisis_takes_nothing_away_from_anybody(world: World) -> None:
    await world.person("ana")
    await flags(world, "ana", "crisis")
    assert {action.kind for action in world.paper.done} == {"send"}


async def test_somebody_of_the_team_in_crisis_is_helped_as_well(world: World) -> None:
    await world.person("okafor", Role.CLINICIAN)
    await flags(world, "okafor", "crisis")
    assert "116 123" in world.seen_by("okafor")


async def test_advice_about_medicines_is_answered_kindly_and_the_team_is_told(
    world: World,
) -> None:
    await world.person("ana")
    for _ in range(2):
        await flags(world, "ana", "medicine")
    assert "talk to their own team" in world.seen_by("ana")
    assert len(alerts(world)) == 1
    assert "unsafe advice" in alerts(world)[0].text
    assert ("screened", "medicine") in await notes(world)


async def test_a_number_that_was_blocked_is_noted_and_nobody_is_told_again(world: World) -> None:
    await world.person("ana")
    outcome = await flags(world, "ana", "contact")
    assert outcome.ok
    assert world.paper.done == []
    assert ("screened", "contact") in await notes(world)


@pytest.mark.parametrize("rule", ["contact", "medicine"])
async def test_the_team_may_say_it(world: World, rule: Rule) -> None:
    await world.person("okafor", Role.CLINICIAN)
    await flags(world, "okafor", rule)
    assert world.paper.done == []
    assert [action for action, _ in await notes(world)] == []


@pytest.mark.parametrize("rule", ["crisis", "contact", "medicine"])
async def test_a_stranger_learns_nothing(world: World, rule: Rule) -> None:
    await flags(world, "eve", rule)
    assert world.paper.done == []
    assert [action for action, _ in await notes(world)] == []


async def test_somebody_who_may_not_be_in_a_room_is_not_answered_there(world: World) -> None:
    await world.person("ana")
    await flags(world, "ana", "medicine", staff=True)
    assert world.paper.done == []


async def test_the_helpline_counts_as_the_answer_to_what_brought_it(world: World) -> None:
    await world.person("ana")
    outcome = await flags(world, "ana", "crisis")
    assert any(isinstance(one, Send) and "116 123" in one.text for one in outcome.actions)
