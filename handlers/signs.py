"""Signs: whether a question tells of something that may need help today, before any answer."""

import re
from collections.abc import Iterator

from bot.context import Context
from bot.library.common_words import LIGHT
from bot.library.words import empty, words

# Words of the signs that do not tell a sign from an everyday question.
_PLAIN = {"bad", "day", "ease", "easy", "feel", "infusion", "injection", "like", "lot", "medicine"}
_PLAIN |= {"more", "new", "start", "stop", "sudden", "yor"}
_PARTS = re.compile(r"[,;]|\bor\b")
_TELLING = 8


def noticed(ctx: Context, question: str) -> bool:
    """Tell whether the question names one of the condition's red flags in its own words.

    It may point to help once too often; it never keeps an answer back.
    """
    asked = {_start(word) for word in words(question)}
    flags = ctx.library.red_flags(ctx.here.condition, today=ctx.now.date())
    return any(part <= asked for flag in flags for part in _parts(flag.sign))


def _parts(sign: str) -> Iterator[frozenset[str]]:
    """Give what is named in a sign, each as its telling words: `chest pain`, `fainting`."""
    for part in _PARTS.split(sign):
        telling = [
            word
            for word in words(part)
            if not empty(word) and word not in LIGHT and word not in _PLAIN
        ]
        if len(telling) > 1 or any(len(word) >= _TELLING for word in telling):
            yield frozenset(map(_start, telling))


def _start(word: str) -> str:
    """Return what bleed, bleeding and bleeds share."""
    return word[:5]
