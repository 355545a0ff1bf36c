"""Starting: the first word of a private talk, by itself or by a link that carries an invite."""

from bot import text
from bot.actions import Button, Form, Send, is_person
from bot.context import Context
from bot.errors import Stranger
from bot.events import Command
from bot.routing import Answer, Route
from bot.store import groups, people
from handlers import doors, join

OPEN = "open"
"""What the link carries that only opens the talk, for somebody who has something waiting."""

WORDS = """\
**Hello, {name}.** Nobody in the group sees what you write here.

To ask something, {how}. Or press a button."""


async def asked(event: Command, ctx: Context) -> Form | None:
    """Return the form of joining, if the link carried an invite."""
    return None if _is_bare(event) else await join.asked(event, ctx)


async def start(event: Command, ctx: Context) -> Answer:
    """Let somebody in by their invite, or say what a member can do here."""
    return await _hello(event, ctx) if _is_bare(event) else await join.join(event, ctx)


def _is_bare(event: Command) -> bool:
    return event.args.lower() in {"", OPEN}


async def _hello(event: Command, ctx: Context) -> Send:
    if ctx.member is None:
        raise Stranger
    buttons = [
        Button(label="Give me a tip", press="tip", style="primary"),
        Button(label="Ask the clinic for an appointment", press="appointment"),
        Button(label="What can I do here?", press="help"),
    ]
    if not ctx.can.holds and await _has_rooms(event, ctx):
        buttons.append(Button(label="Get the link into the room", press="rooms"))
    name = text.literal(people.name_of(ctx.db, ctx.me))
    alone = ctx.can.private_talk and is_person(event.chat)
    how = "just write it here" if alone else "type `/ask` and your question"
    return event.whisper(WORDS.format(name=name, how=how), *buttons)


async def _has_rooms(event: Command, ctx: Context) -> bool:
    return bool(await doors.rooms(ctx.db, ctx.here.id, event.user, groups.GROUP))


# Open, because the link of an invite is for somebody who is not in yet.
ROUTES = (Route("start", start, form=asked, open=True),)
