"""SIGKILL at random moments with 500 updates in flight, on Telegram, under Telegram's own limits.

Promised: every update is taken once. What wants an answer gets it, each chat in the order in
which it asked. An answer comes twice only if the bot was killed after Telegram had accepted it and
before that was written down: no bot can know then, for Telegram takes no message back by itself
and has no key against sending twice.

In each round 50 people ask two things in private, which are answered with a word of the question,
and write eight lines in the room: one holds an e-mail address, is taken out and comes back to its
writer with an explanation. Telegram's limits let 30 calls a second through, so most of it waits
when the next round begins. Counted at the end: the answers on everybody's screen, what stands in
the room, and the rows behind it: events, the audit log, what everybody's time zone is now.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.platforms.telegram import addresses
from bot.safety import consent
from bot.store import audit, events, groups, outbox, people, vault
from bot.store.db import Database
from bot.store.groups import GROUP, STAFF
from bot.store.people import Role
from tests.platforms.telegram.premises import Premises, premises
from tests.platforms.telegram_server import Person, Seen

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROUNDS, CROWD, ASKED = 20, 50, 2
ACTS = ("ask", "say", "say", "mail", "say", "say", "ask", "say", "say", "say")
ZONES = sorted(
    name for name in available_timezones() if name.partition("/")[0] == "Europe" and "_" not in name
)[: ROUNDS * ASKED]
LONGEST_UP = 4.0
UNLEARNED = 1.0  # seconds between an answer and the kill that kept it from being written down


@dataclass
class Member:
    """Somebody in the crowd, and what they are to be answered, in its order."""

    person: Person
    number: int
    asked: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def acts(self, here: Premises, what: str) -> None:
        mark = f"p{self.number}n{len(self.said) + len(self.mails)}"
        if what == "ask":
            self.asked.append(f"Your time zone is {ZONES[len(self.asked)]}.")
            self.person.writes(f"/timezone {ZONES[len(self.asked) - 1]}")
        elif what == "mail":
            self.mails.append(f"{mark}@example.org")
            self.person.says(here.room, f"Write to {mark}@example.org")
        else:
            self.said.append(f"Nice weather, {mark}.")
            self.person.says(here.room, self.said[-1])

    def answers(self) -> dict[str, list[Seen]]:
        """Return where each answer stands in the talk with the bot."""
        found: dict[str, list[Seen]] = {words: [] for words in [*self.asked, *self.mails]}
        for seen in self.person.sees():
            if seen.by_bot:
                words = seen.text.partition(" It is ")[0]
                found[words if words in found else seen.text.rpartition(" ")[2]].append(seen)
        return found

    @property
    def waits_for(self) -> int:
        """How many answers are still to come."""
        return sum(not seen for seen in self.answers().values())


async def seed(here: Premises) -> list[Member]:
    """Put the crowd into the group and its room, as if they had joined long ago."""
    names = ("--title", "Circle", "--condition", "crohns")
    await here.service.type("group", "add", "crohns", *names)
    crowd = [Member(here.meets(f"P{number}"), number) for number in range(CROWD)]
    database = opened(here)
    async with database.write() as db:
        group = await groups.find(db, "crohns")
        assert group is not None
        now = group.created_at
        await groups.add_room(db, group.id, addresses.room(here.room.id), GROUP, now)
        await groups.add_room(db, group.id, addresses.room(here.staff.id), STAFF, now)
        for one in crowd:
            known = await people.create(db, f"P{one.number}", now)
            await people.connect(db, known.id, addresses.person(one.person.id), now)
            await people.admit(db, known.id, group.id, Role.MEMBER, consent.VERSION, now)
            one.person.talk.started = True
            here.server.join(here.room, one.person)
    await database.close()
    return crowd


def opened(here: Premises) -> Database:
    folder = here.service.folder
    return Database(folder / "db" / "roundtable.db", vault.from_file(folder / "key" / "master.key"))


def in_flight(here: Premises, crowd: list[Member]) -> int:
    """Return how many updates are not answered or, where nothing is to be said, not confirmed."""
    waiting = [body for _, body in here.server.world.updates.waiting]
    silent = sum(b"Nice weather" in body for body in waiting)
    return silent + sum(member.waits_for for member in crowd)


async def test_whenever_it_is_killed_everything_is_answered_once(tmp_path: Path) -> None:
    chance, kills, flying = random.Random(20261124), [], []
    async with premises(tmp_path, measured=False) as here:
        here.server.add_bot(here.room)
        here.server.add_bot(here.staff)
        here.server.rates.on = True
        crowd = await seed(here)
        await here.service.start()
        for _ in range(ROUNDS):
            for what in ACTS:
                for member in crowd:
                    member.acts(here, what)
            await asyncio.sleep(chance.uniform(0.0, LONGEST_UP))
            flying.append(in_flight(here, crowd))
            await here.service.kill()
            kills.append(time.time())
            await here.service.start()
        async with asyncio.timeout(300):
            while any(member.waits_for for member in crowd):
                await asyncio.sleep(0.5)
        await here.server.quiet(seconds=60, still=3)
        await here.service.stop()
        shown(here, crowd, kills)
        await kept(here, crowd)
        print(f"not yet answered at the kills: {sorted(flying)}")
        assert here.server.violations == []


def shown(here: Premises, crowd: list[Member], kills: list[float]) -> None:
    """Look at everybody's screen: each answer, its order, and what stands in the room."""
    times: Counter[int] = Counter()
    gaps: list[float] = []
    for member in crowd:
        answers = member.answers()
        for seen in answers.values():
            times[len(seen)] += 1
            gaps += [until_killed(first, again, kills) for first, again in pairwise(seen)]
        order = [answers[words][0].id for words in member.asked]
        assert order == sorted(order)
    refused = here.server.rates.refused
    print(f"answers that came once, twice …: {dict(times)}; told to wait by Telegram: {refused}")
    print(f"from a first answer to the kill: up to {max(gaps, default=0):.3f} s")
    assert all(gap < UNLEARNED for gap in gaps)
    standing = Counter(seen.text for seen in crowd[0].person.sees(here.room))
    assert standing == Counter(words for member in crowd for words in member.said)


def until_killed(first: Seen, again: Seen, kills: list[float]) -> float:
    """Return how long after an answer the bot was killed that gave it again."""
    return next((kill - first.at for kill in kills if first.at <= kill < again.at), float("inf"))


async def kept(here: Premises, crowd: list[Member]) -> None:
    """Look into the database: each update was taken once and did once what it does."""
    database = opened(here)
    async with database.read() as db:
        taken = await _kinds(db)
        screened = Counter(entry.action for entry in await audit.every(db))["screened"]
        failed, dead = await events.failed(db), await outbox.dead(db)
        left = (await outbox.counts(db)).get(outbox.READY, 0)
        zones = [await _zone(db, member) for member in crowd]
    await database.close()
    each = ROUNDS * CROWD
    assert (taken["message"], taken["command"]) == (each * (len(ACTS) - ASKED), each * ASKED)
    assert screened == each
    assert (list(failed), list(dead), left) == ([], [], 0)
    assert set(zones) == {ZONES[-1]}


async def _kinds(db: AsyncSession) -> dict[str, int]:
    query = select(events.Seen.kind, func.count(col(events.Seen.id))).group_by(events.Seen.kind)
    return {kind: count for kind, count in (await db.execute(query)).all()}  # noqa: C416 - rows


async def _zone(db: AsyncSession, member: Member) -> str | None:
    person = await people.find(db, addresses.person(member.person.id))
    assert person is not None
    return person.timezone
