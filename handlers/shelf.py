"""The shelf: reviewed items as people read them, with the group's own posts among them."""

import re
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
_ISSUE = re.compile(r"\s(?:\d|:\s).*")  # what follows a journal's name
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
    return f"{unreviewed(item)}\n{_reviewed(item)}"


def unreviewed(item: Item) -> str:
    """Return what an item says and what it rests on."""
    return f"**{_title(item)}**\n\n{item.body}\n\n{_sources(item)}"


def brief(item: Item) -> str:
    """Return an item among others: what it rests on and its review stand on one line."""
    return f"{unreviewed(item)}. {_reviewed(item)}"


def names(sources: Sequence[Source]) -> str:
    """Return links to sources, each once; a further page of one organisation has a number."""
    by_name: dict[str, dict[str, None]] = {}
    for source in sources:
        by_name.setdefault(_journal(source.organisation), {})[source.url] = None
    return ", ".join(
        _link(name if number == 1 else f"{name} ({number})", url)
        for name, urls in by_name.items()
        for number, url in enumerate(urls, 1)
    )


def short(title: str) -> str:
    """Return a title, short enough for a button: cut after a word if it can be."""
    if len(title) <= _LABEL:
        return title
    cut = title[: _LABEL - 1]
    return f"{(cut.rpartition(' ')[0] or cut).rstrip(' :,;')}…"


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
    # A clinician's own name for a source stays as it was written.
    name = source.organisation if item.scope else _journal(source.organisation)
    address = f"https://doi.org/{item.doi}" if item.doi else source.url
    return _link(f"{name}, {item.year}" if item.year else name, address)


def _title(item: Item) -> str:
    return text.literal(item.title.rstrip("."))


def _reviewed(item: Item) -> str:
    return f"Reviewed {_day(item.reviewed_on)} by {_who(item.reviewed_by)}."


def _journal(name: str) -> str:
    """Return a journal without issue, pages and subtitle: `Gut` for `Gut 68(3):s1-s106`."""
    return _ISSUE.sub("", name, count=1)


def _link(name: str, address: str) -> str:
    return f"[{text.literal(name)}]({_href(address)})"


def _href(address: str) -> str:
    """Return an address that cannot end the link it stands in."""
    return quote(address, safe="!#$%&'*+,-./:;=?@_~")


def _who(role: str) -> str:
    return _WHO.get(role, f"a {role}")


def _day(day: date) -> str:
    return text.day(datetime.combine(day, time(), UTC))
