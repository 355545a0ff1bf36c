"""Privacy: what is held about a person and why, in plain words that the code keeps."""

from bot import text
from bot.actions import Button
from bot.context import Context
from bot.events import Command
from bot.routing import ADMINS, Answer, Route
from bot.store import people

OUTSIDE = (
    "This is a private service. It keeps no names and no words of people who have no place in it. "
    "If you have questions, ask whoever gave you this address."
)

WORDS = """\
### What is held about you, and why

- **Your name here:** {name}. Others need to know what to call you. It is kept encrypted.
- **The account you use:** so that the bot knows you again. It is kept encrypted.
- **Your place in {title}:** {role}, since {joined}. It decides what you may see and do.
- **Your agreement:** text {version}, on {agreed}. It shows that you were asked.
- **What you write in the clinic’s own rooms on the web:** so that others can read it. It is kept \
encrypted for {days}.
- **What you write when you ask for help or an appointment:** so that the clinic can answer. It is \
encrypted with a key that is yours alone.
- **That something was sent to you:** so that nothing is lost or sent twice. It is kept for \
{sent}, without its words.
- **A list of what was done here,** such as “joined” or “left”: so that mistakes and misuse can be \
found. It never holds what anybody wrote.

### Who can see it

People in the room see your name and what you write there. The clinic’s team also sees that you \
asked for help. Nothing is sold, and nobody is followed with trackers.{elsewhere}

### What you can do

You can leave at any time with `/leave`. To see, correct or remove what is held about you, \
ask {whom}."""

ELSEWHERE = (
    " You use this group in a chat app of another company. That company keeps its own copy of "
    "what you write there. "
)
READING = "The bot looks at it to check it, and keeps none of it."
BLIND = (
    "The bot does not read what you write in the rooms there. It sees only what you give to it: "
    "commands, buttons, forms, private messages to it, and messages that name it or are reported. "
    "It keeps no copy of them, except where this page says so. The app’s own filter looks for "
    "words of crisis, contact details and unsafe advice, and can tell the team."
)


async def show(event: Command, ctx: Context) -> Answer:
    """Tell a member what is held about them; a stranger learns nothing about any group."""
    if ctx.member is None:
        return event.whisper(ctx.t(OUTSIDE))
    words = WORDS.format(
        name=text.literal(people.name_of(ctx.db, ctx.me)),
        title=text.literal(ctx.here.title),
        role=ctx.role,
        joined=text.day(ctx.member.joined_at, ctx.zone),
        version=ctx.member.consent_version,
        agreed=text.day(ctx.member.consent_at, ctx.zone),
        days=text.plural(ctx.settings.retention.lines, "day"),
        sent=text.plural(ctx.settings.retention.outbox, "day"),
        elsewhere=_elsewhere(ctx),
        whom=await _whom(ctx),
    )
    return event.whisper(words, Button(label="Leave the group", press="leave"))


def _elsewhere(ctx: Context) -> str:
    """Return what is different where the group meets in another company's app."""
    if ctx.can.private_health:
        return ""
    return ELSEWHERE + (READING if ctx.can.reads else BLIND)


async def _whom(ctx: Context) -> str:
    """Return whom to ask: the people in charge of the group, by name."""
    heads = await people.members(ctx.db, ctx.here.id, sorted(ADMINS))
    names = [text.literal(people.name_of(ctx.db, person)) for person, _ in heads[:3]]
    return " or ".join(names) if names else "the clinic’s team"


ROUTES = (Route("privacy", show, "See what is held about you, and why", open=True),)
