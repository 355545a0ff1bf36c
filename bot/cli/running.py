"""`roundtable run` and `roundtable demo`: the bot itself, until it is told to stop."""

import asyncio
import signal
from pathlib import Path

import typer

from bot import logs
from bot.cli.office import settings
from bot.settings import Log

SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def run(config: Path | None) -> None:
    """Run on the operator's settings."""
    from bot import main  # noqa: PLC0415 - it brings every part of the bot with it

    known = settings(config)
    logs.setup(known.log)
    stop = told_to_stop()
    async with main.running(known):
        typer.echo(f"Roundtable is running at {known.site.address}. Stop it with Ctrl+C.")
        await stop.wait()
    typer.echo("Stopped.")


async def demo(port: int, data: Path, *, as_json: bool) -> None:
    """Run on made-up people; say first where, and with which links."""
    from bot import demo as stage  # noqa: PLC0415 - it brings every part of the bot with it
    from bot import main  # noqa: PLC0415

    logs.setup(Log(level="warning"))
    stop = told_to_stop()
    known = stage.settings(port, data)
    with main.only_one(known.database.path):
        await stage.prepare(known)
    async with main.running(known) as bot:
        tickets = await stage.tickets(bot)
        typer.echo(tickets.json() if as_json else tickets.words(data))
        await stop.wait()


def told_to_stop() -> asyncio.Event:
    """Return what is set once the process is told to stop; a second time stops it at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def hear(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in SIGNALS:
        loop.add_signal_handler(number, hear, number)
    return stop
