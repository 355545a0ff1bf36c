"""Recall: what was published is taken back wherever it stands, and cannot be found any more."""

from sqlmodel import col, select

from bot import text
from bot.actions import Action, Button, Edit, Priority, Send
from bot.context import Context
from bot.errors import NotAllowed, Refusal
from bot.events import Command
from bot.routing import REVIEWERS, STAFF, Answer, Route
from bot.store import content, outbox
from bot.store.content import Post
from bot.store.db import vault_of
from bot.store.outbox import Row
from handlers import notices

GONE = "*This post was recalled.*"


async def recall(event: Command, ctx: Context) -> Answer:
    """Ask once more, then take a published post back."""
    post_id, _, sure = event.args.partition(" ")
    post = await content.post(ctx.db, ctx.here.id, post_id)
    if post is None:
        raise Refusal("I cannot find that post. `/posts` lists them.")
    if ctx.role not in REVIEWERS and post.author_id != ctx.me.id:
        raise NotAllowed("Its writer, a clinician or a reviewer can recall a post.")
    if post.state != content.PUBLISHED:
        raise Refusal(f"That post is not published: it is {post.state}.")
    if sure == "no":
        return event.whisper("Nothing has changed. The post stays.")
    if sure != "yes":
        return _sure(event, post)
    post.state = content.RECALLED
    ctx.db.add(post)
    await ctx.note("post recalled", post.id, post.kind)
    return [event.whisper("Recalled. Nobody can find it any more."), *await _taken_back(ctx, post)]


def _sure(event: Command, post: Post) -> Send:
    return event.whisper(
        f"**Recall “{text.literal(post.title)}”?** What the group was shown is replaced by the "
        "words “This post was recalled.” This cannot be undone.",
        Button(label="Recall it", press=f"recall {post.id} yes", style="danger"),
        Button(label="Keep it", press=f"recall {post.id} no"),
    )


async def _taken_back(ctx: Context, post: Post) -> list[Action]:
    """Return what replaces every line that shows the post, and what its writer is told."""
    title = text.literal(post.title)
    said: list[Action] = [*await _edits(ctx, post)]
    if not said:  # shown so long ago that its lines are not known any more
        words = f"A post was recalled: “{title}”. Please do not rely on it."
        rooms = await ctx.rooms()
        said += [Send(to=room, priority=Priority.ADVISORY, text=words) for room in rooms]
    if post.author_id != ctx.me.id:
        told = f"Your post “{title}” was recalled. The group cannot find it any more."
        said += await notices.patient(ctx, post.author_id, told)
    return said


async def _edits(ctx: Context, post: Post) -> list[Edit]:
    """Return a change of every line in the group's rooms: published, as a tip, or shared."""
    vault = vault_of(ctx.db)
    lanes = {vault.lookup("lane", room): room for room in await ctx.rooms()}
    query = select(Row).where(
        Row.kind == "send",
        col(Row.state).in_([outbox.READY, outbox.SENT]),
        col(Row.lane).in_(list(lanes)),
        col(Row.key).contains(post.id, autoescape=True),
    )
    return [
        # With the priority of the line itself, so that it never goes before it.
        Edit(to=lanes[row.lane], of=row.key, text=GONE, priority=Priority(row.priority))
        for row in (await ctx.db.execute(query.order_by(col(Row.number)))).scalars()
    ]


ROUTES = (Route("recall", recall, who=STAFF),)
