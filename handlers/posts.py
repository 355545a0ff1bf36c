"""Posts: a clinician writes a research link or a tip for the group, and can take it back.

Nothing appears before a second person has approved it; handlers/review.py has that part.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot import text
from bot.actions import Button, Choice, Form, Question
from bot.context import Context
from bot.errors import BadInput
from bot.events import Command
from bot.routing import CLINICIANS, REVIEWERS, STAFF, Answer, Route
from bot.safety import outgoing, rules
from bot.store import content, people
from bot.store.content import Post
from handlers import review, shelf, topics

KINDS = {"research": "Research link", "tip": "Tip"}
_LISTED = 10


async def asked(event: Command, ctx: Context) -> Form | None:
    """Return the form of a post, with this condition's topics to choose from."""
    kinds = tuple(Choice(value=kind, label=name) for kind, name in KINDS.items())
    chosen = tuple(Choice(value=one.id, label=one.title) for one in topics.known(ctx))
    return Form(
        title="Write a post",
        intro="A second person reads it before the group sees it. Please use your own words.",
        submit="Send for review",
        fields=(
            Question(name="kind", label="What is it?", kind="choice", options=kinds),
            Question(name="title", label="Title", max=120),
            Question(
                name="body",
                label="In plain words",
                kind="long",
                max=1500,
                help="Please leave out amounts of medicines, and contact details.",
            ),
            Question(name="url", label="Web address of the source", kind="url", max=500),
            Question(name="source", label="Name of the source", max=120, help="Such as a journal"),
            Question(name="topic", label="Topic", kind="choice", options=chosen, required=False),
        ),
    )


async def write(event: Command, ctx: Context) -> Answer:
    """Put a clinician's post in review and show it to the staff."""
    answers = event.answers or {}
    _check(ctx, answers)
    await _check_new(ctx, answers["url"])
    post = Post(
        id=people.new_id(),
        group_id=ctx.here.id,
        kind=answers["kind"],
        title=text.one_line(answers["title"]),
        body=answers["body"],
        url=answers["url"],
        source=text.one_line(answers["source"]),
        topic=answers["topic"],
        author_id=ctx.me.id,
        created_at=ctx.now,
    )
    ctx.db.add(post)
    await ctx.db.flush()
    await ctx.note("post written", post.id, post.kind)
    thanks = "Thank you. Your post waits for a second person to approve it. You will hear of it."
    return [event.whisper(thanks), *await review.previews(ctx, post)]


async def mine(event: Command, ctx: Context) -> Answer:
    """List what waits for approval, and what this person has written."""
    waiting = await content.posts(ctx.db, ctx.here.id, content.IN_REVIEW)
    every = await content.posts(ctx.db, ctx.here.id)
    own = [post for post in every if post.author_id == ctx.me.id][:_LISTED]
    parts = [
        f"**Waiting for approval**\n\n{_lines(waiting)}",
        f"**Written by you**\n\n{_lines(own)}",
    ]
    buttons = [
        Button(label=f"Read: {shelf.short(post.title)}", press=f"review show {post.id}")
        for post in (waiting[:_LISTED] if ctx.role in REVIEWERS else ())
    ]
    published = every if ctx.role in REVIEWERS else own
    buttons += [
        Button(label=f"Recall: {shelf.short(post.title)}", press=f"recall {post.id}")
        for post in published
        if post.state == content.PUBLISHED
    ][:_LISTED]
    return event.whisper("\n\n".join(parts), *buttons)


def _lines(posts: Sequence[Post]) -> str:
    return "\n".join(f"- {text.literal(post.title)} ({post.state})" for post in posts) or "Nothing."


def _check(ctx: Context, answers: dict[str, str]) -> None:
    """Raise BadInput if the words must not stand in the group."""
    for field in ("title", "body", "source"):
        words = answers[field]
        if found := rules.contact(words, ctx.here.country):
            article = "an" if found.startswith("e") else "a"
            raise BadInput(
                f"Please leave out contact details: this holds {article} {found}.", field
            )
        if outgoing.DOSE.search(words):
            raise BadInput(
                "Please leave out amounts of medicines. They differ from person to person.", field
            )
        if rules.medicine(words):
            raise BadInput(
                "This may read as advice to start, stop or change a medicine, or as the promise "
                "of a cure. Please say it in another way.",
                field,
            )


async def _check_new(ctx: Context, url: str) -> None:
    """Raise BadInput if the same source is posted or waiting already."""
    states = (content.IN_REVIEW, content.PUBLISHED)
    for post in await content.posts(ctx.db, ctx.here.id, *states):
        if _same(post.url) == _same(url):
            state = "published" if post.state == content.PUBLISHED else "waiting for approval"
            raise BadInput(f"That source is {state} already: “{text.literal(post.title)}”.", "url")


def _same(url: str) -> tuple[str, str, str]:
    """Return what two addresses of one page share."""
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query


ROUTES = (
    Route("post", write, "Write a research link or a tip for the group", CLINICIANS, form=asked),
    Route("posts", mine, "See what waits for approval, and what you wrote", STAFF),
)
