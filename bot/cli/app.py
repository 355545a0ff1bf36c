"""The whole command line: `roundtable COMMAND`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import content, group, invite, keep, outbox, person, running, slots
from bot.cli import doctor as doctors
from bot.cli import parity as parities
from bot.cli.office import Config, Json, Slug, command

app = typer.Typer(
    name="roundtable",
    help="One bot behind three doors, for a clinic’s invite-only support groups.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
@command
async def run(config: Config = None) -> None:
    """Run the bot until it is told to stop."""
    await running.run(config)


@app.command()
@command
async def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 finds a free one.")] = 8080,
    data: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path("data/demo"),
    as_json: Json = False,
) -> None:
    """Try everything in a made-up group on this machine.

    It needs no settings, and keeps what happens in its own folder.
    """
    await running.demo(port, data, as_json=as_json)


@app.command()
@command
async def doctor(config: Config = None, as_json: Json = False) -> None:
    """Say in plain words what is right and what is wrong; exit code 1 if something is wrong."""
    await doctors.doctor(config, as_json=as_json)


@app.command()
@command
async def parity(config: Config = None, as_json: Json = False) -> None:
    """Say what the own filter of Discord looks for, how strong it is there, and what it cannot do.

    Exit code 1 if there is a room in which nobody is told of a crisis.
    """
    await parities.show(config, as_json=as_json)


@app.command()
@command
async def owner(group: Slug = None, config: Config = None, as_json: Json = False) -> None:
    """Make a one-time code that makes somebody an owner."""
    await invite.owner(config, group, as_json=as_json)


app.add_typer(group.app, name="group")
app.add_typer(invite.app, name="invite")
app.add_typer(person.app, name="person")
app.add_typer(slots.app, name="slots")
app.add_typer(content.app, name="library")
app.add_typer(outbox.app, name="outbox")
app.add_typer(keep.keys, name="keys")
app.add_typer(keep.audits, name="audit")


@app.command()
@command
async def migrate(config: Config = None, as_json: Json = False) -> None:
    """Bring the database up to this version of the program.

    The old file is kept beside it.
    """
    await keep.upgrade(config, as_json=as_json)
