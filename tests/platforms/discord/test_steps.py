import pytest

from bot.actions import Form
from bot.platforms.discord import lines, steps
from bot.platforms.discord.folders import Folder
from bot.text import plain
from tests.platforms.discord.papers import (
    ANA,
    JOIN,
    LONG_TEXT,
    POST,
    ROOM,
    ask,
    choices,
    folder,
    form,
    question,
)

FIRST = {"kind": "tip", "title": "Sleep", "body": "Go early.", "url": "https://a.example/x"}
LAST = {"source": "A journal", "topic": ""}


def names(made: Folder) -> list[list[str]]:
    return [[one.name for one in page] for page in steps.pages(made)]


def post() -> Folder:
    return steps.opened(ask(POST), {})


def labels(made: Folder) -> list[str]:
    return [button.label for button in lines.step(made, "t")[1]]


def said(made: Folder) -> str:
    return plain(lines.step(made, "t")[0])


async def test_a_form_that_fits_is_one_window_of_which_nothing_is_kept() -> None:
    asked = ask(form(*map(question, "abcde")), command="slots", args="today")
    window = steps.whole(steps.opened(asked, {}), "t")
    assert window is not None
    assert window.custom_id == "~t:whole:slots today"
    press = steps.read(window.custom_id)
    assert press == ("t", "whole", "slots today")


async def test_a_form_that_does_not_fit_has_pages_and_the_introduction_takes_a_place() -> None:
    made = post()
    assert names(made) == [["kind", "title", "body", "url"], ["source", "topic"]]
    assert steps.whole(made, "t") is None
    first = steps.window(made, "t", 0)
    assert first.title == "Write a post (1 of 2)"
    assert first.to_dict()["components"][0]["content"] == "A second person reads it."
    second = steps.window(made, "t", 1)
    assert second.custom_id == "~t:page"
    assert len(second.to_dict()["components"]) == 2


async def test_questions_that_need_more_room_move_to_the_next_page() -> None:
    wide = question("wide", help="Because " * 20)
    assert names(folder(*map(question, "abcd"), wide)) == [["a", "b", "c", "d"], ["wide"]]
    assert names(folder(*map(question, "abc"), wide)) == [["a", "b", "c", "wide"]]


@pytest.mark.parametrize(
    "made",
    [
        steps.opened(ask(JOIN), {}),
        folder(question("a", "choice", options=choices(*map(str, range(26))))),
        folder(question("a", "choice", options=choices("", "x"))),
        steps.opened(ask(form(question("a")), args="x" * 100), {}),
        folder(),
    ],
)
async def test_a_form_that_must_be_known_when_it_comes_back_is_kept(made: Folder) -> None:
    assert steps.whole(made, "t") is None


async def test_page_by_page_every_answer_is_kept() -> None:
    made = post()
    assert steps.at(made) == 0
    assert labels(made) == ["Open the form"]
    assert said(made) == f"Write a post A second person reads it. {lines.READY}"
    made = steps.submitted(made, FIRST)
    assert steps.at(made) == 1
    assert said(made) == "Page 1 of 2 is kept."
    assert labels(made) == ["Go on to page 2", "Change page 1", "Cancel"]
    made = steps.submitted(made, LAST)
    assert steps.is_done(made)
    assert made.answers == FIRST | LAST


async def test_what_cannot_be_used_comes_back_with_all_that_was_typed() -> None:
    made = steps.submitted(post(), FIRST | {"url": "no page", "title": "  "})
    assert said(made) == (
        "“Title” needs an answer. “Url” must be a web address that begins with https:// "
        + lines.NOTHING_LOST
    )
    assert labels(made) == ["Change it", "Cancel"]
    again = steps.window(made, "t", 0).to_dict()["components"]
    assert again[3]["component"]["value"] == "Go early."
    assert again[4]["component"]["value"] == "no page"
    assert again[4]["description"].startswith("“Url” must be")
    made = steps.submitted(made, FIRST)
    assert steps.at(made) == 1
    assert "description" not in steps.window(made, "t", 0).to_dict()["components"][4]


async def test_an_earlier_page_can_be_changed_for_worse_and_is_asked_again() -> None:
    made = steps.submitted(steps.submitted(post(), FIRST), {"title": ""})
    assert steps.at(made) == 0
    assert "title" not in made.answers
    assert made.answers["body"] == FIRST["body"]


