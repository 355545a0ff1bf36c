"""`roundtable outbox`: what could not be sent, and another try."""

from typing import Annotated

import typer

from bot.cli.office import Config, Json, command, moment, opened, say, until
from bot.errors import BadInput, Refusal
from bot.store import outbox
from bot.store.outbox import Row

app = typer.Typer(help="See what could not be sent, and try again.", no_args_is_help=True)


@app.command("list")
@command
async def listed(config: Config = None, as_json: Json = False) -> None:
    """Count what waits and what was sent, and list what could not be."""
    async with opened(config) as office:
        counts = await outbox.counts(office.db)
        dead = [_row(row) for row in await outbox.dead(office.db)]
        lines = [_line(row) for row in await outbox.dead(office.db)]
    total = ", ".join(f"{counts[state]} {state}" for state in sorted(counts)) or "It is empty."
    say({"counts": counts, "dead": dead}, [total, *lines], as_json=as_json)


@app.command()
@command
async def retry(
    number: Annotated[int | None, typer.Argument(help="From: roundtable outbox list")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that could not be sent.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Try once more to send what could not be sent."""
    if (number is None) != everything:
        raise BadInput("Give the number of one of them, or --all.")
    async with opened(config) as office:
        numbers = [number] if number is not None else []
        if everything:
            numbers = [row.number for row in await outbox.dead(office.db) if row.number]
        for one in numbers:
            if not await outbox.retry(office.db, one, office.now):
                raise Refusal(f"Number {one} is not among what could not be sent.")
            await office.note(None, "outbox retried", str(one))
    said = f"To be tried again: {', '.join(map(str, numbers)) or 'nothing'}."
    say({"retried": numbers}, said, as_json=as_json)


def _row(row: Row) -> dict[str, object]:
    return {
        "number": row.number,
        "platform": row.platform,
        "kind": row.kind,
        "attempts": row.attempts,
        "error": row.error,
        "created_at": moment(row.created_at),
        "settled_at": moment(row.settled_at),
    }


def _line(row: Row) -> str:
    return f"{row.number}  {row.platform} {row.kind}, put {until(row.created_at)}: {row.error}"
