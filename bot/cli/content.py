"""`roundtable library`: check the reviewed content, and ask it something."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import library, text
from bot.cli.office import Config, Json, command, say, settings
from bot.errors import BadInput
from bot.library import Hit, Library, report

app = typer.Typer(help="Check the reviewed content, and search it.", no_args_is_help=True)

Today = Annotated[str | None, typer.Option(help="Look as if it were this day.")]


@app.command()
@command
async def check(
    path: Annotated[
        Path | None, typer.Argument(help="The folder of packs [default: the settings’].")
    ] = None,
    today: Today = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Say by file and line what is wrong; exit code 1 if the bot would not start."""
    folder = path or settings(config).content.path
    problems = library.check(folder, today=_day(today))
    say(report.rows(problems), report.text(problems), as_json=as_json)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


@app.command()
@command
async def search(
    words: Annotated[str, typer.Argument(help="A question, as a person would ask it.")],
    condition: Annotated[
        str | None, typer.Option(help="Which condition’s content, if there are several.")
    ] = None,
    path: Annotated[
        Path | None, typer.Option(help="The folder of packs [default: the settings’].")
    ] = None,
    today: Today = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show what a question finds, and whether the bot would answer it."""
    shelves = library.load(path or settings(config).content.path)
    found = shelves.search(condition or _only(shelves), words, today=_day(today))
    verdict = "It would be answered." if found.confident else "The bot would say: I do not know."
    shown = {"confident": found.confident, "hits": [_row(hit) for hit in found.hits]}
    say(shown, [*map(_line, found.hits), verdict], as_json=as_json)


def _only(shelves: Library) -> str:
    """Return the one condition there is; raises BadInput if one has to be named."""
    known = [condition.id for condition in shelves.conditions]
    if len(known) != 1:
        raise BadInput(f"Say which one, with --condition: {', '.join(known)}.")
    return known[0]


def _day(words: str | None) -> date:
    if words is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise BadInput(f"{words} is not a day such as 2026-11-30.") from None


def _row(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.item.id,
        "kind": hit.item.kind,
        "title": hit.item.title,
        "score": round(hit.score, 3),
        "sources": [source.url for source in hit.item.sources],
        "review_by": hit.item.review_by.isoformat(),
    }


def _line(hit: Hit) -> str:
    return f"{hit.score:.2f}  {hit.item.kind:<8}  {text.one_line(hit.item.title)}  ({hit.item.id})"
