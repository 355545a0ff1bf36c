"""Patterns of Python's in pieces for Rust's engine, which is asked itself: pydantic brings it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import SchemaError

from bot.platforms.discord.policy import patterns
from bot.platforms.discord.policy.compiled import matches

NEITHER = ("not", "never", "n't")


def finds(pattern: str, words: str) -> bool:
    """Ask Rust's engine and Python's, which must agree."""
    found = matches(pattern, words)
    assert found == (re.search(pattern, words, re.IGNORECASE) is not None)
    return found


def only(pattern: str, unless: tuple[str, ...] = ()) -> str:
    (piece,) = patterns.pieces(pattern, unless)
    return piece.pattern


def test_rust_itself_refuses_to_look_around() -> None:
    with pytest.raises(SchemaError, match="look-around"):
        matches("a(?!b)", "a")
    assert patterns.looks_around("a(?<!b)c")
    assert not patterns.looks_around(r"a(?:b|\(?c)")


def test_each_alternative_is_a_piece_between_ends_of_words() -> None:
    found = patterns.pieces(r"\b(?:want (?:to )?die|sui[ -]cide|a|b)\b")
    assert [piece.core for piece in found] == ["want (to )?die", "sui[ -]cide", "a", "b"]
    assert patterns.join(found[:2]) == r"\b(want\s+(to\s+)?die|sui[\s-]cide)\b"
    assert patterns.join([patterns.Piece("a"), patterns.Piece("b")]) == "a|b"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\b(?:want to die)\b", "I WANT\nto   die."),
        (r"\b(?:any ?more)\b", "anymore"),
        (r"\b(?:don['’]?t)\b", "don`t"),
        (r"\b(?:don['’]?t)\b", "dont"),
        (r"[a-z]{1,64}@[a-z]{1,63}", "a" * 70 + "@b"),
        (r"\(?\b0\d", "(01"),
    ],
)
def test_a_piece_finds_what_people_type(pattern: str, words: str) -> None:
    assert finds(only(pattern), words)


def test_a_strict_piece_is_shorter_and_takes_one_space() -> None:
    (piece,) = patterns.pieces(r"\b(?:want to die)\b")
    strict = patterns.Piece(piece.core, piece.head, piece.tail, strict=True)
    assert len(strict.pattern) < len(piece.pattern)
    assert finds(strict.pattern, "want to die")
    assert not finds(strict.pattern, "want  to die")


@pytest.mark.parametrize(
    "words",
    ["to live.", "to live", "to live, on soup", "to live  officially", "to live o", "to live ones",
     "to live\nnea", "to live nearby", "to live i", "to live any longer", "to live  "],
)  # fmt: skip
def test_what_may_follow_still_may_without_looking_ahead(words: str) -> None:
    assert finds(only(r"\b(?:live(?! (?:on|in|off|near)\b))\b"), words)


@pytest.mark.parametrize(
    "words", ["to live on soup", "to live  OFF the grid", "to live in", "to live near.", "alive"]
)
def test_what_may_not_follow_still_may_not(words: str) -> None:
    assert not finds(only(r"\b(?:live(?! (?:on|in|off|near)\b))\b"), words)


@pytest.mark.parametrize(
    "words",
    ["stop it", "now stop it", "(stop it)", "Yes! Stop it", "or stop it", "at stop it",
     "just stop it", "over stop it", "dot stop it", "it is 3 stop it",
     "wait, stop it", "can't. stop it"],
)  # fmt: skip
def test_what_may_stand_before_still_may(words: str) -> None:
    assert finds(only(r"\b(?:stop it)\b", NEITHER), words)


@pytest.mark.parametrize(
    "words",
    ["do not stop it", "DO NOT  stop it", "don't stop it", "don’t\nstop it", "never stop it",
     "can’t stop it", "nonstop it"],
)  # fmt: skip
def test_what_may_not_stand_before_still_may_not(words: str) -> None:
    assert not finds(only(r"\b(?:stop it)\b", NEITHER), words)


def test_halves_find_together_what_the_whole_finds() -> None:
    whole = patterns.Piece("(a|b|c)(longer|longest|x)(never|split)?", r"\b", r"\b")
    halves = whole.halves()
    assert halves is not None
    assert [half.core for half in halves] == [
        "(a|b|c)(longer)(never|split)?",
        "(a|b|c)(longest|x)(never|split)?",
    ]
    assert patterns.Piece("(never|split)? [(|] (once)").halves() is None


WORD = st.text("abn", min_size=1, max_size=4)


@given(st.lists(WORD, min_size=1, max_size=4, unique=True), st.text("abn ,", max_size=8))
def test_no_word_is_mistaken_for_another(words: list[str], rest: str) -> None:
    told = "x" + rest
    ahead = rf"\bx\b(?!\s+(?:{'|'.join(words)})\b)"
    written = rf"\bx{patterns.before_none_of(words)}"
    assert finds(written, told) == (re.search(ahead, told) is not None)


@given(st.lists(WORD, min_size=1, max_size=4, unique=True), st.text("abn ,", max_size=8))
def test_no_ending_is_mistaken_for_another(endings: list[str], rest: str) -> None:
    told = " " + rest + " x"
    ends = rest.rstrip().endswith(tuple(endings))
    assert finds(rf"{patterns.after_none_of(endings)}x\b", told) == (not ends)
