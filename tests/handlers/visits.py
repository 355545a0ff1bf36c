"""What the tests of appointments share: a clinic with open times, and what people were given."""

from typing import Any

from icalendar import Calendar
from sqlmodel import col, select

from bot.actions import Action, Send, SendFile
from bot.platforms import Capabilities
from bot.store import audit
from bot.store.bookings import Appointment, Slot
from bot.store.cases import Case
from bot.store.people import Role
from tests.world import World

MORNING = {"date": "2026-11-26", "start": "09:00", "end": "12:00", "minutes": "30", "place": ""}


async def meet(world: World) -> None:
    """Let the people of the tests join: two patients, a clinician and an admin."""
    for name, role in [
        ("ana", Role.MEMBER),
        ("ben", Role.MEMBER),
        ("dr", Role.CLINICIAN),
        ("sam", Role.ADMIN),
    ]:
        await world.person(name, role)
        world.clock.advance(seconds=1)


async def opened(world: World, **change: str) -> str:
    """Let the clinician open times on Thursday morning, and return what they are told."""
    form = MORNING | change
    return await world.says("dr", "/slots", world.staff_room, form=form)


async def stored(world: World, table: type[Any]) -> list[Any]:
    """Return every row of a table, in the order in which they were made."""
    async with world.db.read() as db:
        return list((await db.execute(select(table))).scalars())


async def slots(world: World) -> list[Slot]:
    """Return every slot, soonest first."""
    async with world.db.read() as db:
        return list((await db.execute(select(Slot).order_by(col(Slot.starts_at)))).scalars())


async def the_case(world: World) -> Case:
    """Return the only case there is."""
    (case,) = await stored(world, Case)
    assert isinstance(case, Case)
    return case


async def the_appointment(world: World) -> Appointment:
    """Return the only appointment there is."""
    (made,) = await stored(world, Appointment)
    assert isinstance(made, Appointment)
    return made


def files(world: World, name: str) -> list[bytes]:
    """Return the calendar files that somebody was given."""
    return [
        action.content
        for action in world.paper.done
        if isinstance(action, SendFile) and action.to == world.address(name)
    ]


def entries(world: World, name: str) -> list[Any]:
    """Return the entries of those files, as a calendar reads them."""
    return [Calendar.from_ical(file).walk("VEVENT")[0] for file in files(world, name)]


def told_staff(world: World) -> list[Send]:
    """Return all that the staff room was told."""
    return [
        action
        for action in world.paper.done
        if isinstance(action, Send) and action.to == world.staff_room
    ]


def said_openly(world: World) -> list[Action]:
    """Return all that everybody in the group's room can see."""
    return [action for action in world.paper.done if action.to == world.room]


async def acts(world: World) -> list[str]:
    """Return what the audit log says was done."""
    async with world.db.read() as db:
        assert await audit.broken(db) is None
        return [entry.action for entry in await audit.every(db)]


def in_a_chat_app(world: World) -> None:
    """Make the paper platform one where nobody may write about their health."""
    world.bot.app.capabilities = lambda: {"paper": Capabilities(whispers=True, forms=True)}
