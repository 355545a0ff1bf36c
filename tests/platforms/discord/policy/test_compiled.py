"""What Discord is given, against the rules' own sentences: Rust's own engine looks at them."""

import re

import pytest

from bot.platforms.discord.policy.compiled import LENGTH, PATTERNS, Compiled, Kind, compiled
from bot.safety import rules
from bot.safety.rules import Rule
from bot.safety.watched import NUMBERS, WATCHED, Watch

GIVEN = {watch.kind: compiled(watch) for watch in WATCHED}
BAD = [(watch.kind, words) for watch in WATCHED for rule in watch.rules for words in rule.bad]
GOOD = [(watch.kind, words) for watch in WATCHED for rule in watch.rules for words in rule.good]


def made(*sources: str, unless: tuple[str, ...] = ()) -> Compiled:
    found = tuple(Rule("a", re.compile(source), ("x",), ("y",)) for source in sources)
    return compiled(Watch("medicine", found, unless))


@pytest.mark.parametrize(("kind", "words"), BAD)
def test_discord_catches_what_a_rule_catches(kind: Kind, words: str) -> None:
    assert GIVEN[kind].catches(words)


@pytest.mark.parametrize(("kind", "words"), GOOD)
def test_discord_lets_through_what_a_rule_lets_through(kind: Kind, words: str) -> None:
    assert not GIVEN[kind].catches(words)


@pytest.mark.parametrize(("kind", "words"), BAD + GOOD)
def test_python_and_rust_read_the_patterns_alike(kind: Kind, words: str) -> None:
    given = GIVEN[kind]
    found = any(re.search(pattern, words, re.IGNORECASE) for pattern in given.patterns)
    assert found == given.catches(words)


def test_the_bots_rules_fit_into_what_discord_takes() -> None:
    assert set(GIVEN) == {"crisis", "contact", "medicine"}
    for given in GIVEN.values():
        assert given.lost == ()
        assert 0 < len(given.patterns) <= PATTERNS
        assert max(map(len, given.patterns)) <= LENGTH


def test_of_a_crisis_nothing_is_lost() -> None:
    assert (GIVEN["crisis"].strict, GIVEN["crisis"].blunt) == (0, 0)


@pytest.mark.parametrize("words", NUMBERS.bad)
def test_numbers_that_discord_knows_are_known_to_the_bot(words: str) -> None:
    assert NUMBERS.finds(words)
    assert rules.contact(words, "GB") == "phone number"


@pytest.mark.parametrize("words", NUMBERS.good)
def test_numbers_that_discord_lets_through_are_none_to_the_bot(words: str) -> None:
    assert rules.contact(words, "GB") == ""


def test_patterns_share_what_discord_takes() -> None:
    assert made(r"\b(?:aa|bb)\b", r"cc|dd").patterns == (r"\b(aa|bb)\b", "cc|dd")


def test_a_long_pattern_takes_single_spaces_only() -> None:
    words = " ".join(["w"] * 100)
    given = made(rf"\b(?:{words})\b")
    assert given.strict == 1
    assert given.catches(words)
    assert given.lost == ()


def test_a_longer_one_does_not_see_a_not_before_it() -> None:
    given = made(rf"\b(?:{'w' * 240})\b", unless=("not", "never"))
    assert (given.blunt, given.strict, given.lost) == (1, 0, ())
    assert given.catches(f"do not {'w' * 240}")


def test_the_longest_goes_in_halves() -> None:
    given = made(rf"\b(?:(?:{'a' * 150}|{'b' * 150}) c)\b")
    assert len(given.patterns) == 2
    assert given.catches(f"{'b' * 150} c")
    assert not given.catches("c")


def test_what_cannot_be_written_for_discord_is_told() -> None:
    assert made("a(?=b)", "c").lost == ("a(?=b)",)
    assert made("a(?=b)", "c").patterns == ("c",)
    assert made("x" * 300).lost == ("x" * 300,)


def test_what_there_is_no_room_for_is_told() -> None:
    given = made("|".join(sign * 200 for sign in "abcdefghijkl"))
    assert len(given.patterns) == PATTERNS
    assert given.lost == ("k" * 200, "l" * 200)
