"""`roundtable slots`: open and list the times in which the clinic can be met."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot import text
from bot.booking.opening import open_slots
from bot.cli.office import Config, Json, Office, Slug, command, moment, opened, say
from bot.errors import BadInput, Refusal
from bot.store import bookings, people
from bot.store.bookings import Slot
from bot.store.groups import Group
from bot.store.people import Role

app = typer.Typer(help="Open and list appointment times.", no_args_is_help=True)


@app.command()
@command
async def add(  # noqa: PLR0913, PLR0917 - one option for each thing to say
    day: Annotated[str, typer.Option(help="Such as 2026-11-30.")],
    start: Annotated[str, typer.Option(help="Such as 09:00, by the group’s clock.")],
    end: Annotated[str, typer.Option(help="Such as 12:00.")],
    minutes: Annotated[int, typer.Option(help="How long each takes.")] = 30,
    place: Annotated[str, typer.Option(help="Where, such as Room 3.")] = "",
    clinician: Annotated[
        str | None, typer.Option(help="The clinician’s id, from: roundtable person list")
    ] = None,
    group: Slug = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Open every time that fits between two times of a day."""
    async with opened(config) as office:
        where = await office.group(group)
        if clinician is not None:
            await _clinician(office, where, clinician)
        made = await open_slots(
            office.db, where.id, clinician, _day(day), _time(start), _time(end), minutes,
            text.one_line(place)[:100], where.timezone, office.now,
        )  # fmt: skip
        await office.note(where, "slots opened", made[0].id, text.plural(len(made), "time"))
    said = [f"Opened {text.plural(len(made), 'time')}:", *(_line(slot, where) for slot in made)]
    say([_row(slot) for slot in made], said, as_json=as_json)


@app.command("list")
@command
async def listed(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look ahead.")] = 14,
    group: Slug = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """List the times of the next days."""
    async with opened(config) as office:
        where = await office.group(group)
        end = office.now + timedelta(days=days)
        found = await bookings.between(office.db, where.id, office.now, end)
    said = [_line(slot, where) for slot in found] or ["There are no times in these days."]
    say([_row(slot) for slot in found], said, as_json=as_json)


async def _clinician(office: Office, group: Group, person_id: str) -> None:
    member = await people.membership(office.db, person_id, group.id)
    if member is None or not Role(member.role).is_staff:
        raise Refusal(f"Nobody of the team of {group.slug} has the id {person_id}.")


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise BadInput(f"{words} is not a day such as 2026-11-30.") from None


def _time(words: str) -> time:
    try:
        return datetime.strptime(words, "%H:%M").time()  # noqa: DTZ007 - by the group's clock
    except ValueError:
        raise BadInput(f"{words} is not a time such as 09:30.") from None


def _row(slot: Slot) -> dict[str, object]:
    return {
        "id": slot.id,
        "starts_at": moment(slot.starts_at),
        "ends_at": moment(slot.ends_at),
        "place": slot.place,
        "state": slot.state,
        "clinician": slot.clinician_id,
    }


def _line(slot: Slot, group: Group) -> str:
    zone = ZoneInfo(group.timezone)
    begins, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    return (
        f"{slot.id}  {begins:%a %Y-%m-%d %H:%M}-{ends:%H:%M}  {slot.state:<7} {slot.place}".rstrip()
    )
