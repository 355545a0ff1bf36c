"""SIGKILL at random moments, with messages and bookings in flight, over real sockets.

Promised: nothing acknowledged is lost, nothing is shown twice, no time is booked twice.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bot.platforms.web import lines, sessions
from bot.platforms.web.tables import WebLine
from bot.safety import consent
from bot.store import bookings, groups, people, vault
from bot.store.bookings import Appointment, Slot
from bot.store.db import Database
from bot.store.people import Role
from tests.processes import Running, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

ROUNDS, PATIENTS, EACH = 30, 50, 4  # 200 messages and 50 bookings in flight at each kill
GONE = (OSError, ConnectionClosed, InvalidHandshake, TimeoutError)


@dataclass
class Patient:
    """Somebody whose page sends again, under the same ids, until it hears that it is stored."""

    token: str
    slot: str
    number: int
    acked: set[str] = field(default_factory=set)

    def frames(self, room: str) -> list[dict[str, str]]:
        name = f"p{self.number:06d}"
        said = [
            {"t": "say", "id": f"{name}-{n}", "room": room, "text": f"{name} says {n}"}
            for n in range(EACH)
        ]
        book = {"t": "say", "id": f"{name}-book", "room": room, "text": f"/book {self.slot}"}
        return [*said, book]

    async def work(self, url: str, room: str) -> None:
        """Send everything that is not acknowledged yet, and come back whenever the line breaks."""
        while waiting := [f for f in self.frames(room) if f["id"] not in self.acked]:
            try:
                async with asyncio.timeout(30), page(url, self.token) as socket:
                    await socket.send(json.dumps({"t": "hello", "cursors": {}}))
                    for frame in waiting:
                        await socket.send(json.dumps(frame))
                    while any(frame["id"] not in self.acked for frame in waiting):
                        self.hear(json.loads(await socket.recv()))
            except GONE:
                await asyncio.sleep(0.1)

    def hear(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "ack" and frame["ok"]:
            self.acked.add(frame["id"])


@dataclass
class Watcher:
    """Somebody who only reads, with the cursors that a browser keeps over lost connections."""

    token: str
    cursors: dict[str, int] = field(default_factory=dict)
    texts: Counter[str] = field(default_factory=Counter)
    revs: Counter[tuple[str, int]] = field(default_factory=Counter)
    resets: int = 0

    async def watch(self, url: str) -> None:
        while True:
            try:
                async with page(url, self.token) as socket:
                    await socket.send(json.dumps({"t": "hello", "cursors": self.cursors}))
                    async for text in socket:
                        self.hear(json.loads(text))
            except GONE:
                await asyncio.sleep(0.1)

    def hear(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "reset":
            self.resets += 1
        if frame["t"] == "line":
            self.revs[frame["stream"], frame["rev"]] += 1
            self.cursors[frame["stream"]] = frame["rev"]
            if " says " in (frame.get("text") or ""):
                self.texts[frame["text"]] += 1


@asynccontextmanager
async def page(url: str, token: str) -> AsyncIterator[ClientConnection]:
    headers = {"Cookie": f"roundtable={token}", "Origin": url}
    address = url.replace("http", "ws") + "/chat/socket"
    async with connect(address, additional_headers=headers, max_queue=None) as socket:
        yield socket


async def newcomer(db: AsyncSession, group_id: str, number: int) -> str:
    now = datetime.now(UTC)
    person = await people.create(db, f"P{number}", now)
    address, token = sessions.new_address(), sessions.new_token()
    await people.connect(db, person.id, address, now)
    await people.admit(db, person.id, group_id, Role.MEMBER, consent.VERSION, now)
    await sessions.start(db, token, address, now)
    return token


async def seed(data: Path) -> tuple[list[Patient], Watcher, str]:
    """Put the patients of all rounds and their times into the demo's group: two for each time."""
    database = Database(data / "db" / "roundtable.db", vault.from_file(data / "key" / "master.key"))
    patients = []
    async with database.write() as db:
        group = await groups.find(db, "crohns")
        assert group is not None
        rooms = await groups.rooms(db, group.id, groups.GROUP)
        begin = datetime.now(UTC) + timedelta(days=30)
        for number in range(ROUNDS * PATIENTS):
            slot = f"slot-{number // 2}"
            if number % 2 == 0:
                starts = begin + timedelta(minutes=15 * number)
                db.add(
                    Slot(
                        id=slot,
                        group_id=group.id,
                        starts_at=starts,
                        ends_at=starts + timedelta(minutes=15),
                    )
                )
            patients.append(Patient(await newcomer(db, group.id, number), slot, number))
        watcher = Watcher(await newcomer(db, group.id, ROUNDS * PATIENTS))
    await database.close()
    return patients, watcher, rooms[0].removeprefix("web:")


async def stop(bot: Running) -> None:
    bot.process.terminate()
    await asyncio.wait_for(bot.process.wait(), 60)


async def test_nothing_acknowledged_is_lost_whenever_it_is_killed(tmp_path: Path) -> None:
    data, chance = tmp_path / "demo", random.Random(20261124)
    bot = await start(data, measured=False)
    port = int(bot.url.rsplit(":", 1)[1])
    await stop(bot)
    patients, watcher, room = await seed(data)
    bot = await start(data, port, measured=False)
    watching = asyncio.create_task(watcher.watch(bot.url))
    in_flight = 0
    for turn in range(ROUNDS):
        batch = patients[turn * PATIENTS : (turn + 1) * PATIENTS]
        working = [asyncio.create_task(patient.work(bot.url, room)) for patient in batch]
        await asyncio.sleep(chance.uniform(0.0, 2.0))
        bot.kill()
        await bot.process.wait()
        in_flight += sum(EACH + 1 - len(patient.acked) for patient in batch)
        bot = await start(data, port, measured=False)
        await asyncio.wait_for(asyncio.gather(*working), 120)
    said = {f"p{patient.number:06d} says {n}" for patient in patients for n in range(EACH)}
    for _ in range(300):
        if said <= set(watcher.texts):
            break
        await asyncio.sleep(0.2)
    if watching.done():  # it never ends by itself: let its reason out
        await watching
    watching.cancel()
    await stop(bot)
    print(f"killed {ROUNDS} times with {in_flight} acts not yet acknowledged")
    assert watcher.resets == 0
    assert sorted(said - set(watcher.texts)) == []
    assert in_flight > ROUNDS
    assert [text for text in said if watcher.texts[text] != 1] == []
    assert [rev for rev, times in watcher.revs.items() if times != 1] == []
    for stream, newest in watcher.cursors.items():
        heard = [rev for name, rev in watcher.revs if name == stream]
        assert len(heard) == newest - min(heard) + 1  # no gap
    await stored(data, said)


async def stored(data: Path, said: set[str]) -> None:
    """Look into the database: each message once, each time booked by one of its two patients."""
    database = Database(data / "db" / "roundtable.db", vault.from_file(data / "key" / "master.key"))
    async with database.read() as db:
        rows = (await db.execute(select(WebLine).where(WebLine.client_id != ""))).scalars().all()
        kept = Counter(lines.text_of(db, row) for row in rows)
        made = (await db.execute(select(Appointment))).scalars().all()
    await database.close()
    assert Counter({text: kept[text] for text in said}) == Counter(dict.fromkeys(said, 1))
    booked = Counter(row.slot_id for row in made if row.state == bookings.BOOKED)
    assert set(booked.values()) == {1}
    assert len([slot for slot in booked if slot.startswith("slot-")]) == ROUNDS * PATIENTS // 2
