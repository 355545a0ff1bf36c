"""Languages: how the commands are called where somebody's Discord speaks another language."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOCALES = {"de": ("de",), "es": ("es-ES", "es-419"), "fr": ("fr",)}
"""Discord's names for each language that languages.toml holds."""

WORDS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("languages.toml").read_text(encoding="utf-8")
)


def names(*path: str) -> dict[str, str]:
    """Return what something is called in each of Discord's languages."""
    return _each(path, 0)


def helps(*path: str) -> dict[str, str]:
    """Return in each of Discord's languages what something does."""
    return _each(path, 1)


def _each(path: tuple[str, ...], place: int) -> dict[str, str]:
    found: Any = WORDS
    for part in path:
        found = found.get(part, {})
    said = {language: found[language] for language in LOCALES if language in found}
    return {
        locale: words if isinstance(words, str) else words[place]
        for language, words in said.items()
        for locale in LOCALES[language]
    }
