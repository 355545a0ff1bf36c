"""Fifty breaks of the gateway at random, while a crowd runs commands, presses and fills forms.

Promised: the bot comes back from every break, and resumes where Discord lets it. What Discord
delivered is answered once, in the order in which each asked; where the three seconds of Discord
were over by then, in private. What Discord told a session that it then threw away (4007, 4009,
op 9), or nobody, because no session was there, is not delivered: the person saw it fail.

How often what happened is counted at Discord: the sessions and what each was told, the answers on
everybody's screen. Behind it are the bot's rows: events, the audit log, everybody's time zone.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store.people import Role
from tests.platforms.discord.clinic import Clinic, clinic
from tests.platforms.discord.crowd import Crowd, Member, Told
from tests.platforms.discord.tally import in_order, kept
from tests.platforms.discord_api.gateway import Gateway
from tests.platforms.discord_api.seen import Seen
from tests.platforms.discord_api.sessions import Session

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CROWD, SEED = 24, 20261125
HEARTBEAT, PATIENCE = 1.0, 6.5  # discord.py keeps still for five seconds before it identifies
SILENT = 8.0
DROPS: tuple[tuple[str, int, Callable[[Gateway], None]], ...] = (
    ("4000", 9, lambda gateway: gateway.drop(4000)),
    ("4007", 5, lambda gateway: gateway.drop(4007)),
    ("4009", 6, lambda gateway: gateway.drop(4009)),
    ("reset", 10, lambda gateway: gateway.reset()),
    ("silence", 8, lambda gateway: gateway.silence(SILENT)),
    ("op 7", 6, lambda gateway: gateway.reconnect()),
    ("op 9, resumable", 3, lambda gateway: gateway.invalidate(resumable=True)),
    ("op 9", 3, lambda gateway: gateway.invalidate()),
)
IN_TIME, NOBODY = "told a session in time", "told nobody"
AT_THE_END = "told a session that ended while it was on its way"
ON_ITS_WAY = 0.5  # seconds
RENEWED = {"4007", "4009", "op 9"}


async def test_through_fifty_drops_all_that_was_delivered_is_answered_once(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with clinic(tmp_path) as here:
        impatient(here)
        crowd = await gathered(here, chance)
        before = here.server.gateway.identified, here.server.gateway.resumed
        started = time.monotonic()
        async with crowd.living():
            dropped, ends = await drops(here, chance)
        await here.server.connected(seconds=30)
        await asyncio.sleep(SILENT)
        await here.settled()
        gateway = here.server.gateway
        identified, resumed = gateway.identified - before[0], gateway.resumed - before[1]
        print(f"{dict(dropped)} in {time.monotonic() - started:.0f} s")
        print(f"sessions begun anew: {identified}, resumed: {resumed}")
        assert sum(dropped.values()) == 50
        assert identified == sum(dropped[name] for name in RENEWED)
        assert resumed >= 50 - identified
        heard = await crowd.stored(here.bot.db)
        delivered(crowd, heard, ends)
        shown(crowd, heard)
        did = await kept(here.bot.db, crowd, heard)
        print(f"taken, by kind: {dict(did)}; refused requests: {here.server.invalid}")


def impatient(here: Clinic) -> None:
    """Let both sides notice within seconds that nothing comes any more."""
    here.server.gateway.heartbeat = HEARTBEAT
    here.discord.desk.client._connection.heartbeat_timeout = PATIENCE
    here.server.gateway.drop(4000)  # both count from the next connection on


async def gathered(here: Clinic, chance: random.Random) -> Crowd:
    roles = [Role.ADMIN if number % 3 == 0 else Role.MEMBER for number in range(CROWD)]
    members = [
        Member(await here.enters(f"p{number}", role), role is Role.ADMIN)
        for number, role in enumerate(roles)
    ]
    await here.server.connected()
    crowd = Crowd(here.server, here.group, members, chance)
    for member in members:
        await member.person.runs(here.group, "settings")
    return crowd


async def drops(here: Clinic, chance: random.Random) -> tuple[Counter[str], dict[Session, float]]:
    """Break the gateway in every way, at random; each time the bot has to come back.

    Returns how often in which way, and when each session ended that cannot be resumed.
    """
    gateway, done, ends = here.server.gateway, Counter[str](), dict[Session, float]()
    order = [(name, drop) for name, times, drop in DROPS for _ in range(times)]
    chance.shuffle(order)
    for name, drop in order:
        await here.server.connected(seconds=30)
        await asyncio.sleep(chance.uniform(0.0, 1.5))
        before = gateway.identified + gateway.resumed
        if name in RENEWED:
            ends |= dict.fromkeys(gateway.sessions, time.time())
        drop(gateway)
        done[name] += 1
        async with asyncio.timeout(30):
            while gateway.identified + gateway.resumed == before:
                await asyncio.sleep(0.01)
    return done, ends


def delivered(crowd: Crowd, heard: set[int], ends: dict[Session, float]) -> None:
    """Compare what the bot took with what each session was told."""
    counts: Counter[str] = Counter()
    for one in crowd.told.values():
        left = [ends.get(session, float("inf")) - one.at for session in one.sessions]
        how = told(max(left, default=0.0))
        taken = one.id in heard
        counts[how] += 1
        counts[f"{how}, and taken"] += taken
        assert taken or how != IN_TIME, one
        assert not (taken and how == NOBODY), one
        assert taken or not crowd.answered(one), one
    failed = sum(member.failed for member in crowd.members)
    print(f"done: {len(crowd.told)} {dict(crowd.acted)}")
    print(f"{dict(counts)}; people saw {failed} fail")


def told(left: float) -> str:
    """Return to whom something was told, with so many seconds left to the end of its session."""
    if left > ON_ITS_WAY:
        return IN_TIME
    return AT_THE_END if left > 0 else NOBODY


def shown(crowd: Crowd, heard: set[int]) -> None:
    """Look at everybody's screen: each answer once, each where and when it should be."""
    answers, counts = crowd.answers(), Counter[str]()
    for one in crowd.told.values():
        seen = answers.get(one.id, [])
        assert len({said.text for said in seen}) == len(seen), (one, seen)
        assert not any(said.loading for said in seen), (one, seen)
        if one.id not in heard:
            assert not seen, (one, seen)
            continue
        counts[where(one, seen, opened=crowd.opened(one))] += 1
    print(f"answers: {dict(counts)}")
    assert not counts["none"]
    in_order(crowd, answers)


def where(one: Told, seen: list[Seen], *, opened: bool) -> str:
    """Return how something was answered; exactly one way."""
    ways = {"form": opened, "hidden": False, "private": False}
    for said in seen:
        ways["hidden" if said.ephemeral else "private"] = True
    assert sum(ways.values()) <= 1, (one, seen)
    return next((way for way, so in ways.items() if so), "none")
