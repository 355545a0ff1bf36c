import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from handlers import when


@pytest.mark.parametrize(
    ("words", "cron"),
    [
        ("daily at 9", "0 9 * * *"),
        ("Every day at 09:30", "30 9 * * *"),
        ("at 9", "0 9 * * *"),
        ("9am daily", "0 9 * * *"),
        ("weekdays at 9", "0 9 * * 1-5"),
        ("weekends at 10", "0 10 * * 6,0"),
        ("Mondays and Thursdays at 18:00", "0 18 * * 1,4"),
        ("thu, mon at 18.05", "5 18 * * 1,4"),
        ("every monday at 7pm", "0 19 * * 1"),
        ("on Sundays at 12 am", "0 0 * * 0"),
        ("each Friday at 12:15 p.m.", "15 12 * * 5"),
        ("saturdays at noon", "0 12 * * 6"),
        ("  30   18 * *  1-5 ", "30 18 * * 1-5"),
        ("0 9-17 * * *", "0 9-17 * * *"),
    ],
)
def test_plain_words_and_cron_lines_are_understood(words: str, cron: str) -> None:
    assert when.parse(words) == cron


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "one time of day"),
        ("weekdays", "one time of day"),
        ("at 9 and at 10", "one time of day"),
        ("daily at 25", "no such time"),
        ("daily at 9:75", "no such time"),
        ("daily at 13pm", "no such time"),
        ("someday at 9", "those days"),
        ("weekdays at 7 in the evening", "those days"),
        ("99 99 * * *", "do not understand"),
        ("0 9 31 2 *", "do not understand"),
    ],
)
def test_what_is_not_understood_gets_examples(words: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem) as refused:
        when.parse(words)
    assert "weekdays at 18:30" in str(refused.value)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * *", "every day at 09:00"),
        ("30 18 * * 1-5", "on weekdays at 18:30"),
        ("0 10 * * 6,0", "on weekends at 10:00"),
        ("0 10 * * 7", "on Sundays at 10:00"),
        ("5 18 * * 1,3,4", "on Mondays, Wednesdays and Thursdays at 18:05"),
        ("0 9-17 * * *", "at the times of `0 9-17 * * *`"),
        ("0 9 * * 2-4", "at the times of `0 9 * * 2-4`"),
    ],
)
def test_a_cron_line_is_said_in_plain_words(cron: str, words: str) -> None:
    assert when.say(cron) == words


@given(
    days=st.sets(st.sampled_from(sorted(when._NAMED)), min_size=1),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
def test_what_is_said_is_understood_again(days: set[str], hour: int, minute: int) -> None:
    cron = when.parse(f"{' and '.join(sorted(days))} at {hour}:{minute:02}")
    assert when.parse(when.say(cron)) == cron


@given(st.text(max_size=60))
def test_any_text_is_a_cron_line_or_a_polite_no(words: str) -> None:
    assert answer(words).count(" ") == 4 or "Try" in answer(words)


def answer(words: str) -> str:
    """Return the cron line, or the sentence for whoever typed it."""
    try:
        return when.parse(words)
    except BadInput as refused:
        return str(refused)


@pytest.mark.parametrize("often", ["* * * * *", "*/30 9 * * *", "0,30 9 * * 1"])
def test_more_than_one_tip_an_hour_is_refused(often: str) -> None:
    with pytest.raises(BadInput, match="one tip an hour"):
        when.parse(often)
    assert when.parse("0 9,12 * * *") == "0 9,12 * * *"
