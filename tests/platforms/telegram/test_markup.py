import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import text
from bot.platforms.telegram.markup import html, parts

ALLOWED = {"b", "i", "a", "code", "blockquote"}
FAMILY = "👨‍👩‍👧‍👦"


class Reader(HTMLParser):
    """Reads HTML as Telegram does: only known tags, each closed where it should be."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.opened: list[str] = []
        self.links: list[str | None] = []
        self.feed(markup)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert tag not in self.opened  # Telegram nests none of these in itself
        assert not {"code"} & set(self.opened)  # and nothing in code
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.links += [value for _, value in attrs]
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def seen(markup: str) -> str:
    return Reader(markup).words


def units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def bare(words: str) -> str:
    """The words without what cannot be seen."""
    return "".join(sign for sign in words if unicodedata.category(sign)[0] not in "ZC")


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**b** *i* `c` _**both**_", "<b>b</b> <i>i</i> <code>c</code> <i><b>both</b></i>"),
        ("# Head *x* **y**\nnext", "<b>Head <i>x</i> y</b>\n\nnext"),
        ("one\ntwo  \nthree\n\n\nfour", "one\ntwo\nthree\n\nfour"),
        ("a\n\n- x\n- y\n\nb", "a\n\n• x\n• y\n\nb"),
        ("3. x\n4. **y**", "3. x\n4. <b>y</b>"),
        ("- x\n\n- y\n\n  more\n  1. z\n     - deep", "• x\n• y\nmore\n   1. z\n      • deep"),
        ("> q\n> **b**\n>\n> r\n\nend", "<blockquote>q\n<b>b</b>\n\nr</blockquote>\n\nend"),
        ("> a\n> > b", "<blockquote>a\n\nb</blockquote>"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("```\nx < y\n  z\n```", "<code>x &lt; y\n  z</code>"),
        ("**a `c` b**", "<b>a </b><code>c</code><b> b</b>"),
        ("<b>x</b> &amp; & \\*y\\*", "&lt;b&gt;x&lt;/b&gt; &amp; &amp; *y*"),
        ("- \n- x", "• \n• x"),
        ("![a dog](https://example.org/d.png)", "a dog"),
        ("", ""),
    ],
)
def test_small_markdown_becomes_telegrams_html(markdown: str, expected: str) -> None:
    assert html(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('[p](https://e.org/?a=1&b=")', '<a href="https://e.org/?a=1&amp;b=%22">p</a>'),
        ("[**b** `c`](http://e.org)", '<a href="http://e.org"><b>b</b> c</a>'),
        ("[Call us](tel:+441234567)", "Call us (+441234567)"),
        ("[+44 1234 567](tel:+441234567)", "+44 1234 567"),
        ("[Write](mailto:a@e.org?subject=x)", "Write (a@e.org)"),
        ("<https://e.org>", '<a href="https://e.org">https://e.org</a>'),
        ("[here](http://localhost:8080/care)", "here (http://localhost:8080/care)"),
        ("[`c`](tel:112)", "c (112)"),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ("[x](ftp://e.org)", "x"),
        ("[x](/care)", "x"),
    ],
)
def test_only_links_to_the_web_are_links(markdown: str, expected: str) -> None:
    assert html(markdown) == expected


@given(st.text(max_size=300))
def test_what_a_person_typed_stands_letter_by_letter(words: str) -> None:
    shown = Reader(html(text.literal(words)))
    assert shown.words == text.one_line(words)
    assert not shown.links


HOSTILE = [
    *(
        "<b>",
        "</b>",
        "<a href='x'>",
        "&amp;",
        "&lt;",
        "&#60;",
        "<!--",
        "**",
        "*",
        "_",
        "`",
        "```\n",
    ),
    *("[x](https://e.org)", "[x](tel:1)", "> ", "- ", "1. ", "# ", "---\n", "\n", "\n\n", "    "),
    *(
        "שלום",
        "\u202e",
        "مرحبا",
        FAMILY,
        "👍🏽",
        "❤️",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "🇬🇧🇫🇷",
        "e\u0301",
        "\u200b",
        "word ",
        "x" * 40,
    ),
]
markdowns = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(markdowns, st.integers(1, 60) | st.just(4096))
def test_pieces_fit_and_lose_nothing(markdown: str, limit: int) -> None:
    whole, pieces = seen(html(markdown)), [seen(piece) for piece in parts(markdown, limit)]
    assert bare("".join(pieces)) == bare(whole)
    assert all(piece.strip() for piece in pieces)
    assert all(units(piece) <= max(limit, 2) for piece in pieces)


@pytest.mark.parametrize(
    "word", ["x", "<", "👍", FAMILY, "&amp;", "\\*", "é", "ש"], ids=lambda word: repr(word)[:12]
)
def test_a_word_without_an_end_is_cut_all_the_same(word: str) -> None:
    markdown = f"**{word * (20_000 // len(seen(html(word))))}**"
    pieces = parts(markdown)
    assert len(pieces) >= 2
    assert bare("".join(map(seen, pieces))) == bare(seen(html(markdown)))
    assert all(units(seen(piece)) <= 4096 for piece in pieces)
    assert all(units(seen(piece)) > 4000 for piece in pieces[:-1])


def test_a_piece_ends_between_paragraphs_then_lines_then_words() -> None:
    assert parts("one two three\n\nfour five\nsix", 20) == ["one two three", "four five\nsix"]
    assert parts("one two three\nfour five six", 20) == ["one two three", "four five six"]
    assert parts("a\n\none two three four", 14) == ["a\n\none two", "three four"]
    assert parts("one two", 7) == ["one two"]
    assert parts("one two", 3) == ["one", "two"]


def test_what_is_open_at_a_cut_is_closed_and_opened_again() -> None:
    assert parts("> **one [two three](https://e.org) four**", 9) == [
        '<blockquote><b>one <a href="https://e.org">two</a></b></blockquote>',
        '<blockquote><b><a href="https://e.org">three</a></b></blockquote>',
        "<blockquote><b>four</b></blockquote>",
    ]


@pytest.mark.parametrize(
    ("sign", "count"),
    [(FAMILY, 11), ("👍🏽", 4), ("❤️", 2), ("🇬🇧", 4), ("e\u0323\u0301", 3), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 14)],
)
def test_one_sign_is_not_torn_apart(sign: str, count: int) -> None:
    signs = unicodedata.normalize("NFC", sign)
    assert units(signs) <= count
    for limit in range(count, 3 * count):
        for piece in parts(sign * 5, limit):
            assert re.fullmatch(f"(?:{signs})+", piece)


@pytest.mark.parametrize("nothing", ["", " \n\n ", "\u200b", "\u200b\u200b \u2060", "**", "[](x)"])
def test_no_piece_is_empty(nothing: str) -> None:
    assert [seen(piece) for piece in parts(nothing)] == (["**"] if nothing == "**" else [])


def test_half_a_character_does_no_harm() -> None:
    assert html("a \ud83d b") == "a \ufffd b"
