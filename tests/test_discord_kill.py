"""SIGKILL at random moments with interactions in flight, on Discord.

Promised: what was stored is answered once, whenever the bot is killed. An answer may come twice
only if it was killed after Discord had taken it and before that was written down, and not where a
nonce lets it show once. What Discord delivered and was not stored, or sent while nobody was there,
is not answered: the person saw it fail, and does it again. An answer whose token has ended comes
in private, never into the channel. Buttons that were there before all kills still do what they say.

A crowd runs commands, presses buttons, fills forms and writes in private all the while. Counted at
the end: the answers on everybody's screen, and the rows behind it.
"""

import asyncio
import random
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from discord import Object

from bot.actions import Secure
from bot.platforms.discord import addresses
from bot.platforms.discord.tables import DiscordRoom
from bot.safety import consent
from bot.settings import Discord, Settings
from bot.store import groups, outbox, people, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF
from bot.store.people import Role
from tests.platforms.discord.crowd import PRIVACY, Crowd, Member
from tests.platforms.discord.installation import Installation, installation
from tests.platforms.discord.tally import in_order, kept
from tests.platforms.discord_api.seen import Seen
from tests.platforms.discord_server import Unanswered

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROUNDS, CROWD, SEED = 15, 20, 20261127
LONGEST_UP, LONGEST_WORK = 3.0, 0.4  # seconds until all act at once, and then until the kill
UNLEARNED = 1.0  # seconds between an answer and the kill that kept it from being written down
UNSTORED = 2.0  # seconds between something that was told and the kill that kept it from the rows


async def test_whenever_it_is_killed_what_was_stored_is_answered_once(tmp_path: Path) -> None:
    chance, kills, flying = random.Random(SEED), list[float](), list[int]()
    async with installation(tmp_path, measured=False) as here:
        crowd = await gathered(here, chance)
        old = {member.person.id: member.person.sees(here.circle)[-1] for member in crowd.members}
        async with crowd.living():
            for _ in range(ROUNDS):
                await asyncio.sleep(chance.uniform(0.2, LONGEST_UP))
                at_once = [asyncio.create_task(crowd.acts(member)) for member in crowd.members]
                await asyncio.sleep(chance.uniform(0.0, LONGEST_WORK))
                flying.append(in_flight(crowd))
                await here.service.kill()
                kills.append(time.time())
                await here.service.start()
                await here.server.connected(seconds=30)
                await asyncio.gather(*at_once)
        await settled(here)
        for member in crowd.members:
            answer = await member.person.presses(
                PRIVACY, channel=here.circle, message=old[member.person.id]
            )
            assert answer.seen is not None
            assert "What is held about you" in answer.seen.text
        await outlived(here, crowd)
        await here.service.stop()
        database = opened(here)
        heard = await crowd.stored(database)
        print(f"{ROUNDS} kills; not yet answered at each: {sorted(flying)}")
        shown(crowd, heard, kills)
        print(f"taken, by kind: {dict(await kept(database, crowd, heard))}")
        await database.close()
        assert here.server.violations == []


async def gathered(here: Installation, chance: random.Random) -> Crowd:
    """Open the group and its rooms, and put the crowd in, as if they had joined long ago."""
    names = ("--title", "Circle", "--condition", "crohns")
    await here.service.type("group", "add", "crohns", *names)
    await here.service.start()
    await here.adds_bot()
    roles = [Role.ADMIN if number % 3 == 0 else Role.MEMBER for number in range(CROWD)]
    members = [
        Member(here.server.person(f"P{number}"), role is Role.ADMIN)
        for number, role in enumerate(roles)
    ]
    database = opened(here)
    async with database.write() as db:
        group = await groups.find(db, "crohns")
        assert group is not None
        now = group.created_at
        version = consent.version(Settings(discord=Discord(token=here.server.token)))
        for room, purpose in ((here.circle, GROUP), (here.team, STAFF)):
            to = addresses.room(room.id)
            await groups.add_room(db, group.id, to, purpose, now)
            secure = Secure(to=to, key=f"secure:{to}", title="Circle", staff=purpose == STAFF)
            await outbox.put(db, secure, group.id, now)
        for member, role in zip(members, roles, strict=True):
            known = await people.create(db, member.person.name, now)
            await people.connect(db, known.id, addresses.person(member.person.id), now)
            await people.admit(db, known.id, group.id, role, version, now)
    for member in members:
        here.server.join(here.guild, member.person)
        for room in (here.circle, here.team)[: 1 + member.admin]:
            here.server.give(here.guild, member.person, Object(await role_of(database, room.id)))
    await database.close()
    for member in members:
        await member.person.runs(here.circle, "settings")
    return Crowd(here.server, here.circle, members, chance)


