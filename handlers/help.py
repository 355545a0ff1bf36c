"""Help: what somebody can do here, read from the one table of routes."""

from collections.abc import Sequence

from bot import text
from bot.context import Context
from bot.errors import Stranger
from bot.events import Command
from bot.routing import STAFF, Answer, Route


async def show(event: Command, ctx: Context) -> Answer:
    """Tell a person which commands are theirs."""
    if ctx.role is None:
        raise Stranger
    menu = ctx.table.menu(ctx.role)
    everybody = [route for route in menu if not route.who <= STAFF]
    team = [route for route in menu if route.who <= STAFF]
    parts = [f"**What you can do in {text.literal(ctx.here.title)}**", _listed(everybody)]
    if team:
        parts += ["**For the clinic’s team**", _listed(team)]
    return event.whisper("\n\n".join(parts))


def _listed(routes: Sequence[Route]) -> str:
    return "\n".join(f"- `{line(route)}` {route.help}" for route in routes)


def line(route: Route) -> str:
    """Return a command as it is typed, with the words that may follow it."""
    return f"/{route.name} {route.usage}".strip()


ROUTES = (Route("help", show, "See what you can do here", open=True),)
