"""Cards: what rests on reviewed content stands in a frame of the clinic's colour in the room.

The frame is made of components, not an embed: people can switch embeds off, and then the words
would be gone. Only what names its source is a card, so that a card means something.
"""

from collections.abc import Sequence
from typing import Any

from bot.actions import Base, Send, is_person

CONTAINER, TEXT = 17, 10
COLOUR = 0x1F7A6D

Component = dict[str, Any]
"""A component in Discord's own JSON."""


def is_card(action: Base, parts: int) -> bool:
    """Tell whether words that take so many messages are shown as a card."""
    cites = isinstance(action, Send) and bool(action.cites)
    return cites and parts == 1 and not is_person(action.to)


def framed(words: str, rows: Sequence[Component]) -> list[Component]:
    """Return a card with these words and the buttons under them."""
    inside = [{"type": TEXT, "content": words}, *rows]
    return [{"type": CONTAINER, "accent_color": COLOUR, "components": inside}]


def words_of(message: dict[str, Any]) -> str:
    """Return the words of a message as Discord gives it, whether or not they are on a card."""
    said = [str(message.get("content") or ""), *_texts(message)]
    return "\n".join(part for part in said if part).strip()


def _texts(component: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for one in component.get("components") or ():
        found += [str(one["content"])] if one["type"] == TEXT else _texts(one)
    return found
