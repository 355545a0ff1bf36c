"""A table of a few commands for the tests of the site: each shows one thing a handler may do."""

from datetime import timedelta

from bot import actions
from bot.actions import Button, Choice, Form, Question, Send
from bot.context import Context
from bot.errors import BadInput, NotAllowed
from bot.events import Command
from bot.routing import ADMINS, Answer, Listener, Route, Schedule, Table
from bot.store import people
from bot.store.people import Role

FORM = Form(
    title="About you",
    fields=(
        Question(name="mood", label="How are you?", kind="choice",
                 options=(Choice(value="well", label="Well"), Choice(value="ill", label="Ill"))),
        Question(name="number", label="A number", kind="number", required=False),
    ),
)  # fmt: skip


async def whisper(event: Command, _ctx: Context) -> Answer:
    return event.whisper(f"only you: {event.args}")


async def aloud(event: Command, _ctx: Context) -> Answer:
    return event.reply(f"**everybody**: {event.args}").under("aloud")


async def buttons(event: Command, _ctx: Context) -> Answer:
    return event.reply(
        "Press one",
        Button(label="Go", press="whisper pressed", style="primary"),
        Button(label="Site", url="https://example.org/"),
    ).under("buttons")


async def mine(event: Command, _ctx: Context) -> Answer:
    return event.whisper("Press one", Button(label="Go", press="whisper pressed"))


async def change(event: Command, _ctx: Context) -> Answer:
    return actions.Edit(to=event.chat, of=event.args, text="changed")


async def take_back(event: Command, _ctx: Context) -> Answer:
    return actions.Delete(to=event.chat, of=event.args)


async def pin(event: Command, _ctx: Context) -> Answer:
    return actions.Pin(to=event.chat, of=event.args)


async def form(event: Command, _ctx: Context) -> Answer:
    answers = event.answers or {}
    return event.whisper(f"you are {answers['mood']}, {answers['number'] or 'no number'}")


async def file(event: Command, _ctx: Context) -> Answer:
    return actions.SendFile(
        to=event.user, room=event.chat, name="note.ics", type="text/calendar",
        content=b"BEGIN:VCALENDAR", caption="Your file",
    )  # fmt: skip


async def refuse(event: Command, _ctx: Context) -> Answer:
    raise NotAllowed(f"No, not {event.args}.")


async def fail(_event: Command, _ctx: Context) -> Answer:
    raise ZeroDivisionError


async def remove(event: Command, ctx: Context) -> Answer:
    for person, place in await people.members(ctx.db, ctx.here.id):
        if people.name_of(ctx.db, person) == event.args:
            place.left_at = ctx.now
            ctx.db.add(place)
            who = (await people.addresses(ctx.db, person.id))[0]
            return actions.Remove(to=event.chat, who=who)
    raise BadInput("Nobody is called that.")


async def admit(event: Command, ctx: Context) -> Answer:
    person, role = event.args.split()
    await people.admit(ctx.db, person, ctx.here.id, Role(role), "2026-11", ctx.now)
    who = (await people.addresses(ctx.db, person))[0]
    return actions.Admit(to=event.chat, who=who)


async def restrict(event: Command, ctx: Context) -> Answer:
    who = (await people.addresses(ctx.db, event.args))[0]
    return actions.Restrict(to=event.chat, who=who, until=ctx.now + timedelta(hours=1))


async def long(event: Command, _ctx: Context) -> Answer:
    words = " ".join(f"word{number}" for number in range(1, 1001))
    return Send(to=event.chat, text=words)


def table(*, listeners: tuple[Listener, ...] = (), schedules: tuple[Schedule, ...] = ()) -> Table:
    """Return the table of these commands."""
    made = (
        *(whisper, aloud, buttons, mine, change, take_back, pin, file, refuse, fail, restrict),
        long,
    )
    routes = [Route(one.__name__, one, f"Do {one.__name__}", usage="[words]") for one in made]
    routes.append(Route("form", form, "Fill a form", form=FORM))
    routes += [
        Route(one.__name__, one, who=ADMINS, usage="WORDS", hint="Do it") for one in (remove, admit)
    ]
    return Table(routes, listeners, schedules)
