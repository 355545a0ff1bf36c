"""The shelf: reviewed items as people read them, with the group's own posts among them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from urllib.parse import quote

from bot import text
from bot.actions import Button, Send
from bot.context import Context
from bot.errors import Refusal
from bot.library import Item, Source, served
from bot.store import content
from bot.store.content import Post

FOOTER = "*General information, not advice for you alone.*"
GONE = "That is not in the library any more."
TOPICS = Button(label="See topics", press="topics")
CLINIC = Button(label="Ask the clinic", press="appointment")
_LABEL = 60
_WHO = {
    "editor": "our editors",
    "ibd nurse": "an IBD nurse",
    "owner": "the clinic’s team",
    "clinician": "a clinician of this group",
    "reviewer": "a reviewer of this group",
}
_STAGES = ("new", "living", "deciding")


async def fill(ctx: Context) -> None:
    """Put what this group's clinicians published among what its members can find."""
    posts = await content.posts(ctx.db, ctx.here.id, content.PUBLISHED)
    ctx.library.sync(ctx.here.id, ctx.here.condition, [item_of(post) for post in posts])


async def find(ctx: Context, item_id: str) -> Item:
    """Return an item that may still be shown; raises Refusal if there is none of that id."""
    await fill(ctx)
    item = ctx.library.item(ctx.here.condition, item_id, scope=ctx.here.id)
    if item is None or not served(item, ctx.now.date()):
        raise Refusal(GONE, TOPICS)
    return item


def item_of(post: Post) -> Item:
    """Return a post in the shape of the library's items."""
    day = (post.decided_at or post.created_at).date()
    return Item(
        id=post.id,
        kind="research" if post.kind == "research" else "tip",
        title=post.title,
        body=text.paragraphs(post.body),
        sources=(Source(post.id, post.source, post.title, post.url),),
        topics=(post.topic,) if post.topic else (),
        stages=_STAGES,
        reviewed_by=post.reviewer_role,
        reviewed_on=day,
        review_by=post.review_by or day,
        scope=post.group_id,
    )


def words(item: Item) -> str:
    """Return an item whole: what it says, what it rests on, and who reviewed it when."""
    return f"{unreviewed(item)}\nReviewed {_day(item.reviewed_on)} by {_who(item.reviewed_by)}."


def unreviewed(item: Item) -> str:
    """Return what an item says and what it rests on."""
    return f"**{text.literal(item.title)}**\n\n{item.body}\n\n{_sources(item)}"


def short(title: str) -> str:
    """Return a title, short enough for a button."""
    return title if len(title) <= _LABEL else f"{title[: _LABEL - 1].rstrip()}…"


def cited(said: Send, items: Sequence[Item]) -> Send:
    """Return the same words with the items that they rest on."""
    return said.model_copy(update={"cites": tuple(item.id for item in items)})


def links(items: Sequence[Item]) -> list[Button]:
    """Return one button for each item, to read it."""
    return [Button(label=short(item.title), press=f"show {item.id}") for item in items]


def share(item: Item) -> Button:
    """Return the button that shows an item to everybody in the group."""
    return Button(label="Share with the group", press=f"share {item.id}")


def _sources(item: Item) -> str:
    named = [_source(item, source) for source in item.sources]
    kind = f" ({item.evidence})" if item.evidence and item.evidence != "other" else ""
    return f"{'Source' if len(named) == 1 else 'Sources'}: {', '.join(named)}{kind}"


def _source(item: Item, source: Source) -> str:
    name = f"{source.organisation}, {item.year}" if item.year else source.organisation
    address = f"https://doi.org/{item.doi}" if item.doi else source.url
    return f"[{text.literal(name)}]({_href(address)})"


def _href(address: str) -> str:
    """Return an address that cannot end the link it stands in."""
    return quote(address, safe="!#$%&'*+,-./:;=?@_~")


def _who(role: str) -> str:
    return _WHO.get(role, f"a {role}")


def _day(day: date) -> str:
    return text.day(datetime.combine(day, time(), UTC))
