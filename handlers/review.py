"""Review: a second person reads what a clinician wrote, and publishes it or sends it back."""

from datetime import timedelta

from bot import text
from bot.actions import Action, Address, Button, Edit, Priority, Send
from bot.context import Context
from bot.errors import BadInput, NotAllowed, Refusal
from bot.events import Command, rows
from bot.routing import REVIEWERS, Answer, Route
from bot.safety import outgoing
from bot.store import content, groups, people
from bot.store.content import Post
from bot.store.people import Person
from handlers import notices, shelf

VALID = timedelta(days=365)
_LONGEST_NOTE = 300
_DECIDED = {
    content.PUBLISHED: "approved",
    content.RETURNED: "sent back",
    content.RECALLED: "approved, and recalled since",
}


async def review(event: Command, ctx: Context) -> Answer:
    """Show a post that waits, approve it, or send it back with a note."""
    word, _, rest = event.args.partition(" ")
    post_id, _, note = rest.strip().partition(" ")
    post = await content.post(ctx.db, ctx.here.id, post_id)
    if post is None or word not in {"show", "approve", "return"}:
        raise Refusal("I cannot find that post. `/posts` lists those that wait.")
    if post.state != content.IN_REVIEW:
        raise Refusal(await _decided(ctx, post))
    if word == "show":
        return event.whisper(await _preview(ctx, post), *_buttons(post))
    if post.author_id == ctx.me.id:
        raise NotAllowed("A second person has to approve what you wrote.")
    if word == "approve":
        return await _approve(event, ctx, post)
    return await _return(event, ctx, post, note)


async def previews(ctx: Context, post: Post) -> list[Action]:
    """Return what the staff rooms are shown of a post that waits."""
    words = await _preview(ctx, post)
    return [
        Send(to=room, priority=Priority.STAFF, text=words, buttons=rows(_buttons(post))).under(key)
        for room, key in await _places(ctx, post)
    ]


async def _approve(event: Command, ctx: Context, post: Post) -> list[Action]:
    _decide(ctx, post, content.PUBLISHED)
    post.review_by = ctx.now.date() + VALID
    await ctx.note("post approved", post.id, post.kind)
    item = shelf.item_of(post)
    news = "**New research**" if post.kind == "research" else "**A tip from the clinic’s team**"
    words = f"{news}\n\n{shelf.words(item)}\n\n{shelf.FOOTER}"
    published = [
        Send(
            to=room,
            key=f"post:{post.id}:{number}",
            priority=Priority.ADVISORY,
            text=words,
            cites=(post.id,),
        )
        for number, room in enumerate(await ctx.rooms())
    ]
    told = f"Your post “{text.literal(post.title)}” was approved. The group can read it now."
    return [
        event.whisper("Approved. The group can read it now."),
        *published,
        *await notices.patient(ctx, post.author_id, told),
        *await _settled(ctx, post),
    ]


async def _return(event: Command, ctx: Context, post: Post, note: str) -> list[Action]:
    if outgoing.DOSE.search(note):
        raise BadInput("Please leave amounts of medicines out of the note.")
    _decide(ctx, post, content.RETURNED)
    post.note = text.one_line(note)[:_LONGEST_NOTE]
    await ctx.note("post returned", post.id, post.kind)
    why = f"\n\nThe note says: “{text.literal(post.note)}”" if post.note else ""
    told = (
        f"Your post “{text.literal(post.title)}” came back and was not published.{why}\n\n"
        "You can write it again with `/post`."
    )
    return [
        event.whisper("Sent back. Its writer has been told."),
        *await notices.patient(ctx, post.author_id, told),
        *await _settled(ctx, post),
    ]


def _decide(ctx: Context, post: Post, state: str) -> None:
    post.state, post.decided_at = state, ctx.now
    post.reviewer_id, post.reviewer_role = ctx.me.id, str(ctx.role)
    ctx.db.add(post)


async def _preview(ctx: Context, post: Post) -> str:
    kind = "research link" if post.kind == "research" else "tip"
    writer = await _name(ctx, post.author_id)
    words = shelf.unreviewed(shelf.item_of(post))
    return f"**To approve: a {kind} by {writer}**\n\n{words}"


def _buttons(post: Post) -> tuple[Button, ...]:
    return (
        Button(label="Approve", press=f"review approve {post.id}", style="primary"),
        Button(label="Send back", press=f"review return {post.id}"),
    )


async def _settled(ctx: Context, post: Post) -> list[Action]:
    """Return what replaces the previews, so that nobody presses their buttons again."""
    words = await _decided(ctx, post)
    # With the priority of the previews, so that it never goes before them.
    return [
        Edit(to=room, of=key, text=words, priority=Priority.STAFF)
        for room, key in await _places(ctx, post)
    ]


async def _places(ctx: Context, post: Post) -> list[tuple[Address, str]]:
    rooms = await ctx.rooms(groups.STAFF)
    return [(room, f"review:{post.id}:{number}") for number, room in enumerate(rooms)]


async def _decided(ctx: Context, post: Post) -> str:
    who = await _name(ctx, post.reviewer_id or "")
    when = f" on {text.day_and_time(post.decided_at, ctx.zone)}" if post.decided_at else ""
    return f"“{text.literal(post.title)}” was {_DECIDED[post.state]} by {who}{when}."


async def _name(ctx: Context, person_id: str) -> str:
    person = await ctx.db.get(Person, person_id)
    return text.literal(people.name_of(ctx.db, person)) if person else "somebody who has left"


ROUTES = (Route("review", review, who=REVIEWERS),)
