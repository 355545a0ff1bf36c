"""The library: people ask, and get reviewed research, tips and answers, or an honest no.

Answers are private, so that nobody's question is shown to the group.
"""

from collections.abc import Sequence

from bot import text
from bot.actions import Button, Form, Question, Send
from bot.context import Context
from bot.errors import Refusal
from bot.events import Command
from bot.library import Item
from bot.routing import Answer, Route
from bot.safety import rules
from bot.safety.screening import emergency_number
from bot.store.groups import GROUP
from handlers import doors, shelf, signs, topics
from handlers.shelf import CLINIC, FOOTER, TOPICS

FULL, MORE, LONGEST = 2, 6, 3_000
RELATED = 0.4
ABSTAINED = "I have nothing reviewed that answers this. I would rather say so than guess."
HELP_FIRST = (
    "**If this is happening to you now, please do not wait for an answer here.** "
    "Some signs need help at once. The button below shows them."
)
SOMEBODY = (
    "**Whoever wrote this may need help now.** If they may be in danger, call {number}. "
    "Please also choose “Report to the team” on the message, so that the team looks at it."
)
HELP = Button(label="Ask the clinic for help", press="appointment", style="primary")
SIGNS = Button(label="See the signs", press="appointment", style="danger")
QUESTION = Form(
    title="Ask the library",
    intro="Only you see the answer.",
    fields=(Question(name="question", label="Your question", max=300),),
    submit="Ask",
)


async def asked(event: Command, ctx: Context) -> Form | None:
    """Return the form, unless the question stands behind the command."""
    return None if event.args else QUESTION


async def ask(event: Command, ctx: Context) -> Answer:
    """Answer a question from what is reviewed, or say that nothing there answers it."""
    question = event.args or (event.answers or {})["question"]
    if rules.crisis(question):  # a search result would be out of place
        return _somebody(event, ctx) if event.quoted else None  # who asks has had the helpline
    await shelf.fill(ctx)
    found = ctx.library.search(
        ctx.here.condition, question, today=ctx.now.date(), scope=ctx.here.id
    )
    urgent = signs.noticed(ctx, question)
    lead = f"{HELP_FIRST}\n\n" if urgent else ""
    if not found.confident:
        return event.whisper(f"{lead}{ABSTAINED}", SIGNS if urgent else HELP, TOPICS)
    best = found.hits[0].item
    others = [hit.item for hit in found.hits[1:3] if hit.score >= RELATED]
    buttons = (SIGNS if urgent else CLINIC, *_see_also(others), shelf.share(best))
    return shelf.cited(event.whisper(f"{lead}{shelf.words(best)}\n\n{FOOTER}", *buttons), [best])


def _somebody(event: Command, ctx: Context) -> Send:
    """Tell somebody who points at another person's words of crisis what they can do."""
    return event.whisper(SOMEBODY.format(number=emergency_number(ctx)))


async def show(event: Command, ctx: Context) -> Answer:
    """Show one item to the person who pressed its button."""
    item = await shelf.find(ctx, event.args)
    said = event.whisper(f"{shelf.words(item)}\n\n{FOOTER}", shelf.share(item), CLINIC)
    return shelf.cited(said, [item])


async def share(event: Command, ctx: Context) -> Answer:
    """Show an item to the whole group, without a word on who was reading it."""
    item = await shelf.find(ctx, event.args)
    if ctx.purpose == GROUP:
        room = event.chat
    else:
        rooms = await doors.rooms(ctx.db, ctx.here.id, event.user, GROUP)
        if not rooms:
            raise Refusal("This group has no room here to share it in.")
        room = rooms[0]
    words = f"Somebody in the group shared this from the library:\n\n{shelf.words(item)}"
    said = Send(to=room, text=f"{words}\n\n{FOOTER}", cites=(item.id,))
    # The same item comes once a day however often it is shared.
    key = f"share:{item.id}:{ctx.now.date()}:{room}"
    return [said.under(key), event.whisper("It is in the group’s room. Your name is not with it.")]


async def research(event: Command, ctx: Context) -> Answer:
    """Show the newest research on a topic, or what comes nearest to the words."""
    await shelf.fill(ctx)
    if not event.args:
        return topics.choice(event, ctx, "**What would you like to read about?**")
    topic = topics.named(ctx, event.args)
    if topic is None:
        return _nearest(event, ctx)
    items = ctx.library.research(
        ctx.here.condition,
        topic.id,
        today=ctx.now.date(),
        scope=ctx.here.id,
        limit=FULL + MORE,
    )
    if not items:
        none = f"There is no reviewed research on “{text.literal(topic.title)}” yet."
        return event.whisper(none, Button(label="A tip about it", press=f"tip {topic.id}"), TOPICS)
    return _listed(event, f"**Research: {text.literal(topic.title)}**", items)


async def latest(event: Command, ctx: Context) -> Answer:
    """Show the newest research of all topics."""
    await shelf.fill(ctx)
    items = ctx.library.latest(
        ctx.here.condition, today=ctx.now.date(), scope=ctx.here.id, limit=FULL + MORE
    )
    if not items:
        return event.whisper("There is no reviewed research yet.", TOPICS)
    return _listed(event, "**The newest research**", items)


async def contents(event: Command, ctx: Context) -> Answer:
    """Show what there is to read about."""
    return topics.choice(event, ctx, "**Topics**\n\nChoose one to see its research.")


def _nearest(event: Command, ctx: Context) -> Send:
    """Answer words that are no topic: with research that holds them, else with near topics."""
    found = ctx.library.search(
        ctx.here.condition,
        event.args,
        today=ctx.now.date(),
        scope=ctx.here.id,
        kinds={"research"},
        limit=FULL,
    )
    if found.confident:
        close = [hit.item for hit in found.hits if hit.score >= RELATED]
        return _listed(event, "**Research**", close)
    near = topics.near(ctx, event.args)
    if not near:
        return topics.choice(
            event, ctx, "There is no reviewed research on that. These are the topics:"
        )
    words = "I have no topic of that name. Did you mean:"
    return event.whisper(words, *topics.buttons(near, "research"), TOPICS)


def _listed(event: Command, title: str, items: Sequence[Item]) -> Send:
    """Show the first items, as long as a phone bears it, and buttons for the others."""
    shown: list[Item] = []
    parts = [title]
    for item in items[:FULL]:
        words = shelf.brief(item)
        if shown and len("".join(parts)) + len(words) > LONGEST:
            break
        parts.append(words)
        shown.append(item)
    more = shelf.links(items[len(shown) : len(shown) + MORE])
    return shelf.cited(event.whisper("\n\n".join([*parts, FOOTER]), *more, TOPICS), shown)


def _see_also(items: Sequence[Item]) -> list[Button]:
    return [
        button.model_copy(update={"label": f"See also: {button.label}"})
        for button in shelf.links(items)
    ]


ROUTES = (
    Route("ask", ask, "Ask a question and get a reviewed answer", usage="your question",
          form=asked),
    Route("research", research, "Read reviewed research on a topic", usage="[topic]"),
    Route("latest", latest, "Read the newest reviewed research"),
    Route("topics", contents, "See what there is to read about"),
    Route("show", show),
    Route("share", share),
)  # fmt: skip
