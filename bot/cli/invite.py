"""`roundtable invite` and `roundtable owner`: make, list and revoke invites."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.office import Config, Json, Office, Slug, command, moment, opened, say, until
from bot.errors import Refusal
from bot.store import invites
from bot.store.groups import Group
from bot.store.invites import Invite
from bot.store.people import Role
from handlers import invite as rules

app = typer.Typer(help="Make, list and revoke invites.", no_args_is_help=True)


@app.command()
@command
async def new(
    role: Annotated[Role, typer.Option(help="What the person will be.")] = Role.MEMBER,
    label: Annotated[str, typer.Option(help="A note to know it by; name no patient.")] = "",
    days: Annotated[int | None, typer.Option(help="Days until it expires.")] = None,
    uses: Annotated[int, typer.Option(help="How many people may use it.")] = 1,
    group: Slug = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make an invite; its code is shown this once."""
    async with opened(config) as office:
        place = await office.group(group)
        shown = await issue(office, place, role, label, days, uses)
    say(shown, lines(shown), as_json=as_json)


async def owner(config: Path | None, group: str | None, *, as_json: bool) -> None:
    """Make an invite for one owner."""
    async with opened(config) as office:
        place = await office.group(group)
        shown = await issue(office, place, Role.OWNER, "owner", None, 1)
    say(shown, lines(shown), as_json=as_json)


async def issue(
    office: Office, group: Group, role: Role, label: str, days: int | None, uses: int
) -> dict[str, object]:
    """Make an invite and return all there is to show of it."""
    days = office.settings.invites.days if days is None else days
    rules.check(role, label, days, uses)
    expires = office.now + timedelta(days=days)
    made, code = await invites.issue(
        office.db, group.id, role, now=office.now, expires_at=expires, label=label, uses=uses
    )
    await office.note(group, "invite made", made.id, rules.summary(made))
    link = rules.link(office.settings.site.address, code)
    return {**_row(made, office), "group": group.slug, "code": code, "link": link}


def lines(shown: dict[str, object]) -> list[str]:
    """Return a new invite as a person reads it."""
    return [
        f"An invite to {shown['group']} as {shown['role']}, for {shown['uses']} to use:",
        f"  link  {shown['link']}",
        f"  code  {shown['code']}",
        f"  until {shown['expires_at']}",
        "It cannot be shown again.",
    ]


@app.command("list")
@command
async def listed(group: Slug = None, config: Config = None, as_json: Json = False) -> None:
    """List a group's invites and what became of them."""
    async with opened(config) as office:
        place = await office.group(group)
        every = await invites.every(office.db, place.id)
        shown = [_row(made, office) for made in every]
    said = [_line(made, row) for made, row in zip(every, shown, strict=True)]
    say(shown, said or "There are no invites yet.", as_json=as_json)


@app.command()
@command
async def revoke(
    invite_id: Annotated[str, typer.Argument(metavar="ID", help="From: roundtable invite list")],
    group: Slug = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make an invite useless."""
    async with opened(config) as office:
        place = await office.group(group)
        made = await invites.revoke(office.db, place.id, invite_id, office.now)
        if made is None:
            raise Refusal(f"There is no invite {invite_id} in {place.slug}.")
        await office.note(place, "invite revoked", made.id)
        shown = _row(made, office)
    say(shown, f"Invite {made.id} is revoked.", as_json=as_json)


def _row(made: Invite, office: Office) -> dict[str, object]:
    return {
        "id": made.id,
        "role": made.role,
        "label": made.label,
        "state": made.state(office.now),
        "used": made.used,
        "uses": made.uses,
        "created_at": moment(made.created_at),
        "expires_at": moment(made.expires_at),
    }


def _line(made: Invite, row: dict[str, object]) -> str:
    used = f"used {made.used} of {made.uses}"
    label = f" “{made.label}”" if made.label else ""
    return f"{made.id}  {made.role}{label}: {row['state']}, {used}, until {until(made.expires_at)}"
