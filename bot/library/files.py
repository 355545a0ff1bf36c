"""Files: text from a pack, or a plain sentence why it cannot be read."""

import unicodedata
from pathlib import Path

from bot.library.problems import Notes

MAX_BYTES = 2_000_000
_HARMLESS = "\n\t\u200c\u200d"  # the last two join letters in several scripts, and emoji


def read(path: Path, root: Path, notes: Notes) -> str | None:
    """Return the text with plain line ends; None, and a note, when it cannot be used."""
    if not path.is_file():
        notes.error(path, 1, "this file is missing")
        return None
    if not inside(path, root):
        notes.error(path, 1, "this is a link to a place outside the library")
        return None
    return _decode(path, notes)


def inside(path: Path, root: Path) -> bool:
    """Tell whether the path, with all links followed, stays in the library."""
    return path.resolve().is_relative_to(root.resolve())


def _decode(path: Path, notes: Notes) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        notes.error(path, 1, f"cannot be read: {error.strerror}")
        return None
    if len(raw) > MAX_BYTES:
        notes.error(path, 1, f"is larger than {MAX_BYTES // 1_000_000} MB")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        notes.error(path, raw.count(b"\n", 0, error.start) + 1, "is not UTF-8 text")
        return None
    return _visible(path, text.replace("\r\n", "\n"), notes)


def _visible(path: Path, text: str, notes: Notes) -> str | None:
    if not text.strip():
        notes.error(path, 1, "this file is empty")
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if hidden := hidden_character(line):
            notes.error(path, number, hidden)
    return text


def hidden_character(text: str) -> str | None:
    """Return a sentence about the first character that hides, or turns the text round."""
    for letter in text:
        if unicodedata.category(letter) in {"Cc", "Cf"} and letter not in _HARMLESS:
            name = unicodedata.name(letter, "a control character").lower()
            return f"holds a character that nobody can see (U+{ord(letter):04X}, {name})"
    return None
