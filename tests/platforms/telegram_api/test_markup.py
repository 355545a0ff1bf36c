import pytest

from tests.platforms.telegram_api.errors import Violation
from tests.platforms.telegram_api.markup import found_in, read_html, trimmed, units

GOOD = [
    ("plain & simple > all", "plain & simple > all", []),
    ("&lt;b&gt; &amp;amp; &#65;&#x42; &nope;", "<b> &amp; AB &nope;", []),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("😀<u>x</u>", "😀x", [("underline", 2, 1)]),
    ('<a href="https://e.org/?a=1&amp;b=2">l</a>', "l", [("text_link", 0, 1)]),
    ('<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>', "st", None),
    ("<pre><code class='language-py'>x</code></pre>", "x", [("pre", 0, 1), ("code", 0, 1)]),
    ("<B>x</B><s></s>", "x", [("bold", 0, 1)]),
    ('<a href="nowhere">x</a>', "x", []),
    ("<blockquote expandable>q</blockquote>", "q", [("blockquote", 0, 1)]),
]
BAD = [
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    ("é<b>a</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
    ("1 < 2", "Unclosed start tag at byte offset 2"),
    ("a < b > c", 'Unsupported start tag "" at byte offset 2'),
    ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("<b>a</b", "Unclosed end tag at byte offset 4"),
    ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
]


@pytest.mark.parametrize(("source", "text", "entities"), GOOD)
def test_good_html_is_read(
    source: str, text: str, entities: list[tuple[str, int, int]] | None
) -> None:
    plain, found = read_html(source)
    assert plain == text
    if entities is not None:
        assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


@pytest.mark.parametrize(("source", "words"), BAD)
def test_bad_html_is_refused_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(Violation) as caught:
        read_html(source)
    assert caught.value.text == f"Bad Request: can't parse entities: {words}"


def test_a_link_keeps_its_address() -> None:
    _, (link,) = read_html('<a href="https://e.org/?a=1&amp;b=2">l</a>')
    assert link["url"] == "https://e.org/?a=1&b=2"


def test_white_space_at_the_ends_is_cut_and_entities_move() -> None:
    text, entities = trimmed("  ab ", [{"type": "bold", "offset": 1, "length": 3}])
    assert (text, entities) == ("ab", [{"type": "bold", "offset": 0, "length": 2}])
    assert trimmed(" ", [{"type": "bold", "offset": 0, "length": 1}]) == ("", [])


def test_commands_addresses_and_names_are_marked() -> None:
    found = found_in("/ask@my_bot see https://e.org/a/b. @ana_1 1/2 a@b.example")
    assert [(one["type"], one["offset"], one["length"]) for one in found] == [
        ("bot_command", 0, 11),
        ("url", 16, 17),
        ("mention", 35, 6),
    ]
    assert units("a😀") == 3
