"""`roundtable person`: who is in a group, as what, and until when."""

from collections.abc import Sequence
from typing import Annotated

import typer

from bot import text
from bot.actions import Action, Send
from bot.cli.office import Config, Json, Office, Slug, command, moment, opened, say
from bot.errors import Refusal
from bot.store import groups, people
from bot.store.groups import Group
from bot.store.people import Membership, Person, Role
from handlers import doors

app = typer.Typer(help="List people, change their roles and remove them.", no_args_is_help=True)

LAST = "This is the last person in charge of the group. Make somebody else an owner first."
Who = Annotated[str, typer.Argument(metavar="ID", help="From: roundtable person list")]


@app.command("list")
@command
async def listed(group: Slug = None, config: Config = None, as_json: Json = False) -> None:
    """List who is in a group."""
    async with opened(config) as office:
        place = await office.group(group)
        shown = [
            _row(office, person, member)
            for person, member in await people.members(office.db, place.id)
        ]
    lines = [f"{row['id']}  {row['role']:<10} {row['name']}" for row in shown]
    say(shown, lines or "Nobody is in the group yet.", as_json=as_json)


@app.command()
@command
async def grant(
    person_id: Who,
    role: Annotated[Role, typer.Argument(help="What the person will be.")],
    group: Slug = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Change somebody's role; they are told, and the staff room opens or closes for them."""
    async with opened(config) as office:
        place = await office.group(group)
        person, member = await _member(office, place, person_id)
        before = Role(member.role)
        if before is not role:
            await _keep_a_head(office, member, role)
            member.role = role
            office.db.add(member)
            await office.note(place, "role changed", person.id, f"{before} to {role}")
            await office.send(place, await _moved(office, place, person, before, role))
        shown = _row(office, person, member)
    say(shown, f"{shown['name']} is {role} in {place.slug}.", as_json=as_json)


@app.command()
@command
async def remove(
    person_id: Who, group: Slug = None, config: Config = None, as_json: Json = False
) -> None:
    """Take somebody out of a group; they are told."""
    async with opened(config) as office:
        place = await office.group(group)
        person, member = await _member(office, place, person_id)
        await _keep_a_head(office, member, None)
        told = await _tell(
            office,
            place,
            person,
            f"The clinic has ended your place in {text.literal(place.title)}. "
            "If you think that is a mistake, please ask the clinic.",
        )
        member.left_at = office.now
        office.db.add(member)
        await office.note(place, "removed", person.id)
        entered = doors.open_to(Role(member.role))
        gone = await doors.remove(office.db, place.id, person.id, entered)
        await office.send(place, [*told, *gone])
        shown = _row(office, person, member)
    say(shown, f"{shown['name']} is no longer in {place.slug}.", as_json=as_json)


async def _member(office: Office, group: Group, person_id: str) -> tuple[Person, Membership]:
    person = await office.db.get(Person, person_id)
    member = await people.membership(office.db, person_id, group.id)
    if person is None or member is None:
        raise Refusal(f"Nobody in {group.slug} has the id {person_id}.")
    return person, member


async def _keep_a_head(office: Office, member: Membership, role: Role | None) -> None:
    if role is not Role.OWNER and await doors.is_last_head(office.db, member):
        raise Refusal(LAST)


async def _moved(
    office: Office, group: Group, person: Person, before: Role, role: Role
) -> list[Action]:
    """Return what a change of role brings: a word to the person, and the staff room's door."""
    words = f"Your role in {text.literal(group.title)} is now: {role}."
    told: list[Action] = [*await _tell(office, group, person, words)]
    if role.is_staff and not before.is_staff:
        name = people.name_of(office.db, person)
        for address in await people.addresses(office.db, person.id):
            told += await doors.admit(office.db, group.id, address, name, role)
    if before.is_staff and not role.is_staff:
        told += await doors.remove(office.db, group.id, person.id, (groups.STAFF,))
    return told


async def _tell(office: Office, group: Group, person: Person, words: str) -> Sequence[Send]:
    """Return the words to the person's first account, to be seen in the group's room there."""
    for address in (await people.addresses(office.db, person.id))[:1]:
        rooms = await doors.rooms(office.db, group.id, address, groups.GROUP)
        return [Send(to=address, room=rooms[0] if rooms else None, text=words)]
    return []


def _row(office: Office, person: Person, member: Membership) -> dict[str, object]:
    return {
        "id": person.id,
        "name": people.name_of(office.db, person),
        "role": str(member.role),
        "joined_at": moment(member.joined_at),
        "left_at": moment(member.left_at),
    }
