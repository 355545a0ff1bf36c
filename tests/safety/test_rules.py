from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety import rules

RULES = [rules.CRISIS, rules.MEDICINE, rules.DOSING, rules.EMAIL]


@pytest.mark.parametrize(("rule", "words"), [(r, w) for r in RULES for w in r.bad])
def test_a_rule_catches_its_bad_sentences(rule: rules.Rule, words: str) -> None:
    assert rule.finds(words)


@pytest.mark.parametrize(("rule", "words"), [(r, w) for r in RULES for w in r.good])
def test_a_rule_lets_its_good_sentences_through(rule: rules.Rule, words: str) -> None:
    found = {
        "crisis": rules.crisis,
        "medicine advice": rules.medicine,
        "dosing advice": rules.medicine,
        "e-mail address": rules.EMAIL.finds,
    }[rule.name]
    assert not found(words)


def test_every_rule_has_sentences_of_both_kinds() -> None:
    assert all(rule.bad and rule.good for rule in RULES)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("call me on 07700 900123", "phone number"),  # not in use, but who knows that
        ("my number is 555-010-4477", "phone number"),
        ("+44 7700 900 123 any time", "phone number"),
        ("call me on 020 7946 0018", "phone number"),
        ("ring +49 30 901820 please", "phone number"),
        ("my mail is ana@example.org", "e-mail address"),
        ("my calprotectin went from 1450 to 230", ""),
        ("blood pressure 145/90, pulse 72", ""),
        ("my appointment is on 24.11.2026 at 10:30", ""),
        ("Samaritans are there on 116 123", ""),
    ],
)
def test_contact_details_are_found_and_numbers_of_health_are_not(words: str, found: str) -> None:
    assert rules.contact(words, "GB") == found


def test_a_very_long_text_takes_no_longer_than_a_long_one() -> None:
    assert not rules.crisis("a" * 1_000_000)
    assert rules.contact("1 " * 200_000, "GB") == ""


@pytest.mark.parametrize(
    "words",
    [
        "I want to  die", "I want\nto\tdie", "I want to d\u00adie", "I want\u200b to die",
        "I don`t want to be here anymore", "\uff53uicide", "want to\u3164 die",
    ],
)  # fmt: skip
def test_words_of_crisis_are_found_however_they_are_typed(words: str) -> None:
    assert rules.crisis(words)


@pytest.mark.parametrize(
    "words",
    ["ana\u200b@exa\u2060mple\u00ad.org", "ana\uff20example\uff0eorg", "a\ufe0fna@example.org"],
)
def test_unseen_and_wide_signs_do_not_hide_an_address(words: str) -> None:
    assert rules.contact(words, "GB") == "e-mail address"


def test_unseen_signs_do_not_hide_advice_about_medicines() -> None:
    assert rules.medicine("You should  st\u200bop\ntaking your meds")


ATOMS = (
    *("a", "a.", "@", "a@b.", "my ", "not ", "n't ", "1 ", "+44 ", "(0", "\u200b", "\n", "\ufdfa"),
    *("take too many ", "the box of ", "you can just stop ", "cure your ", "don`t want to "),
)


@settings(max_examples=40, deadline=timedelta(seconds=2))
@given(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=6), st.integers(1, 20_000))
def test_no_words_take_long_to_look_at(atoms: list[str], times: int) -> None:
    words = "".join(atoms) * times
    assert rules.crisis(words) in {True, False}
    assert rules.medicine(words) in {True, False}
    assert rules.contact(words, "GB") in {"", "phone number", "e-mail address"}
