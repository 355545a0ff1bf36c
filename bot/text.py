"""Words: the bot's small Markdown, made safe for each place that shows it."""

import html as markup
import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "h3", "code", "hr"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufeff]")


def html(markdown: str) -> str:
    """Return the small Markdown as HTML in which only our own few tags can stand."""
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def plain(markdown: str) -> str:
    """Return the words of the small Markdown on one line, for a place that shows plain text."""
    return one_line(markup.unescape(nh3.clean(html(markdown), tags=set())))


def literal(words: str) -> str:
    """Return what a person typed so that Markdown shows it letter by letter."""
    return _SPECIAL.sub(r"\\\1", one_line(words))


def paragraphs(words: str) -> str:
    """Return what a person typed as plain paragraphs, letter by letter."""
    return "\n\n".join(literal(part) for part in words.splitlines() if part.strip())


def one_line(words: str) -> str:
    """Return the words on one line, without invisible control characters."""
    return " ".join(clean(words).split())


def clean(words: str) -> str:
    """Return the words without control characters that hide or turn text; line breaks stay."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", words.replace("\r\n", "\n")))


def day_and_time(moment: datetime, zone: str) -> str:
    """Return a moment as a person says it there: `Tuesday 24 November, 09:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B, %H:%M}"


def day(moment: datetime, zone: str = "UTC") -> str:
    """Return a day as a person writes it: `24 November 2026`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def zone(name: str) -> str:
    """Return a time zone's name to be read: `Europe/London`, `America/New York`, `UTC`."""
    return name.removeprefix("Etc/").replace("_", " ")


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 tip` or `2 tips`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