def opened(here: Installation) -> Database:
    folder = here.service.folder
    return Database(folder / "db" / "roundtable.db", vault.from_file(folder / "key" / "master.key"))


async def role_of(database: Database, channel: int) -> int:
    """Wait until a room is secured, and return the role that opens it."""
    async with asyncio.timeout(30):
        while True:
            async with database.read() as db:
                row = await db.get(DiscordRoom, addresses.room(channel))
            if row is not None and row.role and row.secured_at:
                return int(row.role)
            await asyncio.sleep(0.1)


def in_flight(crowd: Crowd) -> int:
    """Return how many things the running bot has been told and not answered yet."""
    answers = crowd.answers()
    mine = [one for one in crowd.told.values() if one.live and one.at > time.time() - 3]
    return sum(not answers.get(one.id) and not crowd.answered(one) for one in mine)


async def settled(here: Installation) -> None:
    """Wait until nothing is asked of Discord for longer than a lease of the outbox may last."""
    await here.server.quiet(seconds=60, still=4)


async def outlived(here: Installation, crowd: Crowd) -> None:
    """Keep answers back until their tokens have ended: they come in private, and only there."""
    faults, world = here.server.faults, here.server.world
    # Each first answer fails as often as there is time for; then the bot "is thinking".
    faults.next("POST", "/callback$", status=503, times=2 * len(crowd.members))
    faults.next("*", "^/webhooks/", status=503, times=1000)
    before = {message.id for message in world.backend.messages[here.circle.id].values()}
    answers = await asyncio.gather(
        *(member.person.runs(here.circle, "settings") for member in crowd.members),
        return_exceptions=True,
    )
    await asyncio.sleep(1)
    await here.service.kill()
    failed = sum(isinstance(one, Unanswered) for one in answers)
    print(f"kept back: {len(answers)}, of which the person saw {failed} fail")
    faults.clear()
    here.server.later(minutes=16)
    await here.service.start()
    for member in crowd.members:
        await member.person.hears("What you can set", ever=True, seconds=30)
    await settled(here)
    since = [one for one in world.backend.messages[here.circle.id].values() if one.id not in before]
    assert all(one.is_ephemeral and not one.content for one in since)


def shown(crowd: Crowd, heard: set[int], kills: list[float]) -> None:
    """Look at everybody's screen: what was stored once, and nothing else."""
    answers, counts, gaps, unstored = crowd.answers(), Counter[str](), [0.0], [0.0]
    for one in crowd.told.values():
        seen = [said for said in answers.get(one.id, []) if not said.loading]
        thinks = any(said.loading for said in answers.get(one.id, []))
        if one.id not in heard:
            assert not seen, (one, seen)
            counts["not stored" if one.live else "sent while nobody was there"] += 1
            counts["not stored, and still “thinking”"] += thinks
            unstored += [until_next(one.at, kills)] if one.live else []
            continue
        ways = len(seen) + crowd.opened(one)
        counts[f"stored, shown {ways} times"] += 1
        counts["in private"] += any(not said.ephemeral for said in seen)
        assert ways, one
        gaps += [until_killed(first, again, kills) for first, again in pairwise(seen)]
        if seen and crowd.opened(one):  # a form, and then a line with a button that opens it
            gaps.append(until_next(one.at, kills))
    print(f"done: {len(crowd.told)} {dict(crowd.acted)}; {dict(counts)}")
    print(f"people saw {sum(member.failed for member in crowd.members)} fail")
    print(f"from a first answer to the kill that let it come again: up to {max(gaps):.3f} s")
    print(f"from what was not stored to the kill: up to {max(unstored):.3f} s")
    assert max(unstored) < UNSTORED
    assert all(gap < UNLEARNED for gap in gaps)
    in_order(crowd, answers)


def until_next(at: float, kills: list[float]) -> float:
    """Return in how many seconds the bot was killed next."""
    return next((kill - at for kill in kills if kill >= at), float("inf"))


def until_killed(first: Seen, again: Seen, kills: list[float]) -> float:
    """Return how long after an answer the bot was killed that gave it again."""
    return next((kill - first.at for kill in kills if first.at <= kill < again.at), float("inf"))