async def test_a_long_text_is_agreed_to_before_any_window_opens() -> None:
    made = steps.opened(ask(JOIN), {})
    assert steps.must_agree(made)
    words, buttons = lines.step(made, "t")
    assert words.startswith("**Join the group**\n\nBe kind.")
    assert LONG_TEXT in words
    assert words.endswith("**Do you agree?**")
    assert [one.press for one in buttons] == ["~t:agree", "~t:no"]
    made = steps.agreed(made)
    assert not steps.must_agree(made)
    window = steps.window(made, "t", 0).to_dict()
    assert [one["label"] for one in window["components"]] == ["Name"]
    made = steps.submitted(made, {"name": " Ana "})
    assert steps.is_done(made)
    assert made.answers == {"consent": "yes", "name": "Ana"}


async def test_a_short_text_is_agreed_to_in_the_window() -> None:
    made = folder(question("consent", "check"), intro="Be kind.")
    assert steps.consent(made) is None
    assert steps.agreed(made) == made
    assert steps.whole(made, "t") is not None


async def test_only_agreeing_is_enough_where_nothing_else_is_asked() -> None:
    asked = form(question("consent", "check"), intro=LONG_TEXT)
    made = steps.agreed(steps.opened(ask(asked), {}))
    assert steps.is_done(made)
    assert steps.pages(made) == []


async def test_a_form_that_asks_nothing_is_sent_with_a_button() -> None:
    made = folder()
    assert steps.is_done(made)
    assert labels(made) == ["Send", "Cancel"]


def refused(**errors: str) -> Form:
    values = FIRST | LAST
    return POST.model_copy(
        update={
            "fields": tuple(
                one.model_copy(
                    update={"value": values[one.name], "error": errors.get(one.name, "")}
                )
                for one in POST.fields
            )
        }
    )


async def test_a_refused_form_comes_back_at_the_page_with_the_problem() -> None:
    made = steps.opened(ask(refused(source="Please leave out contact details.")), {})
    assert steps.at(made) == 1
    assert said(made) == f"Please leave out contact details. {lines.NOTHING_LOST}"
    made = steps.submitted(made, {"source": "Gut", "topic": "food"})
    assert steps.is_done(made)
    assert made.answers == FIRST | {"source": "Gut", "topic": "food"}


async def test_a_refused_consent_shows_its_text_again_and_keeps_the_rest() -> None:
    fields = (
        question("name", max=40, value="Ana"),
        question("consent", "check", error="Please agree to it."),
    )
    made = steps.opened(ask(form(*fields, intro=LONG_TEXT)), {})
    assert "Please agree to it." in said(made)
    assert labels(made) == ["I agree", "I do not agree"]
    made = steps.agreed(made)
    assert steps.is_done(made)
    assert made.answers == {"name": "Ana", "consent": "yes"}


async def test_a_problem_of_no_question_is_read_before_the_form_is_changed() -> None:
    fields = tuple(
        one.model_copy(update={"value": (FIRST | LAST)[one.name]}) for one in POST.fields
    )
    made = steps.opened(ask(form(*fields, intro="**It is too late.**", title="Write a post")), {})
    assert said(made) == f"Write a post It is too late. {lines.READY}"
    first = steps.window(made, "t", 0).to_dict()["components"]
    assert first[2]["component"]["value"] == "Sleep"


async def test_a_draft_fills_a_new_form_but_never_agrees_for_anybody() -> None:
    asked = form(
        question("name", value="Nobody"),
        question("note", error="Too long.", value="typed later"),
        question("consent", "check"),
    )
    draft = {"name": "Ana", "note": "typed before", "consent": "yes"}
    fields = steps.form_of(steps.opened(ask(asked), draft)).fields
    assert [one.value for one in fields] == ["Ana", "typed later", ""]


async def test_a_choice_among_none_is_not_asked() -> None:
    made = folder(question("a"), question("topic", "choice", required=False))
    assert names(made) == [["a"]]


async def test_what_a_form_does_not_ask_is_not_taken() -> None:
    made = steps.submitted(folder(question("a")), {"a": "x", "b": "y"})
    assert made.answers == {"a": "x"}


def test_of_a_whole_form_only_the_answers_are_known() -> None:
    with pytest.raises(ValueError, match="only the answers"):
        steps.form_of(Folder(user=ANA, name="post", room=ROOM))


@pytest.mark.parametrize("custom_id", ["~", "~t", "", "~t:page:"])
def test_any_custom_id_can_be_read(custom_id: str) -> None:
    assert steps.read(custom_id).rest == ""
