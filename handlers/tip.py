"""Tip: one small reviewed tip for whoever asks, each time another one."""

import hashlib
from collections.abc import Sequence

from bot.actions import Button
from bot.context import Context
from bot.events import Command
from bot.library import Item
from bot.routing import Answer, Route
from handlers import shelf, topics
from handlers.shelf import FOOTER, TOPICS


async def tip(event: Command, ctx: Context) -> Answer:
    """Give one tip, each time another one."""
    await shelf.fill(ctx)
    previous, words = _after(event.args)
    topic = topics.named(ctx, words) if words else None
    if words and topic is None:
        return topics.choice(event, ctx, "I do not know that topic. Please choose one:", "tip")
    pool = ctx.library.tips(
        ctx.here.condition,
        today=ctx.now.date(),
        scope=ctx.here.id,
        topics=[topic.id] if topic else None,
    )
    if not pool:
        return event.whisper("There is no reviewed tip on that yet.", TOPICS)
    item = _turn(pool, previous, event.id)
    another = f"tip after {item.id} {topic.id if topic else ''}".strip()
    buttons = (Button(label="Another tip", press=another), shelf.share(item))
    return shelf.cited(event.whisper(f"{shelf.words(item)}\n\n{FOOTER}", *buttons), [item])


def _after(args: str) -> tuple[str, str]:
    """Part `after ID TOPIC`, as the button says it, into the last tip's id and the topic."""
    words = args.split()
    if words[:1] == ["after"] and len(words) > 1:
        return words[1], " ".join(words[2:])
    return "", args


def _turn(pool: Sequence[Item], previous: str, event_id: str) -> Item:
    """Return the tip after the previous one, or one that is as good as drawn by lot."""
    ids = [item.id for item in pool]
    if previous in ids:
        return pool[(ids.index(previous) + 1) % len(pool)]
    return pool[int.from_bytes(hashlib.sha256(event_id.encode()).digest()[:8]) % len(pool)]


ROUTES = (Route("tip", tip, "Get a small reviewed tip", usage="[topic]"),)
