"""Markup: the bot's small Markdown as Discord's, in pieces that Discord takes.

Discord knows headings of three sizes, lists, quotes of one depth, code, and links to the web with
words of their own in what a bot says; a rule becomes dashes. Of another link, and of one whose
words look like another address, the reader sees where it leads.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot import text
from bot.pieces import Span, spans, units
from bot.platforms.discord.signs import (
    BLOCK,
    BOLD,
    CODE,
    ITALIC,
    LINK,
    QUOTE,
    RAW,
    Run,
    is_code,
    written,
)

LIMIT = 2000
LONGEST_LINK = 1000  # a longer one leaves no room for words
RULE = "———"
HEADINGS = {"h1": "## ", "h2": "### "}  # the largest of Discord's would shout
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_SPOKEN = re.compile(r"(?:tel:|mailto:)([^?]+)|(https?:.+)", re.IGNORECASE)
_HALF = re.compile("[\ud800-\udfff]")


def markdown(small: str) -> str:
    """Return the small Markdown as Discord's, in one piece."""
    return written(_read(small).runs)


def parts(small: str, limit: int = LIMIT) -> list[str]:
    """Return the small Markdown as pieces of Discord's, none longer than Discord takes.

    What is counted is what is sent, signs and all, in UTF-16 units.
    """
    writer = _read(small)
    words = "".join(run.words for run in writer.runs)

    def piece(start: int, end: int) -> str:
        return written(_between(writer.runs, start, end))

    def fits(start: int, end: int) -> bool:
        return units(piece(start, end)) <= limit

    return [piece(*span) for span in spans(words, fits, writer.solid)]


def _read(small: str) -> "_Writer":
    writer = _Writer()
    writer.write(_MARKDOWN.parse(_HALF.sub("\ufffd", text.clean(small))))
    return writer


