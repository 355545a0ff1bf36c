"""Report: somebody asks the team to look at a message, or at a room.

The team gets a link to it, never the words: what a person wrote is not carried on by the bot. Who
asked stands in the audit log alone.
"""

from datetime import timedelta

from bot.actions import Action, Button, Priority, Send, is_person, platform_of
from bot.context import Context
from bot.errors import Stranger
from bot.events import Base, Command, Reported
from bot.routing import STAFF, Answer, Listener, Route
from bot.safety import gate, rules
from bot.safety.screening import emergency_number
from bot.store import audit, groups, people
from bot.store.db import vault_of
from handlers import notices

HOUR, MOST = timedelta(hours=1), 10
"""How many reports of one person the team gets one by one within an hour."""

CRISIS = (
    "**Please look now: somebody may be in crisis.** A member has pointed out a message in {room}. "
    "Please read it, and write to whoever wrote it."
)
LOOK = "Somebody asks you to look at a message in {room}.{why}"
MANY = (
    "Somebody has reported more than {most} messages in {room} within an hour. Please look there."
)
ROOM = "Somebody asks you to look at {room}."
WHY = {
    "contact": " It may hold contact details.",
    "medicine": " It may give unsafe advice about medicines.",
    "": "",
}
THANKS = (
    "Thank you. The team has been asked to look at {what}. They may not see it at once. "
    "Other members do not hear of it."
)
DANGER = "If somebody may be in danger now, call {number}."
UNTOLD = "What you wrote behind the command was not passed on: the team will read the room itself."


async def reported(event: Reported, ctx: Context) -> Answer:
    """Give the team a link to a message that somebody asks them to look at."""
    if not gate.may_enter(ctx):
        raise Stranger
    since = ctx.now - HOUR
    many = await audit.count(ctx.db, ctx.me.id, "reported", since) >= MOST
    crisis = rules.crisis(event.text)
    await ctx.note("reported", detail="crisis" if crisis else _reason(event, ctx))
    thanks = THANKS.format(what="this message")
    if crisis:
        thanks = f"{thanks} {DANGER.format(number=emergency_number(ctx))}"
        told = await _crisis(event, ctx)
    else:
        told = await (_many if many else _look)(event, ctx)
    return [event.whisper(thanks), *told]


async def _crisis(event: Reported, ctx: Context) -> list[Action]:
    key = f"{_of_message(event, ctx)}:crisis:{ctx.now:%H}"
    words = CRISIS.format(room=_room(event, ctx))
    return await _team(event, ctx, words, key, Priority.CRISIS)


async def _look(event: Reported, ctx: Context) -> list[Action]:
    words = LOOK.format(room=_room(event, ctx), why=WHY[_reason(event, ctx)])
    return await _team(event, ctx, words, _of_message(event, ctx))


async def _many(event: Reported, ctx: Context) -> list[Action]:
    words = MANY.format(room=_room(event, ctx), most=MOST)
    return await _team(event, ctx, words, f"reports:{ctx.me.id}:{ctx.now:%Y-%m-%dT%H}")


async def report(event: Command, ctx: Context) -> Answer:
    """Ask the team to look at the room in which this is typed, at most once an hour for each."""
    await ctx.note("asked to look")
    where = "the group’s rooms" if is_person(event.chat) else "this room"
    thanks = THANKS.format(what=where)
    if event.args:
        thanks = f"{thanks} {UNTOLD}"
    key = f"look:{ctx.me.id}:{ctx.now:%Y-%m-%dT%H}"
    words = ROOM.format(room=_room(event, ctx))
    return [event.whisper(thanks), *await _team(event, ctx, words, key)]


def _of_message(event: Reported, ctx: Context) -> str:
    """Return a key under which one message is reported once a day, whoever does it."""
    what = f"{event.chat} {event.message} {ctx.now:%Y-%m-%d}"
    return f"report:{vault_of(ctx.db).lookup('report', what)}"


def _reason(event: Reported, ctx: Context) -> str:
    if rules.contact(event.text, ctx.here.country):
        return "contact"
    return "medicine" if rules.medicine(event.text) else ""


def _room(event: Base, ctx: Context) -> str:
    if is_person(event.chat):
        return "the group’s rooms"
    what = "the staff room" if ctx.purpose == groups.STAFF else "the room"
    where = "the clinic’s page" if ctx.can.holds else platform_of(event.chat).capitalize()
    return f"{what} on {where}"


async def _team(
    event: Base, ctx: Context, words: str, key: str, priority: Priority = Priority.STAFF
) -> list[Action]:
    """Tell the staff rooms; where there is none, everybody in the team alone."""
    link = event.link if isinstance(event, Reported) else ""
    buttons = [Button(label="Open the message", url=link)] if link else []
    told: list[Send] = await notices.staff(event, ctx, words, *buttons, priority=priority)
    if not told:
        for person, _ in await people.members(ctx.db, ctx.here.id, sorted(STAFF)):
            told += await notices.patient(ctx, person.id, words, *buttons)
    return [
        one.model_copy(update={"key": f"{key}.{number}", "priority": priority})
        for number, one in enumerate(told)
    ]


ROUTES = (Route("report", report, help="Ask the team to look at this room"),)
LISTENERS = (Listener(Reported, reported),)
