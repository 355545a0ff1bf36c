"""`roundtable group`: add, change, list and bind groups."""

import re
from typing import Annotated, Literal

import phonenumbers
import typer

from bot import text
from bot.cli.office import Config, Json, Office, command, moment, opened, say, until
from bot.errors import BadInput
from bot.store import bindings, groups, people
from bot.store.groups import Group
from handlers import timezone as zones

app = typer.Typer(help="Add, change and list groups, and bind them to rooms.", no_args_is_help=True)

SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}")
QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LONGEST_TITLE = 60

Name = Annotated[str, typer.Argument(metavar="SLUG", help="The group’s short name.")]
Title = Annotated[str | None, typer.Option(help="What members read.")]
Zone = Annotated[str | None, typer.Option(help="Such as Europe/London.")]
Country = Annotated[str | None, typer.Option(help="Two letters; picks the helplines.")]
UrgentLine = Annotated[str | None, typer.Option(help="The clinic’s own urgent number.")]
Quiet = Annotated[str | None, typer.Option(help="Quiet hours such as 22:00-08:00, or none.")]


@app.command()
@command
async def add(  # noqa: PLR0913, PLR0917 - one option for each thing to say
    slug: Name,
    title: Annotated[str, typer.Option(help="What members read.")],
    condition: Annotated[str, typer.Option(help="The folder of its content, such as crohns.")],
    timezone: Zone = "UTC",
    country: Country = "GB",
    urgent_line: UrgentLine = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Add a group, with its room and its staff room on the clinic's page."""
    async with opened(config) as office:
        if not SLUG.fullmatch(slug):
            raise BadInput("A short name is 2 to 40 small letters, digits and dashes.")
        if await groups.find(office.db, slug):
            raise BadInput(f"There is a group {slug} already.")
        _content(office, condition)
        group = Group(
            id=people.new_id(), slug=slug, title="", condition=condition, created_at=office.now
        )
        _change(group, title, timezone, country, urgent_line, None)
        await groups.add(office.db, group)
        await office.note(group, "group added")
        shown = await _shown(office, group)
    say(shown, [*_lines(shown), *_hints(slug)], as_json=as_json)


def _hints(slug: str) -> list[str]:
    return ["", f"Next: roundtable owner --group {slug}"]


@app.command("set")
@command
async def change(  # noqa: PLR0913, PLR0917 - one option for each thing to say
    slug: Name,
    title: Title = None,
    timezone: Zone = None,
    country: Country = None,
    urgent_line: UrgentLine = None,
    quiet: Quiet = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Change what is named; the rest stays."""
    async with opened(config) as office:
        group = await office.group(slug)
        changed = _change(group, title, timezone, country, urgent_line, quiet)
        office.db.add(group)
        await office.note(group, "group changed", detail=", ".join(changed))
        shown = await _shown(office, group)
    say(shown, _lines(shown), as_json=as_json)


@app.command("list")
@command
async def listed(config: Config = None, as_json: Json = False) -> None:
    """List the groups with their rooms."""
    async with opened(config) as office:
        shown = [await _shown(office, group) for group in await groups.every(office.db)]
    lines = [line for group in shown for line in [*_lines(group), ""]] or ["There is no group yet."]
    say(shown, "\n".join(lines).rstrip(), as_json=as_json)


@app.command()
@command
async def bind(
    slug: Name,
    purpose: Annotated[
        Literal["group", "staff"], typer.Option(help="Whose room it will be.")
    ] = "group",
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a code that binds a chat room to the group when an admin types it there."""
    async with opened(config) as office:
        group = await office.group(slug)
        code = await bindings.offer(office.db, group.id, purpose, office.now)
        await office.note(group, "binding offered", detail=purpose)
        expires = office.now + bindings.LIFETIME
    shown = {
        "group": slug,
        "purpose": purpose,
        "command": f"/setup {code}",
        "expires_at": moment(expires),
    }
    line = f"Type this in the room, as an admin of {slug}, before {until(expires)}: /setup {code}"
    say(shown, line, as_json=as_json)


def _content(office: Office, condition: str) -> None:
    """Raise ConfigError unless there is content for the condition."""
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it

    main.open_library(office.settings).condition(condition)


def _change(
    group: Group,
    title: str | None,
    timezone: str | None,
    country: str | None,
    urgent_line: str | None,
    quiet: str | None,
) -> list[str]:
    """Change what was given and return its names; raises BadInput for what cannot be used."""
    given = {
        "title": _title(title) if title is not None else None,
        "timezone": zones.named(timezone) if timezone is not None else None,
        "country": _country(country) if country is not None else None,
        "urgent_line": text.one_line(urgent_line) if urgent_line is not None else None,
    }
    changed = [name for name, value in given.items() if value is not None]
    for name in changed:
        setattr(group, name, given[name] or None)
    if quiet is not None:
        group.quiet_from, group.quiet_to = _quiet(quiet)
        changed.append("quiet")
    return changed


def _title(words: str) -> str:
    title = text.one_line(words)
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise BadInput(f"A title has 1 to {LONGEST_TITLE} letters.")
    return title


def _country(letters: str) -> str:
    country = letters.strip().upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise BadInput("A country is two letters, such as GB or DE.")
    return country


def _quiet(words: str) -> tuple[str | None, str | None]:
    if words.strip().lower() == "none":
        return None, None
    start, _, end = words.replace(" ", "").partition("-")
    if not (QUIET.fullmatch(start) and QUIET.fullmatch(end)) or start == end:
        raise BadInput("Quiet hours are two times such as 22:00-08:00, or none.")
    return start, end


async def _shown(office: Office, group: Group) -> dict[str, object]:
    rooms = await groups.rooms(office.db, group.id)
    placed = [await groups.of_room(office.db, room) for room in rooms]
    return {
        "slug": group.slug,
        "title": group.title,
        "condition": group.condition,
        "timezone": group.timezone,
        "country": group.country,
        "urgent_line": group.urgent_line,
        "quiet_from": group.quiet_from,
        "quiet_to": group.quiet_to,
        "members": len(await people.members(office.db, group.id)),
        "rooms": [
            {"platform": found[1].platform, "purpose": found[1].purpose}
            for found in placed
            if found
        ],
    }


def _lines(shown: dict[str, object]) -> list[str]:
    quiet = f"{shown['quiet_from']}-{shown['quiet_to']}" if shown["quiet_from"] else "none"
    return [
        f"{shown['slug']}: {shown['title']}",
        f"  condition {shown['condition']}, {text.plural(int(str(shown['members'])), 'member')}",
        f"  {shown['timezone']}, {shown['country']}, quiet hours {quiet}",
        f"  urgent line: {shown['urgent_line'] or 'none'}",
    ]
