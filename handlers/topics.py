"""Topics: which one somebody means by their words, and the buttons to choose from."""

import difflib
import re
from collections.abc import Sequence

from bot.actions import Button, Send
from bot.context import Context
from bot.events import Command
from bot.library import Topic

_WORD = re.compile(r"[^\W_]+")
_SHORTEST, _MOST = 4, 5


def named(ctx: Context, words: str) -> Topic | None:
    """Return the topic that is meant: by its id, its title, or if only one holds the words."""
    plain = " ".join(words.casefold().split())
    for topic in known(ctx):
        if plain in {topic.id, topic.title.casefold()}:
            return topic
    typed = set(_WORD.findall(plain))
    held = [topic for topic in known(ctx) if typed and typed <= set(_words(topic))]
    return held[0] if len(held) == 1 else None


def near(ctx: Context, words: str) -> list[Topic]:
    """Return the topics that hold some of the words, or words spelled much like them."""
    by_word: dict[str, list[Topic]] = {}
    for topic in known(ctx):
        for word in _words(topic):
            if len(word) >= _SHORTEST:
                by_word.setdefault(word, []).append(topic)
    found: dict[str, Topic] = {}
    for typed in _WORD.findall(words.casefold()[:100]):
        for word in difflib.get_close_matches(typed, by_word, n=2, cutoff=0.75):
            found |= {topic.id: topic for topic in by_word[word]}
    return list(found.values())[:_MOST]


def known(ctx: Context) -> Sequence[Topic]:
    """Return the topics of this group's condition."""
    return ctx.library.topics(ctx.here.condition)


def choice(event: Command, ctx: Context, words: str, press: str = "research") -> Send:
    """Let somebody choose a topic; `press` is the command that follows the choice."""
    return event.whisper(words, *buttons(known(ctx), press))


def buttons(topics: Sequence[Topic], press: str) -> list[Button]:
    """Return one button for each topic; `press` is the command that it follows."""
    return [Button(label=topic.title, press=f"{press} {topic.id}") for topic in topics]


def _words(topic: Topic) -> list[str]:
    return _WORD.findall(f"{topic.id} {topic.title}".casefold())
