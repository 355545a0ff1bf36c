"""The care page: from asking for help to an appointment in the calendar, with plain forms only."""

import re
from datetime import date, datetime, time, timedelta

import httpx
import pytest
from icalendar import Calendar, Event
from sqlmodel import col, func, select

from bot.booking.opening import open_slots
from bot.safety import consent
from bot.store import bookings, cases, groups, people
from bot.store.bookings import Appointment, Slot
from bot.store.cases import Case
from bot.store.groups import Group
from bot.store.people import Role
from tests.web.house import Browser, House, hidden


async def _opens(home: House, place: str = "Room 4") -> None:
    """A clinician opens three times on the next day."""
    async with home.bot.db.write() as db:
        clinician = (await people.members(db, home.group.id, [Role.CLINICIAN]))[0][0]
        day = date(2026, 11, 25)
        await open_slots(
            db, home.group.id, clinician.id, day, time(9), time(10), 20, place,
            "Europe/London", home.clock.now(),
        )  # fmt: skip


async def _ready(home: House) -> Browser:
    """Ana, with three free times and a request of her own."""
    await home.enters("okafor", Role.CLINICIAN)
    await _opens(home)
    ana = await home.enters("ana")
    await ana.send("/care/request", page="/care", kind="routine")
    return ana


def _slots(page: httpx.Response) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', page.text)


async def test_from_asking_to_an_appointment(home: House) -> None:
    await home.enters("okafor", Role.CLINICIAN)
    await _opens(home)
    ana = await home.enters("ana")
    shown = await ana.get("/care")
    assert "Call 999" in shown.text
    assert "Routine appointment" in shown.text
    asked = await ana.send("/care/request", page="/care", kind="routine")
    assert asked.headers["location"] == "/care?group=crohns&done=request"
    shown = await ana.get(asked.headers["location"])
    assert "Your request is with the care team." in shown.text
    assert "Wednesday 25 November" in shown.text
    first = _slots(shown)[0]
    assert (await ana.send("/care/hold", page="/care", slot=first)).status_code == 303
    shown = await ana.get("/care")
    assert "We are holding this time for you" in shown.text
    assert "10 minutes" in shown.text
    assert (await ana.send("/care/book", page="/care", slot=first)).status_code == 303
    shown = await ana.get("/care?done=book")
    for words in ("Wednesday 25 November, 09:00", "Okafor", "Room 4", "Your appointment is booked"):
        assert words in shown.text


async def test_the_calendar_file_follows_a_move(home: House) -> None:
    ana = await _ready(home)
    assert (await ana.get("/care/appointment.ics")).status_code == 404
    first, second = _slots(await ana.get("/care"))[:2]
    await ana.send("/care/book", page="/care", slot=first)
    before = await ana.get("/care/appointment.ics")
    await ana.send("/care/move", page="/care", slot=second)
    after = await ana.get("/care/appointment.ics?group=crohns")
    assert before.headers["content-type"].startswith("text/calendar")
    old, new = _event(before), _event(after)
    assert old.uid == new.uid
    assert new.sequence > old.sequence
    assert isinstance(old.start, datetime)
    assert new.start == old.start + timedelta(minutes=20)


def _event(answer: httpx.Response) -> Event:
    return Calendar.from_ical(answer.text).events[0]


async def test_cancelling_frees_the_time(home: House) -> None:
    ana = await _ready(home)
    first = _slots(await ana.get("/care"))[0]
    await ana.send("/care/book", page="/care", slot=first)
    await ana.send("/care/cancel", page="/care")
    shown = await ana.get("/care?done=cancel")
    assert "Your appointment was cancelled." in shown.text
    assert first in _slots(shown)


async def test_details_are_for_the_team_only_and_kept_sealed(home: House) -> None:
    ana = await _ready(home)
    words = {"reason": "It hurts after meals", "phone": "020 7946 0000"}
    assert (await ana.send("/care/details", page="/care", **words)).status_code == 303
    shown = await ana.get("/care?done=details")
    assert "The care team has your details" in shown.text
    assert "hurts" not in shown.text
    async with home.bot.db.read() as db:
        case = (await db.execute(select(Case))).scalar_one()
        assert (await cases.details(db, case))[0] == "It hurts after meals"


