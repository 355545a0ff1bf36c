"""Signs: runs of words written as Discord's markdown; what people typed never becomes a sign.

Discord takes much for more than it is: `@everyone`, `<@42>`, `||spoilers||`, a line that begins
with `#` or `-`. All that is said plainly gets a backslash there. A web address stands between `<`
and `>`: so it ends where it ends, and Discord shows no preview of it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

BOLD, ITALIC, CODE, BLOCK, RAW, QUOTE = "b", "i", "code", "block", "raw", "quote"
LINK = "a "
_OPENS = {BOLD: "**", ITALIC: "_", CODE: "`", BLOCK: "```\n"}
_CLOSES = _OPENS | {BLOCK: "\n```"}
_VERBATIM = {CODE, BLOCK, RAW}
_WEB = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_AFTER_WEB = re.compile(r"[.,;:!?'\"*_~|\])]+$")
_SIGN = re.compile(r"[\\*_`]|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||<(?=[^\s\d=])|(?<=\])\(")
_BRACKET = re.compile(r"[\[\]]")
_CALL = re.compile(r"@(?=everyone|here)")
_AT_START = re.compile(r"^([ ]*)(#{1,3}|-#|[-+]|>{1,3})(?=\s)", re.MULTILINE)
_NUMBER = re.compile(r"^([ ]*\d+)([.)])(?=\s)", re.MULTILINE)


class Run(NamedTuple):
    """Words that stand under the same styles, the outermost first."""

    words: str
    styles: tuple[str, ...] = ()


def is_code(words: str) -> bool:
    """Tell whether words can stand as code: there is no way to write some of Discord's signs."""
    return "`" not in words and bool(words.strip())


def literal(words: str, *, fresh: bool = True, linked: bool = False) -> str:
    """Return words so that Discord shows them letter by letter; `fresh` is at a line's start."""
    if linked:
        return _BRACKET.sub(r"\\\g<0>", _plain(words, fresh=fresh))
    return "".join(_pieces(words, fresh=fresh))


def _pieces(words: str, *, fresh: bool) -> Iterator[str]:
    """Yield plain words and web addresses by turns."""
    at = 0
    for match in _WEB.finditer(words):
        address = _ended(match[0])
        yield _plain(words[at : match.start()], fresh=fresh and at == 0)
        yield f"<{address}>"
        at = match.start() + len(address)
    yield _plain(words[at:], fresh=fresh and at == 0)


def _ended(address: str) -> str:
    """Return an address without what belongs to the sentence around it."""
    ended = _AFTER_WEB.sub("", address)
    is_in_brackets = address.startswith(")", len(ended)) and "(" in ended
    return ended + ")" if is_in_brackets else ended


def _plain(words: str, *, fresh: bool) -> str:
    escaped = _CALL.sub("@\u200b", _SIGN.sub(r"\\\g<0>", words))
    first, line_break, rest = escaped.partition("\n")
    rest = _NUMBER.sub(r"\1\\\2", _AT_START.sub(r"\1\\\2", rest))
    if fresh:
        first = _NUMBER.sub(r"\1\\\2", _AT_START.sub(r"\1\\\2", first))
    return first + line_break + rest


def written(runs: Iterable[Run]) -> str:
    """Write runs as Discord's markdown: what two neighbours share stays open between them."""
    said = ""
    opened: tuple[str, ...] = ()
    fresh = True
    for words, styles in (*runs, Run("")):
        shared = 0
        while shared < min(len(opened), len(styles)) and opened[shared] == styles[shared]:
            shared += 1
        said += _quoted("".join(map(_close, reversed(opened[shared:]))), opened)
        if QUOTE in styles and (not said or said.endswith("\n")):
            said += "> "
        shown = "".join(map(_open, styles[shared:])) + _shown(words, styles, fresh=fresh)
        said += _quoted(shown, styles)
        fresh = words.endswith("\n") or RAW in styles
        opened = styles
    return said


def _quoted(written: str, styles: tuple[str, ...]) -> str:
    return written.replace("\n", "\n> ") if QUOTE in styles else written


def _open(style: str) -> str:
    return "[" if style.startswith(LINK) else _OPENS.get(style, "")


def _close(style: str) -> str:
    return f"](<{style.removeprefix(LINK)}>)" if style.startswith(LINK) else _CLOSES.get(style, "")


def _shown(words: str, styles: tuple[str, ...], *, fresh: bool) -> str:
    if _VERBATIM.intersection(styles):
        return words
    linked = any(style.startswith(LINK) for style in styles)
    return literal(words, fresh=fresh, linked=linked)
