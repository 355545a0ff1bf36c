import pytest

from bot import text
from bot.actions import Button, Choice, Form, Question
from bot.platforms.telegram import questions
from tests.platforms.telegram.chats import form, question

TOPICS = (Choice(value="sleep", label="Sleep"), Choice(value="food", label="Food & drink"))


def labels(form: Form, at: int, answers: dict[str, str] | None = None) -> list[list[str]]:
    rows = questions.buttons("abcd1234", form, at, answers or {})
    return [[button.label for button in row] for row in rows]


def words(form: Form, at: int, *, opening: bool = False, problem: str = "") -> str:
    return text.plain(questions.words(form, at, {}, opening=opening, problem=problem))


def test_the_first_question_brings_the_title_and_the_introduction() -> None:
    asked = form(question("name"), question("age"), title="Join *us*", intro="Read **this**.")
    assert words(asked, 0, opening=True).startswith("Join *us* Read this. Question 1 of 2 Name")
    assert words(asked, 0).startswith("Question 1 of 2")
    assert words(asked, 1, opening=True).startswith("Join *us* Question 2 of 2 Age")


def test_a_single_question_is_not_counted() -> None:
    assert words(form(question("name")), 0) == "Name Please type it here."


@pytest.mark.parametrize(
    ("kind", "example"),
    [("date", "2026-11-30"), ("time", "09:30"), ("number", "7"), ("url", "https://www.ex")],
)
def test_a_question_shows_help_and_an_example(kind: str, example: str) -> None:
    said = words(form(question("a", kind=kind, help="As it is *there*")), 0)
    assert "As it is *there* Please type" in said
    assert example in said


def test_a_problem_stands_above_its_question() -> None:
    assert words(form(question("name")), 0, problem="Too _long_.").startswith("Too _long_. Name")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question("a"), []),
        (question("a", required=False), ["Skip"]),
        (question("a", value="old"), ["Keep “old”"]),
        (question("a", value="old", error="No."), []),
        (question("a", kind="number", value="not one"), []),
        (question("a", kind="check"), ["I agree"]),
        (question("a", kind="check", required=False, value="yes"), ["I agree", "Skip"]),
        (question("a", kind="choice", options=TOPICS), ["Sleep", "Food & drink"]),
        (
            question("a", kind="choice", options=TOPICS, value="food", required=False),
            ["Sleep", "Food & drink", "Keep “Food & drink”", "Skip"],
        ),
    ],
)
def test_what_can_be_pressed_has_a_button(asked: Question, expected: list[str]) -> None:
    assert labels(form(asked), 0) == [*[[label] for label in expected], ["Cancel"]]
    second = labels(form(question("first"), asked), 1)
    assert second == [*[[label] for label in expected], ["Back", "Cancel"]]


def test_an_answer_given_before_is_offered_and_cut() -> None:
    assert labels(form(question("a", value="old")), 0, {"a": "word " * 20})[0] == [
        "Keep “word word word word word word…”"
    ]


def test_the_summary_shows_every_answer_letter_by_letter() -> None:
    asked = form(
        question("name"), question("topic", kind="choice", options=TOPICS),
        question("consent", kind="check"), question("note", required=False), submit="Open *it*",
    )  # fmt: skip
    answers = {"name": "**A**\n[x](y)" + "z" * 200, "topic": "food", "consent": "yes", "note": ""}
    said = questions.words(asked, 4, answers, opening=False)
    assert text.plain(said) == (
        "Please look at your answers. Is everything right? "
        f"Name: **A** [x](y){'z' * 137}… Topic: Food & drink Consent: Yes Note: left empty"
    )
    assert "<a" not in text.html(said)
    assert labels(asked, 4) == [["Open *it*"], ["Back", "Cancel"]]


def test_the_summary_puts_no_colon_behind_a_question_mark() -> None:
    said = questions.words(form(question("name", label="Who?")), 1, {"name": "Ana"}, opening=False)
    assert text.plain(said).endswith("Is everything right? Who? Ana")


def test_a_button_says_where_it_stands_in_few_bytes_and_no_words() -> None:
    long = form(*[question(f"n{number}", value="séc ret") for number in range(120)])
    button: Button = questions.buttons("abcd1234", long, 110, {})[0][0]
    assert button.press == "~abcd1234:110:keep"
    assert questions.read(button.press) == ("abcd1234", 110, "keep")


@pytest.mark.parametrize("data", ["", "~", "~abc", "~abc:", "~abc:x:0", "~abc:-1:0", "~abc:²:0"])
def test_what_no_button_says_is_not_read(data: str) -> None:
    assert questions.read(data) is None


@pytest.mark.parametrize(
    ("asked", "said", "answer"),
    [
        (question("a"), " As typed. ", " As typed. "),
        (question("a"), " \u202e\n", None),
        (question("a", kind="check"), "I AGREE!", "yes"),
        (question("a", kind="check"), "no", None),
        (question("a", kind="choice", options=TOPICS), " food  & DRINK", "food"),
        (question("a", kind="choice", options=TOPICS), "sleep.", "sleep"),
        (question("a", kind="choice", options=TOPICS), "work", None),
    ],
)
def test_typed_words_stand_for_an_answer(asked: Question, said: str, answer: str | None) -> None:
    assert questions.typed(asked, said) == answer