async def test_what_was_typed_stays_when_something_is_wrong(home: House) -> None:
    ana = await _ready(home)
    answer = await ana.send("/care/details", page="/care", reason="<b>hurts</b>", phone="none")
    assert answer.status_code == 422
    assert "does not look like a phone number" in answer.text
    assert "&lt;b&gt;hurts&lt;/b&gt;" in answer.text


async def test_a_double_press_counts_once(home: House) -> None:
    ana = await home.enters("ana")
    form = hidden((await ana.get("/care")).text) | {"kind": "routine"}
    answers = [await ana.post("/care/request", form) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    async with home.bot.db.read() as db:
        assert (await db.execute(select(func.count(col(Case.id))))).scalar_one() == 1


async def test_another_button_of_the_same_page_is_another_act(home: House) -> None:
    ana = await _ready(home)
    shown = await ana.get("/care")
    first, second = _slots(shown)[:2]
    for slot in (first, second):
        await ana.post("/care/hold", hidden(shown.text) | {"slot": slot})
    async with home.bot.db.read() as db:
        states = {slot.id: slot.state for slot in (await db.execute(select(Slot))).scalars()}
    assert (states[first], states[second]) == (bookings.FREE, bookings.HELD)


async def test_who_comes_second_is_told_and_sees_the_next_times(home: House) -> None:
    ana = await _ready(home)
    ben = await home.enters("ben")
    await ben.send("/care/request", page="/care", kind="routine")
    first = _slots(await ana.get("/care"))[0]
    await ana.send("/care/book", page="/care", slot=first)
    answer = await ben.send("/care/book", page="/care", slot=first)
    assert answer.status_code == 422
    assert "not free any more" in answer.text
    assert "**" not in answer.text
    assert first not in _slots(answer)
    async with home.bot.db.read() as db:
        assert (await db.execute(select(func.count(col(Appointment.id))))).scalar_one() == 1


async def test_a_case_shows_how_far_it_is(home: House) -> None:
    ana = await _ready(home)
    async with home.bot.db.write() as db:
        case = (await db.execute(select(Case))).scalar_one()
        case.seen_at = case.answered_at = home.clock.now()
        case.state = cases.State.ANSWERED
        db.add(case)
    shown = await ana.get("/care")
    assert shown.text.count('<li class="done">') == 3
    assert case.ref in shown.text


async def test_each_group_has_its_own_page(home: House) -> None:
    ana = await home.enters("ana")
    async with home.bot.db.write() as db:
        other = Group(
            id="g2", slug="colitis", title="Another circle", condition="crohns",
            country="ZZ", created_at=home.clock.now(),
        )  # fmt: skip
        await groups.add(db, other)
        person = await people.find(db, ana.address)
        assert person is not None
        await people.admit(db, person.id, "g2", Role.MEMBER, "2026-11", home.clock.now())
    assert "Another circle" in (await ana.get("/care")).text
    shown = await ana.get("/care?group=crohns")
    assert "Crohn’s circle" in shown.text
    assert 'name="group" value="crohns"' in shown.text
    assert "Call 112" in (await ana.get("/care?group=colitis")).text
    assert (await ana.get("/care?group=nothing")).status_code == 404


async def test_nothing_is_said_to_be_done_before_a_changed_text_is_agreed_to(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await home.enters("ana")
    monkeypatch.setattr(consent, "VERSION", "2027-01")
    for path, fields in (
        ("/care/request", {"kind": "routine"}),
        ("/care/details", {"reason": "It hurts"}),
    ):
        answer = await ana.send(path, page="/care", **fields)
        assert answer.status_code == 422
        assert "new consent text first" in answer.text
    async with home.bot.db.read() as db:
        assert (await db.execute(select(func.count(col(Case.id))))).scalar_one() == 0


async def test_what_has_not_happened_does_not_read_as_if_it_had(home: House) -> None:
    ana = await _ready(home)
    shown = (await ana.get("/care")).text
    assert "The care team has not seen it yet" in shown
    assert "The care team has not answered yet" in shown
    assert "The care team has seen it" not in shown
