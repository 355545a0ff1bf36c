"""Whatever people do in whatever order: a slot never has two appointments."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.booking import SlotTaken
from bot.booking.native import Native, close_slot
from bot.errors import Refusal
from bot.store.bookings import BOOKED, CANCELLED, CLOSED, FREE, Appointment, Slot
from bot.store.db import Database
from bot.store.people import new_id
from tests.booking.conftest import NOW, Clinic, database, found

T = TypeVar("T")
PEOPLE, SLOTS = st.integers(0, 1), st.integers(0, 2)


@dataclass
class Bench:
    """One database and one loop for all the runs; each run makes a group of its own."""

    db: Database
    runner: asyncio.Runner

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)


class Diary(RuleBasedStateMachine):
    """Two people and three slots; the model says who may take what.

    Appointments are drawn in the order in which they were made: their ids are others in each run.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench, self.now = bench, NOW
        self.calendar = Native(hold_minutes=10, reminder_hours=24)
        self.held: dict[str, tuple[str, datetime]] = {}
        self.booked: dict[str, str] = {}
        self.closed: set[str] = set()
        self.sequences: dict[str, int] = {}
        self.group = f"g-{new_id()}"
        self.people, self.slots = bench.run(self._begin())

    async def _begin(self) -> tuple[list[str], list[str]]:
        async with self.bench.db.write() as db:
            clinic: Clinic = await found(db, self.group)
            slots = await clinic.open()
            return [clinic.ana, clinic.ben], [slot.id for slot in slots]

    def may(self, person: str, slot: str) -> bool:
        holder, until = self.held.get(slot, (person, self.now))
        free = holder == person or until <= self.now
        return free and slot not in self.closed and slot not in self.booked.values()

    def does(self, change: Callable[[AsyncSession], Awaitable[object]]) -> bool:
        """Carry one change out as one unit of work, and tell whether it was refused."""

        async def work() -> bool:
            async with self.bench.db.write() as db:
                try:
                    async with db.begin_nested():
                        await change(db)
                except Refusal:
                    return False
                return True

        return self.bench.run(work())

    def drop(self, person: str) -> None:
        self.held = {slot: hold for slot, hold in self.held.items() if hold[0] != person}

    @rule(who=PEOPLE, which=SLOTS)
    def hold(self, who: int, which: int) -> None:
        person, slot = self.people[who], self.slots[which]
        expected = self.may(person, slot)
        assert self.does(lambda db: self.calendar.hold(db, slot, person, self.now)) == expected
        if expected:
            self.drop(person)
            self.held[slot] = (person, self.now + timedelta(minutes=10))

    @rule(who=PEOPLE, which=SLOTS)
    def book(self, who: int, which: int) -> None:
        person, slot = self.people[who], self.slots[which]
        expected = self.may(person, slot)
        made: list[Appointment] = []

        async def change(db: AsyncSession) -> None:
            made.append(await self.calendar.book(db, slot, person, None, self.now))

        assert self.does(change) == expected
        if expected:
            self.drop(person)
            self.held.pop(slot, None)
            self.booked[made[0].id] = slot
            self.sequences[made[0].id] = 0

    @rule(data=st.data(), which=SLOTS)
    def move(self, data: st.DataObject, which: int) -> None:
        if not self.booked:
            return
        appointment, slot = data.draw(st.sampled_from(list(self.booked))), self.slots[which]
        persons: list[str] = []

        async def change(db: AsyncSession) -> None:
            row = await db.get_one(Appointment, appointment)
            persons.append(row.person_id)
            await self.calendar.reschedule(db, row, slot, self.now)

        moved = self.does(change)
        assert moved == self.may(persons[0], slot)
        if moved:
            self.drop(persons[0])
            self.held.pop(slot, None)
            self.booked[appointment] = slot
            self.sequences[appointment] += 1

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if not self.sequences:
            return
        appointment = data.draw(st.sampled_from(list(self.sequences)))
        expected = appointment in self.booked

        async def change(db: AsyncSession) -> None:
            row = await db.get_one(Appointment, appointment)
            await self.calendar.cancel(db, row, self.now)

        assert self.does(change) == expected
        if expected:
            del self.booked[appointment]
            self.sequences[appointment] += 1

    @rule(which=SLOTS)
    def close(self, which: int) -> None:
        slot = self.slots[which]
        expected = slot not in self.booked.values() and slot not in self.closed
        assert self.does(lambda db: close_slot(db, self.group, slot)) == expected
        if expected:
            self.closed.add(slot)
            self.held.pop(slot, None)

    @rule(minutes=st.integers(1, 15))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def what_is_stored_is_what_happened(self) -> None:
        slots, appointments = self.bench.run(self._stored())
        booked = [row.slot_id for row in appointments if row.state == BOOKED]
        assert len(booked) == len(set(booked))
        assert {row.id: row.slot_id for row in appointments if row.state == BOOKED} == self.booked
        assert {row.id: row.sequence for row in appointments} == self.sequences
        assert {row.state for row in appointments} <= {BOOKED, CANCELLED}
        for slot in slots:
            assert (slot.state == BOOKED) == (slot.id in booked)
            assert (slot.state == CLOSED) == (slot.id in self.closed)
            if slot.state == FREE:
                assert slot.held_by is None

    async def _stored(self) -> tuple[list[Slot], list[Appointment]]:
        async with self.bench.db.read() as db:
            slots = await db.execute(select(Slot).where(Slot.group_id == self.group))
            rows = await db.execute(select(Appointment).where(Appointment.group_id == self.group))
            return list(slots.scalars()), list(rows.scalars())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        db = database(tmp_path)
        yield Bench(db, runner)
        runner.run(db.close())


def test_no_order_of_events_books_a_slot_twice(bench: Bench) -> None:
    ways = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )

    class OnBench(Diary):
        def __init__(self) -> None:
            super().__init__(bench)

    run_state_machine_as_test(OnBench, settings=ways)


async def test_of_many_at_once_one_gets_the_slot(tmp_path: Path) -> None:
    db = database(tmp_path)
    calendar = Native(hold_minutes=10, reminder_hours=24)
    async with db.write() as session:
        clinic = await found(session, "g1")
        slot = (await clinic.open())[0].id

    async def attempt(person: str) -> bool:
        try:
            async with db.write() as session:
                await calendar.book(session, slot, person, None, NOW)
        except SlotTaken:
            return False
        return True

    came = await asyncio.gather(*(attempt(who) for who in [clinic.ana, clinic.ben] * 10))
    assert sum(came) == 1
    await db.close()
