import pytest

from bot.safety import rules

RULES = [rules.CRISIS, rules.MEDICINE, rules.EMAIL]


@pytest.mark.parametrize(("rule", "words"), [(r, w) for r in RULES for w in r.bad])
def test_a_rule_catches_its_bad_sentences(rule: rules.Rule, words: str) -> None:
    assert rule.finds(words)


@pytest.mark.parametrize(("rule", "words"), [(r, w) for r in RULES for w in r.good])
def test_a_rule_lets_its_good_sentences_through(rule: rules.Rule, words: str) -> None:
    found = {
        "crisis": rules.crisis,
        "medicine advice": rules.medicine,
        "e-mail address": rules.EMAIL.finds,
    }[rule.name]
    assert not found(words)


def test_every_rule_has_sentences_of_both_kinds() -> None:
    assert all(rule.bad and rule.good for rule in RULES)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("call me on 07700 900123", ""),  # kept for fiction: not a number that anybody has
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
