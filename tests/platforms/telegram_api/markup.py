"""Telegram's small HTML, read as strictly as Telegram reads it."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.telegram_api.errors import Violation, broken

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));?")
_TAG = re.compile(r"<(/?)([^\s>/]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31})"
)


def units(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Open:
    name: str
    start: int
    extra: dict[str, Any]
    place: int


@dataclass
class _Reading:
    """One HTML text on its way."""

    source: str
    out: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    def at(self, place: int) -> str:
        return f"at byte offset {len(self.source[:place].encode())}"

    def add(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.length += units(text)

    def open(self, name: str, rest: str, place: int) -> None:
        low = name.lower()
        if low not in KINDS:
            raise _unread(f'Unsupported start tag "{low}" {self.at(place)}')
        found = {one[1].lower(): one[2] or one[3] or one[4] for one in _ATTRIBUTE.finditer(rest)}
        if low == "span" and found.get("class") != "tg-spoiler":
            raise _unread(f'Tag "span" must have class "tg-spoiler" {self.at(place)}')
        extra: dict[str, Any] = {}
        if low == "a":
            extra["url"] = unescape(found.get("href") or "")
        if low == "code" and str(found.get("class", "")).startswith("language-"):
            extra["language"] = str(found["class"]).removeprefix("language-")
        self.stack.append(_Open(low, self.length, extra, place))

    def close(self, name: str, place: int) -> None:
        low = name.lower()
        if not self.stack:
            raise _unread(f"Unexpected end tag {self.at(place)}")
        last = self.stack.pop()
        if low not in {"", last.name}:
            raise _unread(
                f'Unmatched end tag {self.at(place)}, expected "</{last.name}>", found "</{low}>"'
            )
        size = self.length - last.start
        # A link without an address, or one that is no address, is plain text to Telegram.
        if size and (last.name != "a" or "." in last.extra["url"] or ":" in last.extra["url"]):
            made = {"type": KINDS[last.name], "offset": last.start, "length": size}
            self.entities.append((last.place, made | last.extra))


def _unread(text: str) -> Violation:
    return broken(f"can't parse entities: {text}")


def unescape(text: str) -> str:
    """Put back the few named entities that Telegram knows, and the numbered ones."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    decimal, sixteen, name = found.groups()
    if name:
        return _NAMED.get(name, found[0])
    number = int(decimal) if decimal else int(sixteen, 16)
    return chr(number) if 0 < number < 0x110000 else found[0]


def read_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return plain text and entities, or refuse as Telegram does."""
    reading, place = _Reading(source), 0
    while (start := source.find("<", place)) >= 0:
        reading.add(unescape(source[place:start]))
        tag = _TAG.match(source, start)
        if tag is None:
            which = "end" if source.startswith("</", start) else "start"
            raise _unread(f"Unclosed {which} tag {reading.at(start)}")
        slash, name, rest = tag.groups()
        if slash:
            reading.close(name, start)
        else:
            reading.open(name, rest, start)
        place = tag.end()
    reading.add(unescape(source[place:]))
    if reading.stack:
        last = reading.stack[-1].name
        raise _unread(f'Can\'t find end tag corresponding to start tag "{last}"')
    in_order = sorted(reading.entities, key=lambda one: one[0])
    return "".join(reading.out), [entity for _, entity in in_order]


def found_in(text: str) -> list[dict[str, Any]]:
    """Return the commands, addresses and mentions that Telegram marks by itself."""
    if not ("/" in text or "@" in text):
        return []
    return [
        {
            "type": one.lastgroup,
            "offset": units(text[: one.start()]),
            "length": units(one[0]),
        }
        for one in _FOUND.finditer(text)
    ]


def trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Cut white space at both ends, as Telegram does, and move the entities along."""
    bare = text.strip()
    if bare == text:
        return text, entities
    cut, size = units(text) - units(text.lstrip()), units(bare)
    moved = []
    for one in entities:
        start = max(0, one["offset"] - cut)
        end = min(size, one["offset"] + one["length"] - cut)
        if end > start:
            moved.append(one | {"offset": start, "length": end - start})
    return bare, moved


def words(params: dict[str, Any], name: str = "text") -> tuple[str, list[dict[str, Any]]]:
    """Return the text of a request and its entities, by `parse_mode` or as given."""
    source = str(params.get(name) or "")
    mode = str(params.get("parse_mode") or "").lower()
    if mode == "html":
        text, entities = read_html(source)
    elif mode:
        raise broken("unsupported parse_mode")
    else:
        given = "entities" if name == "text" else "caption_entities"
        text, entities = source, list(params.get(given) or [])
    text, entities = trimmed(text, entities)
    taken = [(one["offset"], one["offset"] + one["length"]) for one in entities]
    free = [
        one
        for one in found_in(text)
        if not any(start <= one["offset"] < end for start, end in taken)
    ]
    return text, entities + free
