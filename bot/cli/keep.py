"""`roundtable keys`, `audit` and `migrate`: looking after what is kept."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.office import Config, Json, command, opened, say, settings
from bot.errors import Refusal
from bot.store import audit, migrate, vault

keys = typer.Typer(help="Make the master key.", no_args_is_help=True)
audits = typer.Typer(help="Look at the audit log.", no_args_is_help=True)


@keys.command()
@command
async def new(
    file: Annotated[Path, typer.Argument(help="A new file, not in the folder of the database.")],
    as_json: Json = False,
) -> None:
    """Write a fresh master key to a file that only you can read."""
    try:
        vault.write_key(file)
    except FileExistsError:
        raise Refusal(f"{file}: there is a file of that name. It was left as it is.") from None
    except OSError as error:
        raise Refusal(f"{file}: cannot be written: {error.strerror}") from None
    say(
        {"file": str(file)},
        [
            f"The key is in {file}. Put its name in [security] key_file.",
            "Keep a copy in a safe place: without it nobody can read the database, not even you.",
        ],
        as_json=as_json,
    )


@audits.command()
@command
async def verify(config: Config = None, as_json: Json = False) -> None:
    """Check that no row of the audit log was changed or taken out; exit code 1 if one was."""
    async with opened(config) as office:
        broken = await audit.broken(office.db)
        entries = len(await audit.every(office.db))
    line = f"All {entries} rows are whole."
    if broken is not None:
        line = f"Row {broken} was changed, or rows before it are missing."
    say({"entries": entries, "broken": broken}, line, as_json=as_json)
    if broken is not None:
        raise typer.Exit(1)


async def upgrade(config: Path | None, *, as_json: bool) -> None:
    """Bring the database up to this version of the program."""
    before = migrate.current(settings(config).database.path)
    async with opened(config):
        after = migrate.head()
    line = f"The database is at step {after}."
    if before != after:
        line = f"The database went from step {before or 'nothing'} to {after}."
    say({"from": before, "to": after}, line, as_json=as_json)
