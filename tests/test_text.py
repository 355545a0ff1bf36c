from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import text


def test_small_markdown_becomes_small_html() -> None:
    shown = text.html("**Hello** [page](https://example.org)\n\n- one\n- two")
    assert "<strong>Hello</strong>" in shown
    assert 'href="https://example.org"' in shown
    assert "noopener" in shown
    assert "<li>one</li>" in shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/t.gif)",
        "<a href='data:text/html,x'>x</a>",
    ],
)
def test_nothing_hostile_becomes_markup(hostile: str) -> None:
    shown = text.html(hostile)
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert 'href="data' not in shown


@given(st.text(max_size=200))
def test_what_a_person_typed_is_shown_letter_by_letter(words: str) -> None:
    shown = text.html(text.literal(words))
    assert not any(f"<{tag}" in shown for tag in ("a", "strong", "em", "ul", "ol", "h2", "code"))


def test_invisible_turning_characters_are_dropped() -> None:
    assert text.clean("a\u202eb\u0000c\r\nd") == "abc\nd"


def test_moments_are_told_as_people_say_them() -> None:
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert text.day_and_time(moment, "Europe/Paris") == "Tuesday 24 November, 10:00"
    assert text.day(moment) == "24 November 2026"
    assert text.plural(1, "tip") == "1 tip"
    assert text.plural(2, "person", "people") == "2 people"


@given(st.text(max_size=200))
def test_plain_words_are_as_they_were_typed(words: str) -> None:
    assert text.plain(text.literal(words)) == text.one_line(words)


def test_plain_words_show_no_marks() -> None:
    assert text.plain("Try **this**: `/tips on`.\n\n*Or not.*") == "Try this: /tips on. Or not."


def test_time_zones_are_named_to_be_read() -> None:
    assert text.zone("America/New_York") == "America/New York"
    assert text.zone("Etc/UTC") == "UTC"
