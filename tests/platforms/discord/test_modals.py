from typing import Any

import discord
import pytest
from simcord.components import validate_modal

from bot.actions import Question
from bot.platforms.discord import modals
from bot.text import plain
from handlers import invite, library, slots
from tests.platforms.discord.papers import choices, form, question
from tests.platforms.discord_api.schema import spec

REQUEST = {"$ref": "#/components/schemas/ModalInteractionCallbackRequestData"}
TEXTS = [question("a"), question("b"), question("c")]


def shown(*questions: Question, intro: str = "") -> list[dict[str, Any]]:
    """Return the components of a window, once Discord would take it."""
    window = modals.build("~token:page", "A form", questions, intro)
    payload = window.to_dict()
    validate_modal(payload)
    if known := spec():
        assert known.shapes.check(payload, REQUEST) == []
    return list(payload["components"])


async def field(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    (one,) = shown(question("a", **more))
    return {**one["component"], "label": one["label"], "description": one.get("description")}


async def test_a_text_is_asked_with_its_help_its_length_and_what_was_typed_before() -> None:
    asked = await field(help="Others see it.", value="Ana", max=40)
    assert (asked["label"], asked["description"]) == ("A", "Others see it.")
    assert (asked["value"], asked["max_length"], asked["required"]) == ("Ana", 40, True)
    assert asked["style"] == discord.TextStyle.short.value
    assert (await field(kind="long"))["style"] == discord.TextStyle.paragraph.value


@pytest.mark.parametrize("kind", ["date", "time", "number", "url"])
async def test_how_it_is_to_be_written_stands_in_the_empty_field(kind: str) -> None:
    assert (await field(kind=kind))["placeholder"] == modals.HINTS[kind]
    assert "value" not in await field(kind=kind)


async def test_a_few_choices_are_seen_at_once_and_one_more_than_ten_are_a_menu() -> None:
    few = await field(kind="choice", options=choices("x", "y"), value="y")
    assert few["type"] == discord.ComponentType.radio_group.value
    assert [(one["value"], bool(one.get("default"))) for one in few["options"]] == [
        ("x", False),
        ("y", True),
    ]
    many = await field(kind="choice", options=choices(*map(str, range(11))))
    assert many["type"] == discord.ComponentType.select.value
    assert (many["min_values"], many["required"], len(many["options"])) == (1, True, 11)


async def test_a_choice_that_can_be_left_open_can_be_opened_again() -> None:
    asked = await field(kind="choice", options=choices("x", "y"), required=False, value="x")
    assert asked["type"] == discord.ComponentType.select.value
    assert (asked["min_values"], asked["required"]) == (0, False)


async def test_one_choice_alone_is_a_menu_of_one() -> None:
    asked = await field(kind="choice", options=choices("x"))
    assert asked["type"] == discord.ComponentType.select.value


async def test_too_many_choices_are_listed_and_typed() -> None:
    many = question("a", "choice", options=choices(*map(str, range(26))), value="7")
    above, asked = shown(many)
    assert "The 25" in above["content"]
    assert asked["component"]["type"] == discord.ComponentType.text_input.value
    assert asked["component"]["value"] == "The 7"
    assert modals.cost(many) == 2
    assert not modals.is_plain(many)
    assert modals.meant(many, " the  12 ") == "12"
    assert modals.meant(many, "12") == "12"
    assert modals.meant(many, "thirteen") == "thirteen"


async def test_what_is_too_long_for_its_place_stands_above_in_full() -> None:
    label, help_, error = "Why " * 20, "Because " * 20, "It *must* be so."
    above, asked = shown(question("a", label=label, help=help_, error=error))
    said = plain(above["content"])
    assert label.strip() in said
    assert help_.strip() in said
    assert error in said
    assert len(asked["label"]) <= 45
    assert asked["label"].endswith("…")
    assert "description" not in asked


async def test_a_problem_stands_beside_its_question() -> None:
    asked = await field(error="Please choose another name.", help="A nickname is fine.")
    assert asked["description"] == "Please choose another name. A nickname is fine."


async def test_what_discord_cannot_take_whole_is_said() -> None:
    asked = await field(max=9000, value="a" * 8000)
    assert asked["description"] == "At most 4000 characters fit here."
    assert (asked["max_length"], len(asked["value"])) == (4000, 4000)


async def test_a_choice_with_a_long_name_or_a_value_that_does_not_fit_comes_back_right() -> None:
    odd = choices("", "#1", "a" * 101, "same", "same", "b" * 300)
    asked = question("a", "choice", options=odd)
    offered = shown(asked)[0]["component"]["options"]
    assert [one["value"] for one in offered] == ["#0", "#1", "#2", "#3", "#4", "#5"]
    assert [modals.meant(asked, one["value"]) for one in offered] == [one.value for one in odd]
    assert offered[5]["description"].startswith("bbb")
    assert modals.meant(asked, "#99") == ""
    assert not modals.is_plain(asked)
    assert modals.is_plain(question("a", "choice", options=choices("x", "y")))
    assert modals.is_plain(question("a", "text", value="#1"))


async def test_something_to_agree_to_is_a_box_to_tick() -> None:
    asked = await field(kind="check", value="yes")
    assert (asked["type"], asked["default"]) == (discord.ComponentType.checkbox.value, True)


async def test_a_choice_among_none_that_need_not_be_made_is_left_out() -> None:
    assert modals.is_left_out(question("a", "choice", required=False))
    assert not modals.is_left_out(question("a", "choice"))
    assert not modals.is_left_out(question("a", required=False))
    assert shown(question("a", "choice"))[1]["component"]["type"] == 4


async def test_the_introduction_stands_above_and_is_cut_if_it_must_be() -> None:
    first, *rest = shown(*TEXTS, intro="Be kind. " * 1000)
    assert first["content"].startswith("Be kind. Be kind.")
    assert len(first["content"]) <= 4000
    assert [one["label"] for one in rest] == ["A", "B", "C"]


async def test_an_introduction_of_nothing_takes_no_place() -> None:
    assert len(shown(*TEXTS, intro=" \n ")) == 3


async def test_a_window_is_not_remembered_by_the_library() -> None:
    assert modals.build("~t:page", "A form", TEXTS).is_finished()


async def test_the_title_says_which_page_it_is_within_what_discord_takes() -> None:
    assert modals.titled(form(title="Write a post"), 0, 1) == "Write a post"
    assert modals.titled(form(title="Write a post"), 1, 2) == "Write a post (2 of 2)"
    long = modals.titled(form(title="Write " * 20), 0, 12)
    assert long.endswith("… (1 of 12)")
    assert len(long) <= 45


@pytest.mark.parametrize("asked", [slots.FORM.fields, library.QUESTION.fields])
async def test_the_bots_own_forms_fit(asked: tuple[Question, ...]) -> None:
    assert len(shown(*asked)) == len(asked)
    assert all(len(role) <= 100 for role in invite.OPEN_TO.values())
