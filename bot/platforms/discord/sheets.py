"""Sheets: what comes back from a window that somebody has filled in.

{"components": [Label(TextInput | RadioGroup | Select | Checkbox), …]} ─> {name: answer}
"""

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot import text

YES = "yes"
"""The answer of a box that is ticked."""


def answers(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by the names of the questions."""
    return {str(one["custom_id"]): _answer(one) for one in _filled(data.get("components"))}


def typed(data: Mapping[str, Any]) -> str:
    """Return every word that was typed rather than chosen."""
    kind = discord.ComponentType.text_input.value
    said = (_answer(one) for one in _filled(data.get("components")) if one.get("type") == kind)
    return "\n".join(words for words in said if words.strip())


def _filled(components: object) -> Iterator[Mapping[str, Any]]:
    """Give every field of a window that was sent, however deep it stands."""
    for one in components if isinstance(components, list) else ():
        if isinstance(one, dict):
            if isinstance(one.get("custom_id"), str):
                yield one
            yield from _filled(one.get("components"))
            yield from _filled([one.get("component")])


def _answer(field: Mapping[str, Any]) -> str:
    value = field.get("value")
    if value is None:
        values = field.get("values")
        value = values[0] if isinstance(values, list) and values else ""
    if isinstance(value, bool):
        return YES if value else ""
    return text.clean(str(value))
