from bot.platforms.discord import modals, sheets
from tests.platforms.discord.papers import choices, question, sent


async def test_everything_that_was_filled_in_comes_back_by_name() -> None:
    asked = [
        question("name"),
        question("kind", "choice", options=choices("x", "y")),
        question("topic", "choice", options=choices("x", "y"), required=False),
        question("consent", "check"),
    ]
    window = modals.build("~t:page", "A form", asked)
    data = sent(window, name="A\u202ena", kind="x", topic="y", consent=True)
    assert sheets.answers(data) == {"name": "Ana", "kind": "x", "topic": "y", "consent": "yes"}
    assert sheets.typed(data) == "Ana"


async def test_what_was_left_empty_comes_back_empty() -> None:
    asked = [
        question("name"),
        question("kind", "choice", options=choices("x", "y")),
        question("topic", "choice", options=choices("x", "y"), required=False),
        question("consent", "check"),
    ]
    window = modals.build("~t:page", "A form", asked)
    data = sent(window, name=" ", kind=None, topic="", consent=False)
    assert sheets.answers(data) == {"name": " ", "kind": "", "topic": "", "consent": ""}
    assert sheets.typed(data) == ""


def test_windows_of_the_old_shape_and_what_is_no_window_are_read_as_they_are() -> None:
    rows = [{"type": 1, "components": [{"type": 4, "custom_id": "a", "value": "x"}]}, "?", None]
    assert sheets.answers({"components": rows}) == {"a": "x"}
    assert sheets.answers({"components": "?"}) == {}
    assert sheets.answers({}) == {}
