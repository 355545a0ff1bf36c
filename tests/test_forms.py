import pytest

from bot import forms
from bot.actions import Choice, Form, Question
from bot.errors import BadInput


def form(**question: object) -> Form:
    return Form(
        title="T", fields=(Question.model_validate({"name": "a", "label": "A"} | question),)
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({"kind": "text"}, "hello"),
        ({"kind": "choice", "options": (Choice(value="x", label="X"),)}, "x"),
        ({"kind": "date"}, "2026-11-30"),
        ({"kind": "time"}, "09:30"),
        ({"kind": "number"}, "12"),
        ({"kind": "url"}, "https://example.org/a?b=c"),
        ({"kind": "check"}, "yes"),
    ],
)
def test_a_good_answer_is_kept(question: dict[str, object], answer: str) -> None:
    assert forms.check(form(**question), {"a": f" {answer} "}) == {"a": answer}


@pytest.mark.parametrize(
    ("question", "answer", "problem"),
    [
        ({}, "", "needs an answer"),
        ({}, "\u202e\u0000", "needs an answer"),
        ({"max": 3}, "four", "too long"),
        ({"kind": "choice", "options": (Choice(value="x", label="X"),)}, "y", "choices"),
        ({"kind": "date"}, "30/11", "2026-11-30"),
        ({"kind": "time"}, "nine", "09:30"),
        ({"kind": "number"}, "-1", "whole number"),
        ({"kind": "number"}, "٣", "whole number"),
        ({"kind": "url"}, "javascript:alert(1)", "https"),
        ({"kind": "url"}, "https://exam ple.org", "https"),
        ({"kind": "url"}, "https://[::1", "https"),
        ({"kind": "url"}, "https://localhost", "https"),
    ],
)
def test_a_bad_answer_is_refused_in_words(
    question: dict[str, object], answer: str, problem: str
) -> None:
    with pytest.raises(BadInput, match=problem) as caught:
        forms.check(form(**question), {"a": answer})
    assert caught.value.field == "a"


def test_what_may_be_left_empty_is_empty() -> None:
    assert forms.check(form(required=False), {}) == {"a": ""}


def test_a_form_comes_back_filled_with_its_problem() -> None:
    again = forms.again(form(max=10), {"a": "typed"}, BadInput("Not so.", "a"))
    assert again.fields[0].value == "typed"
    assert again.fields[0].error == "Not so."


def test_a_problem_stands_beside_its_question_without_marks() -> None:
    again = forms.again(form(), {}, BadInput(r"That is **there**: “a\_b \(2026\)”.", "a"))
    assert again.fields[0].error == "That is there: “a_b (2026)”."


def test_one_answer_is_checked_as_the_whole_form_would() -> None:
    question = form(max=5).fields[0]
    assert forms.check_one(question, " a\u202eb ") == "ab"
    with pytest.raises(BadInput, match="at most 5") as caught:
        forms.check_one(question, "too long")
    assert caught.value.field == "a"
