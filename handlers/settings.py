"""Settings: what a person can set, and the buttons to do it."""

from bot import text
from bot.actions import Button
from bot.context import Context
from bot.errors import Stranger
from bot.events import Command
from bot.routing import Answer, Route

WORDS = """\
**What you can set**

Your time zone is {zone}. To change it, type `/timezone` and a city, such as `/timezone Paris`."""


async def show(event: Command, ctx: Context) -> Answer:
    """Show a member what they can set, and the way out."""
    if ctx.member is None:
        raise Stranger
    return event.whisper(
        WORDS.format(zone=text.literal(text.zone(ctx.zone))),
        Button(label="What is held about me", press="privacy"),
        Button(label="Leave the group", press="leave"),
    )


# Open, so that somebody who does not agree to a changed consent text finds the way out too.
ROUTES = (Route("settings", show, "See what you can set", open=True),)