class _Writer:
    """Turns Markdown's tokens into runs, and notes what should stay in one piece."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.solid: list[Span] = []
        self._length = 0
        self._quoted = self._quoted_before = 0
        self._styles: list[str] = []
        self._items: list[int | None] = []  # for each open list its next number, None for bullets
        self._gap = 0
        self._fresh = True  # whether a paragraph follows where we are, without a line break
        self._link, self._label, self._begin = "", "", 0

    def write(self, tokens: Iterable[Token]) -> None:
        several = [*tokens]
        for number, token in enumerate(several):
            if token.type == "link_open":
                self._label = _label(several[number + 1 :])
            if act := _ACTS.get(token.type):
                act(self, token)

    def say(self, words: str, *styles: str, indent: int | None = None) -> None:
        """Add words, after the line breaks that are due before them."""
        if not words:
            return
        if self._gap:
            within = min(self._quoted_before, self._quoted)
            self._add(Run("\n" * self._gap, (QUOTE,) if within else ()))
            depth = self._indent if indent is None else indent
            self._add(Run(" " * depth, ((QUOTE,) if self._quoted else ()) + (RAW,)))
        quote = [QUOTE] if self._quoted else []
        self._add(Run(words, tuple(dict.fromkeys([*quote, *(styles or self._styles)]))))
        self._gap, self._quoted_before, self._fresh = 0, self._quoted, False

    def _add(self, run: Run) -> None:
        if run.words:
            self.runs.append(run)
            self._length += len(run.words)

    @property
    def _indent(self) -> int:
        """Return how far in words stand that belong to the item of a list."""
        return sum(2 if number is None else len(f"{number}. ") for number in self._items)

    def part(self, lines: int = 2) -> None:
        """Part what comes from what was; inside lists everything stands close together."""
        if not self._fresh:
            self._gap = max(self._gap, 1 if self._items else lines)

    def paragraph(self, _: Token) -> None:
        self.part()

    def heading(self, token: Token) -> None:
        self.part()
        size = "" if self._items else HEADINGS.get(token.tag, "")
        if size:
            self.say(size, RAW)
        self._styles.append("" if size else BOLD)

    def rule(self, _: Token) -> None:
        self.part()
        self.say(RULE)

    def block(self, token: Token) -> None:
        self.part()
        self._whole(token.content.rstrip("\n"), BLOCK)

    def quote(self, _: Token) -> None:
        self.part()
        self._quoted += 1

    def end_quote(self, _: Token) -> None:
        self._quoted -= 1

    def list(self, token: Token) -> None:
        self.part()
        is_numbered = token.type == "ordered_list_open"
        self._items.append(int(token.attrs.get("start", 1)) if is_numbered else None)

    def item(self, _: Token) -> None:
        self.part(1)
        number = self._items.pop()
        outer = self._indent
        self._items.append(None if number is None else number + 1)
        self.say("- " if number is None else f"{number}. ", RAW, indent=outer)
        self._fresh = True

    def end_item(self, _: Token) -> None:
        self._fresh = False

    def end_list(self, _: Token) -> None:
        self._items.pop()

    def inline(self, token: Token) -> None:
        self.write(token.children or ())

    def words(self, token: Token) -> None:
        self.say(token.content)

    def line(self, _: Token) -> None:
        self.say("\n")
        self.say(" " * self._indent, RAW)

    def code(self, token: Token) -> None:
        # Signs inside code stand as they are, those of a link too; a link matters more.
        if self._link:
            self.say(token.content)
        else:
            self._whole(token.content, CODE)

    def _whole(self, words: str, style: str) -> None:
        styles = [*self._styles, style] if is_code(words) else self._styles
        self.say(words, *styles)
        self.solid.append((self._length - len(words), self._length))

    def style(self, token: Token) -> None:
        self._styles.append(ITALIC if token.type == "em_open" else BOLD)

    def end_style(self, _: Token) -> None:
        self._styles.pop()

    def link(self, token: Token) -> None:
        self._link = str(token.attrs.get("href", ""))
        self._begin = self._length
        if self._masks:
            self._styles.append(f"{LINK}{self._link}")

    @property
    def _masks(self) -> bool:
        """Tell whether Discord takes a link with words of its own."""
        is_short = units(self._link) <= LONGEST_LINK
        return bool(_WEB.match(self._link)) and is_short and "://" not in self._label

    def end_link(self, _: Token) -> None:
        if self._masks:
            self._styles.pop()
            self.solid.append((self._begin, self._length))
        elif match := _SPOKEN.match(self._link):
            where = match[2] or unquote(match[1])
            if _bare(where) not in _bare(self._label) and units(where) <= LONGEST_LINK:
                self.say(f" ({where})")
        self._link = ""


_ACTS: dict[str, Callable[[_Writer, Token], None]] = {
    "paragraph_open": _Writer.paragraph,
    "heading_open": _Writer.heading,
    "heading_close": _Writer.end_style,
    "hr": _Writer.rule,
    "fence": _Writer.block,
    "code_block": _Writer.block,
    "blockquote_open": _Writer.quote,
    "blockquote_close": _Writer.end_quote,
    "bullet_list_open": _Writer.list,
    "ordered_list_open": _Writer.list,
    "bullet_list_close": _Writer.end_list,
    "ordered_list_close": _Writer.end_list,
    "list_item_open": _Writer.item,
    "list_item_close": _Writer.end_item,
    "inline": _Writer.inline,
    "text": _Writer.words,
    "image": _Writer.words,
    "softbreak": _Writer.line,
    "hardbreak": _Writer.line,
    "code_inline": _Writer.code,
    "strong_open": _Writer.style,
    "strong_close": _Writer.end_style,
    "em_open": _Writer.style,
    "em_close": _Writer.end_style,
    "link_open": _Writer.link,
    "link_close": _Writer.end_link,
}


def _label(tokens: Iterable[Token]) -> str:
    """Return the words of a link that has just been opened."""
    said = ""
    for token in tokens:
        if token.type == "link_close":
            break
        said += token.content
    return said


def _bare(words: str) -> str:
    return re.sub(r"\W", "", words).lower()


def _between(runs: Iterable[Run], start: int, end: int) -> Iterator[Run]:
    """Yield what stands between two places of the whole text."""
    at = 0
    for words, styles in runs:
        if here := words[max(0, start - at) : max(0, end - at)]:
            yield Run(here, styles)
        at += len(words)
