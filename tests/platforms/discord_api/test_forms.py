from typing import Any

import pytest
from simcord.components import validate_modal

from tests.platforms.discord_api.forms import Modal
from tests.platforms.discord_api.maynot import MayNot


def opened(*components: dict[str, Any]) -> Modal:
    spec = validate_modal({"custom_id": "~form", "title": "Form", "components": list(components)})
    return Modal(spec, 1, 2, None)


def labelled(label: str, component: dict[str, Any]) -> dict[str, Any]:
    return {"type": 18, "label": label, "description": "Why", "component": component}


def options(*names: str, chosen: str = "") -> list[dict[str, Any]]:
    return [
        {"label": name, "value": name.lower()} | ({"default": True} if name == chosen else {})
        for name in names
    ]


RADIO = labelled("Pain", {"type": 21, "custom_id": "pain", "options": options("None", "Some")})
NOTE = labelled("Note", {"type": 4, "custom_id": "note", "style": 2, "max_length": 5})


def inner(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in one["component"].items() if k != "id"} for one in components]


def test_it_shows_what_it_asks() -> None:
    modal = opened({"type": 10, "content": "Read this"}, RADIO, NOTE)
    assert (modal.title, modal.custom_id, modal.texts) == ("Form", "~form", ["Read this"])
    assert modal.labels == ["Pain", "Note"]
    assert modal.fields[0].choices == ("None", "Some")
    assert modal.fields[0].description == "Why"


def test_it_sends_the_same_tree_with_values() -> None:
    modal = opened({"type": 10, "content": "Read this"}, RADIO, NOTE)
    assert modal.filled({"Pain": "Some", "note": "ouch"}) == [
        {"type": 10, "id": 1},
        {
            "type": 18,
            "id": 2,
            "component": {"type": 21, "id": 3, "custom_id": "pain", "value": "some"},
        },
        {
            "type": 18,
            "id": 4,
            "component": {"type": 4, "id": 5, "custom_id": "note", "value": "ouch"},
        },
    ]


def test_old_forms_have_rows() -> None:
    text = {"type": 4, "custom_id": "name", "label": "Name", "style": 1, "value": "Ana"}
    modal = opened({"type": 1, "components": [text]})
    assert modal.filled({}) == [
        {
            "type": 1,
            "id": 1,
            "components": [{"type": 4, "id": 2, "custom_id": "name", "value": "Ana"}],
        }
    ]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"note": "ok"}, "'Pain' must be filled in"),
        ({"pain": "some"}, "'Note' must be filled in"),
        ({"pain": "much", "note": "ok"}, "no choice 'much'; it has"),
        ({"pain": "some", "note": "too long"}, "at most 5 characters"),
        ({"pain": "some", "note": "ok", "age": "7"}, "no \\['age'\\]; it has \\['Pain', 'Note'\\]"),
    ],
)
def test_invalid_input_is_not_sent(values: dict[str, Any], why: str) -> None:
    with pytest.raises(MayNot, match=why):
        opened(RADIO, NOTE).filled(values)


def test_what_stands_there_already_is_sent_unless_changed() -> None:
    radio = {"type": 21, "custom_id": "r", "options": options("A", "B", chosen="B")}
    checks = {"type": 22, "custom_id": "c", "options": options("A", "B", chosen="A")}
    modal = opened(
        labelled("R", radio),
        labelled("C", checks),
        labelled("X", {"type": 23, "custom_id": "x", "default": True}),
    )
    assert [one.get("value", one.get("values")) for one in inner(modal.filled({}))] == [
        "b",
        ["a"],
        True,
    ]
    changed = inner(modal.filled({"r": "A", "c": ["A", "B"], "x": False}))
    assert [one.get("value", one.get("values")) for one in changed] == ["a", ["a", "b"], False]


def test_what_need_not_be_filled_in_may_stay_empty() -> None:
    modal = opened(
        labelled("R", {**RADIO["component"], "required": False}),
        labelled("N", {"type": 4, "custom_id": "n", "style": 1, "required": False}),
        labelled("S", {"type": 3, "custom_id": "s", "options": options("A"), "required": False}),
        labelled("X", {"type": 23, "custom_id": "x"}),
    )
    sent = inner(modal.filled({}))
    assert [one.get("value", one.get("values")) for one in sent] == [None, "", [], False]


def test_choices_are_counted() -> None:
    menu = {"type": 3, "custom_id": "s", "options": options("A", "B", "C")}
    checks = {"type": 22, "custom_id": "c", "options": options("A", "B"), "min_values": 2}
    modal = opened(labelled("S", {**menu, "max_values": 2}), labelled("C", checks))
    assert inner(modal.filled({"S": ["A", "C"], "C": ["A", "B"]}))[0]["values"] == ["a", "c"]
    for values, why in (
        ({"S": ["A", "B", "C"], "C": ["A", "B"]}, "'S' takes from 1 to 2"),
        ({"S": ["A", "A"], "C": ["A", "B"]}, "'S': nothing can be chosen twice"),
        ({"S": "A", "C": ["A"]}, "'C' takes from 2 to 2"),
    ):
        with pytest.raises(MayNot, match=why):
            modal.filled(values)


def test_a_tick_is_true_or_false_and_short_words_are_too_short() -> None:
    short = {"type": 4, "custom_id": "n", "style": 1, "min_length": 3}
    modal = opened(labelled("X", {"type": 23, "custom_id": "x"}), labelled("N", short))
    with pytest.raises(MayNot, match="'X' is ticked or not"):
        modal.filled({"x": "yes", "n": "abc"})
    with pytest.raises(MayNot, match="'N' takes at least 3"):
        modal.filled({"x": True, "n": "ab"})
