"""Calendar files: read back by a calendar, and held against the rules of RFC 5545 and 5546."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from icalendar import Calendar

from bot.booking.calendar import PRODUCT, Method, ics
from bot.store.bookings import CANCELLED, Appointment, Slot

NOW = datetime(2026, 11, 24, 10, 0, 5, 123456, tzinfo=timezone(timedelta(hours=2)))
START = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PLACE = "Room 4, second floor; ask at the desk — the entrance is behind the café on the left\nside"


def slot(place: str = "") -> Slot:
    end = START + timedelta(minutes=30)
    return Slot(id="s", group_id="g", starts_at=START, ends_at=end, place=place)


def appointment(sequence: int = 0, state: str = "booked") -> Appointment:
    return Appointment(
        id="a", slot_id="s", group_id="g", person_id="p", state=state, uid="uid-1",
        sequence=sequence, created_at=NOW, changed_at=NOW + timedelta(hours=1),
    )  # fmt: skip


def written(method: Method = "PUBLISH", sequence: int = 0, place: str = "") -> bytes:
    url = "https://groups.clinic/care?group=circle"
    made = appointment(sequence)
    return ics(made, slot(place), title="Appointment", now=NOW, url=url, method=method)


def read(content: bytes) -> tuple[Calendar, Any]:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    events = calendar.walk("VEVENT")
    assert len(events) == 1
    assert not events[0].errors
    return calendar, events[0]


def test_a_calendar_reads_back_what_was_written() -> None:
    calendar, event = read(written(place=PLACE))
    assert (calendar["VERSION"], calendar["PRODID"]) == ("2.0", PRODUCT)
    assert calendar["METHOD"] == "PUBLISH"
    assert (event["UID"], event["SEQUENCE"], event["SUMMARY"]) == ("uid-1", 0, "Appointment")
    assert event["DTSTART"].dt == START
    assert event["DTEND"].dt == START + timedelta(minutes=30)
    assert event["DTSTAMP"].dt == NOW.replace(microsecond=0)
    assert event["CREATED"].dt == NOW.replace(microsecond=0)
    assert event["LAST-MODIFIED"].dt == (NOW + timedelta(hours=1)).replace(microsecond=0)
    assert event["LOCATION"] == PLACE
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"] == "https://groups.clinic/care?group=circle"


def test_every_moment_is_in_utc() -> None:
    lines = written().decode().split("\r\n")
    moments = [line for line in lines if line.startswith(("DT", "CREATED", "LAST-MODIFIED"))]
    assert len(moments) == 5
    assert all(line.endswith("Z") for line in moments)
    assert "DTSTART:20261126T090000Z" in lines
    assert "DTSTAMP:20261124T080005Z" in lines


def test_lines_end_as_they_must_and_none_is_too_long() -> None:
    content = written(place=PLACE)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\r\n " in content
    assert b"\\n" in content


def test_each_required_property_stands_once() -> None:
    lines = [line.partition(":")[0].partition(";")[0] for line in written().decode().split("\r\n")]
    for name in ("PRODID", "VERSION", "METHOD", "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND"):
        assert lines.count(name) == 1, name


def test_an_alarm_sounds_two_hours_before() -> None:
    _, event = read(written())
    (alarm,) = event.walk("VALARM")
    assert (alarm["ACTION"], alarm["DESCRIPTION"]) == ("DISPLAY", "Appointment")
    assert alarm["TRIGGER"].dt == timedelta(hours=-2)


def test_an_update_is_the_same_entry_with_a_higher_sequence() -> None:
    _, first = read(written())
    _, second = read(written(sequence=1))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]


def test_a_cancellation_removes_the_same_entry() -> None:
    calendar, event = read(written("CANCEL", sequence=2))
    assert calendar["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["UID"], event["SEQUENCE"]) == ("CANCELLED", "uid-1", 2)
    assert not event.walk("VALARM")


def test_a_cancelled_appointment_is_never_shown_as_confirmed() -> None:
    content = ics(appointment(state=CANCELLED), slot(), title="Appointment", now=NOW)
    _, event = read(content)
    assert event["STATUS"] == "CANCELLED"


@pytest.mark.parametrize(("method", "attendees"), [("PUBLISH", 0), ("REQUEST", 1), ("CANCEL", 0)])
def test_each_method_names_whom_it_must(method: Method, attendees: int) -> None:
    calendar, event = read(written(method))
    assert calendar["METHOD"] == method
    assert "ORGANIZER" in event
    assert len([name for name, _ in event.property_items() if name == "ATTENDEE"]) == attendees


def test_what_is_not_known_is_left_out() -> None:
    _, event = read(ics(appointment(), slot(), title="Appointment", now=NOW))
    assert "LOCATION" not in event
    assert "URL" not in event


def test_a_place_cannot_smuggle_lines_in() -> None:
    content = written(place="Room 4\r\nATTENDEE:mailto:x@example.com\nEND:VEVENT")
    _, event = read(content)
    assert "ATTENDEE" not in event
    assert event["LOCATION"].startswith("Room 4")
