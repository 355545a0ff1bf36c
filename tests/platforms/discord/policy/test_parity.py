import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions import Address
from bot.platforms.discord.policy import parity
from bot.safety.rules import Rule
from bot.safety.watched import WATCHED, Watch
from bot.store import groups
from tests.world import World, make

WEAK = Watch(
    "crisis",
    (Rule("weak", re.compile("die(?=s)|want"), ("it dies", "I want"), ("wanted", "wait")),),
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = await make(tmp_path)
    yield made
    await made.db.close()


async def bind(world: World, purpose: str, number: int) -> None:
    async with world.db.write() as db:
        room = Address(f"discord:{number}")
        await groups.add_room(db, world.group.id, room, purpose, world.clock.now())


def test_contact_details_are_blocked_and_nothing_else_is() -> None:
    strengths = {one.rule: one.strength for one in parity.report(WATCHED)}
    assert {name for name, how in strengths.items() if how == "before"} == {
        "e-mail address",
        "phone number",
    }
    assert strengths["crisis"] == "after"
    assert strengths["names of files"] == "never"


def test_no_sentence_of_ours_is_missed_or_caught_without_need() -> None:
    found = parity.report(WATCHED)
    assert {rule.name for watch in WATCHED for rule in watch.rules} < {one.rule for one in found}
    assert [one.rule for one in found if one.missed or one.caught] == []


def test_what_is_lost_is_said_with_the_sentences() -> None:
    (weak, *_) = parity.report([WEAK])
    assert weak.row() == {
        "rule": "weak",
        "strength": "after",
        "lost": ("There is no room for 1 pattern: die(?=s)",),
        "missed": ("it dies",),
        "caught": ("wanted",),
    }
    assert list(weak.lines()) == [
        "weak: it stands there, and the team is told at once.",
        "  - There is no room for 1 pattern: die(?=s)",
        "  - Lets through: it dies",
        "  - Catches without need: wanted",
    ]


async def test_a_room_without_a_staff_room_on_discord_is_wrong(world: World) -> None:
    async with world.db.read() as db:
        assert await parity.gaps(db) == []
    await bind(world, groups.GROUP, 1)
    async with world.db.read() as db:
        (gap,) = await parity.gaps(db)
        (finding,) = await parity.findings(db, WATCHED)
    assert "no staff room on Discord" in gap
    assert "crisis" in gap
    assert (finding.level, finding.what) == ("wrong", gap)


async def test_a_filter_as_good_as_the_bots_own_is_well(world: World) -> None:
    await bind(world, groups.GROUP, 1)
    await bind(world, groups.STAFF, 2)
    async with world.db.read() as db:
        (well,) = await parity.findings(db, WATCHED)
        (weak,) = await parity.findings(db, [WEAK])
    assert well.level == "ok"
    assert (weak.level, "weak" in weak.what) == ("warn", True)
