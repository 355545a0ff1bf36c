"""Calendar files: an appointment as iCalendar (RFC 5545), to add, move or remove it.

A calendar knows an appointment by its UID, and the newer version by its higher SEQUENCE. The file
says nothing about why: it may lie open on a family's shared calendar.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from bot.store.bookings import CANCELLED, Appointment, Slot

PRODUCT = "-//Roundtable//Appointments//EN"
NAME = "appointment.ics"
TYPE = "text/calendar"
ALARM_BEFORE = timedelta(hours=2)
NOBODY = "invalid:nomail"  # the clinic takes no answer by calendar mail
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


def ics(
    appointment: Appointment,
    slot: Slot,
    *,
    title: str,
    now: datetime,
    url: str | None = None,
    method: Method = "REQUEST",
) -> bytes:
    """Return the calendar file of an appointment.

    PUBLISH adds or updates the entry, REQUEST does so as an invitation that is accepted already,
    CANCEL removes it. `url` is where the appointment can be changed.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = _event(appointment, slot, title, now)
    _parties(event, method, url)
    cancelled = method == "CANCEL" or appointment.state == CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not cancelled:
        event.add_component(_alarm(title))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, slot: Slot, title: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", appointment.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", appointment.sequence)
    event.add("dtstart", slot.starts_at.astimezone(UTC))
    event.add("dtend", slot.ends_at.astimezone(UTC))
    event.add("summary", title)
    event.add("created", appointment.created_at.astimezone(UTC))
    event.add("last-modified", appointment.changed_at.astimezone(UTC))
    event.add("class", "PRIVATE")
    if slot.place:
        event.add("location", slot.place)
    return event


def _parties(event: Event, method: Method, url: str | None) -> None:
    """Name who meets whom, as each method asks (RFC 5546), without anybody's address."""
    event.add("organizer", _party(NOBODY, "The clinic"))
    if method == "REQUEST":
        guest = _party(NOBODY, "You")
        guest.params["partstat"] = vText("ACCEPTED")
        event.add("attendee", guest)
    if url:
        event.add("url", url)


def _party(address: str, name: str) -> vCalAddress:
    party = vCalAddress(address)
    party.params["cn"] = vText(name)
    return party


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm
