"""`roundtable parity`: what Discord's own filter does of what the bot does elsewhere."""

from pathlib import Path

import typer

from bot.cli import doctor, office
from bot.platforms.discord.policy import parity
from bot.safety.watched import WATCHED


async def show(config: Path | None, *, as_json: bool) -> None:
    """Print what becomes of every rule; exit with 1 if nobody is told of a crisis in some room."""
    found = parity.report(WATCHED)
    gaps: list[str] = []
    async with doctor.opened(office.settings(config)) as database:
        if database is not None:
            async with database.read() as db:
                gaps = await parity.gaps(db)
    rows = {"rules": [one.row() for one in found], "gaps": gaps}
    lines = [*(f"✗ {gap}" for gap in gaps), *(line for one in found for line in one.lines())]
    office.say(rows, lines, as_json=as_json)
    if gaps:
        raise typer.Exit(1)
