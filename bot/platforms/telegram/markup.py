"""Markup: the bot's small Markdown as Telegram's small HTML, in pieces that Telegram takes.

Telegram knows no paragraphs, lists, headings or rules, so those become line breaks, bullets, bold
words and dashes. It follows links to the web only; of another link the reader sees where it leads
(phones make numbers and mail addresses into links by themselves). What people typed can never
become a tag.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot import text
from bot.pieces import spans, units

LIMIT = 4096
RULE = "———"
INDENT = "   "
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
_WEB = re.compile(r"https?://[^\s/]+\.\S", re.IGNORECASE)  # Telegram wants a dot in the host
_SPOKEN = re.compile(r"(?:tel:|mailto:)([^?]+)|(https?:.+)", re.IGNORECASE)
_HALF = re.compile("[\ud800-\udfff]")


class Run(NamedTuple):
    """Words that stand under the same tags, the outermost tag first."""

    words: str
    tags: tuple[str, ...]


def html(markdown: str) -> str:
    """Return the small Markdown as Telegram HTML in which only our own few tags can stand."""
    return _html(_runs(markdown))


def parts(markdown: str, limit: int = LIMIT) -> list[str]:
    """Return the small Markdown as pieces of HTML, none longer than Telegram takes.

    `limit` is in UTF-16 units of what the reader sees, as Telegram counts. A piece ends between
    paragraphs if it can, else between lines, else between words.
    """
    runs = _runs(markdown)
    words = "".join(run.words for run in runs)

    def fits(start: int, end: int) -> bool:
        return units(words[start:end]) <= limit  # as Telegram counts

    return [_html(_between(runs, *span)) for span in spans(words, fits)]


def _runs(markdown: str) -> list[Run]:
    writer = _Writer()
    writer.write(_MARKDOWN.parse(_HALF.sub("\ufffd", text.clean(markdown))))
    return writer.runs


class _Writer:
    """Turns Markdown's tokens into runs."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._quotes: tuple[str, ...] = ()
        self._quotes_before: tuple[str, ...] = ()
        self._styles: list[str] = []
        self._items: list[int | None] = []  # for each open list its next number, None for bullets
        self._gap = 0
        self._fresh = True  # whether a paragraph follows where we are, without a line break
        self._link, self._label = "", 0

    def write(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            if act := _ACTS.get(token.type):
                act(self, token)

    def say(self, words: str, *styles: str) -> None:
        """Add words, after the line breaks that are due before them."""
        if not words:
            return
        if self._gap:
            within = min(self._quotes_before, self._quotes, key=len)
            self.runs.append(Run("\n" * self._gap, within))
        tags = dict.fromkeys([*self._quotes, *(styles or self._styles)])
        self.runs.append(Run(words, tuple(tags)))
        self._gap, self._quotes_before, self._fresh = 0, self._quotes, False

    def part(self, lines: int = 2) -> None:
        """Part what comes from what was; inside lists everything stands close together."""
        if not self._fresh:
            self._gap = max(self._gap, 1 if self._items else lines)

    def paragraph(self, _: Token) -> None:
        self.part()

    def heading(self, token: Token) -> None:
        self.part()
        self.style(token)

    def rule(self, _: Token) -> None:
        self.part()
        self.say(RULE)

    def block(self, token: Token) -> None:
        self.part()
        self.say(token.content.rstrip("\n"), "code")

    def quote(self, _: Token) -> None:
        self.part()
        self._quotes = (*self._quotes, "blockquote")

    def end_quote(self, _: Token) -> None:
        self._quotes = self._quotes[:-1]

    def list(self, token: Token) -> None:
        self.part()
        is_numbered = token.type == "ordered_list_open"
        self._items.append(int(token.attrs.get("start", 1)) if is_numbered else None)

    def item(self, _: Token) -> None:
        self.part(1)
        number = self._items[-1]
        if number is not None:
            self._items[-1] = number + 1
        self.say(INDENT * (len(self._items) - 1) + ("• " if number is None else f"{number}. "))
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

    def code(self, token: Token) -> None:
        # Telegram allows nothing inside code and code inside nothing else; a link matters more.
        self.say(token.content, *(self._styles if self._link else ["code"]))

    def style(self, token: Token) -> None:
        self._styles.append("i" if token.type == "em_open" else "b")

    def end_style(self, _: Token) -> None:
        self._styles.pop()

    def link(self, token: Token) -> None:
        self._link, self._label = str(token.attrs.get("href", "")), len(self.runs)
        if _WEB.match(self._link):
            self._styles.append(f'a href="{escape(self._link)}"')

    def end_link(self, _: Token) -> None:
        if _WEB.match(self._link):
            self._styles.pop()
        elif match := _SPOKEN.match(self._link):
            where = unquote(match[1] or match[2])
            label = "".join(run.words for run in self.runs[self._label :])
            if _bare(where) not in _bare(label):
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


def _bare(words: str) -> str:
    return re.sub(r"\W", "", words).lower()


def _html(runs: Iterable[Run]) -> str:
    """Write runs as HTML: what two neighbours share stays open from one to the next."""
    written: list[str] = []
    opened: tuple[str, ...] = ()
    for words, tags in (*runs, Run("", ())):
        shared = 0
        while shared < min(len(opened), len(tags)) and opened[shared] == tags[shared]:
            shared += 1
        written += [f"</{tag.split()[0]}>" for tag in reversed(opened[shared:])]
        written += [f"<{tag}>" for tag in tags[shared:]]
        written.append(escape(words, quote=False))
        opened = tags
    return "".join(written)


def _between(runs: Iterable[Run], start: int, end: int) -> Iterator[Run]:
    """Yield what stands between two places of the whole text."""
    at = 0
    for words, tags in runs:
        if here := words[max(0, start - at) : max(0, end - at)]:
            yield Run(here, tags)
        at += len(words)
