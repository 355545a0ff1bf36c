"""Sections: a Markdown file cut at its `## ` titles, with the +++ block of each.

## Title of the item
+++
id = "…"            (TOML)
+++
Body, until the next `## `. What stands before the first title is a note for editors.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

_PARTS = {"paragraph", "bullet_list", "ordered_list", "list_item"}
_WORDS = {"text", "softbreak", "hardbreak", "strong", "em", "link", "text_special"}
_BAD_HEADING = re.compile(r"#{1,6}\S")


@dataclass(frozen=True, slots=True)
class Section:
    """One item of a Markdown file; lines are counted from 1. `block` is None when there is none."""

    title: str
    line: int
    block: str | None
    block_line: int
    closed: bool
    body: str
    tokens: tuple[Token, ...]


def sections(text: str) -> list[Section]:
    """Return the items of a Markdown file, in their order."""
    lines = text.split("\n")
    tokens = _parser().parse(text)
    starts = [at for at, token in enumerate(tokens) if _is_title(token)]
    ends = [*starts, len(tokens)][1:]
    return [
        _section(tokens[start:end], lines, _first(tokens[end]) if end < len(tokens) else len(lines))
        for start, end in zip(starts, ends, strict=True)
    ]


def body_problems(section: Section) -> Iterator[tuple[int, str]]:
    """Yield the line and the reason for whatever is more than plain Markdown in the body."""
    line = section.line
    for token in section.tokens:
        line = token.map[0] + 1 if token.map else line
        if token.type == "inline":
            yield from _inline_problems(token, line)
        elif token.type == "html_block":
            yield line, "raw HTML is not allowed"
        elif token.nesting >= 0 and token.type.removesuffix("_open") not in _PARTS:
            yield line, f"only paragraphs, lists, bold and links are allowed, not {_name(token)}"


def _inline_problems(inline: Token, line: int) -> Iterator[tuple[int, str]]:
    for token in inline.children or ():
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "html_inline":
            yield line, "raw HTML is not allowed"
        elif kind not in _WORDS:
            yield line, f"only bold, emphasis and links are allowed in the text, not {_name(token)}"
        elif token.type == "link_open" and urlsplit(str(token.attrGet("href"))).scheme != "https":
            yield line, "a link must begin with https://"
        elif token.type == "text" and _BAD_HEADING.match(token.content):
            yield line, "a title needs a space after ##"
        elif token.type == "text" and "](" in token.content:
            yield line, "a link must be written [words](https://address)"
        line += kind in {"softbreak", "hardbreak"}


def _section(tokens: list[Token], lines: list[str], end: int) -> Section:
    rest = tokens[3:]  # heading_open, inline, heading_close
    block = rest[0] if rest and rest[0].type == "pack_block" else None
    body = rest[1:] if block else rest
    start = (block or tokens[0]).map or [0, 0]
    return Section(
        title=tokens[1].content.strip(),
        line=_first(tokens[0]) + 1,
        block=block.content if block else None,
        block_line=_first(block) + 2 if block else _first(tokens[0]) + 1,
        closed=bool(block and block.meta["closed"]),
        body="\n".join(lines[start[1] : end]).strip(),
        tokens=tuple(body),
    )


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "pack_block", _block, interrupts)
    return parser


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `+++ … +++` out of the Markdown, as a rule of the Markdown parser."""
    if state.level or state.is_code_block(start) or not _fence(state, start):
        return False
    if silent:
        return True
    last = next((at for at in range(start + 1, end) if _fence(state, at)), end)
    token = state.push("pack_block", "", 0)
    token.content = state.getLines(start + 1, last, 0, keepLastLF=True)
    token.map = [start, last + 1]
    token.meta = {"closed": last < end}
    state.line = min(last + 1, end)
    return True


def _fence(state: StateBlock, line: int) -> bool:
    return state.src[state.bMarks[line] : state.eMarks[line]].rstrip() == "+++"


def _is_title(token: Token) -> bool:
    return token.type == "heading_open" and token.markup == "##" and token.level == 0


def _first(token: Token) -> int:
    return token.map[0] if token.map else 0


def _name(token: Token) -> str:
    names = {"heading": "another heading", "fence": "code", "code_inline": "code"}
    names |= {"code_block": "code (an indented text)", "hr": "a line", "pack_block": "a second +++"}
    kind = token.type.removesuffix("_open")
    return names.get(kind, kind.replace("_", " "))
