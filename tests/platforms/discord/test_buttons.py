from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import discord
import pytest

from bot.actions import Button
from bot.events import rows
from bot.platforms.discord import buttons
from bot.platforms.discord.buttons import Rows
from bot.store import vault
from bot.store.db import Database
from tests.world import KEY, empty_database

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LONG = "share " + "x" * 100


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    empty_database(tmp_path / "rows.db")
    made = Database(tmp_path / "rows.db", vault.from_text(KEY))
    yield made
    await made.close()


async def laid(db: Database, shown: Rows) -> list[list[dict[str, Any]]]:
    async with db.write() as session:
        made = await buttons.components(session, shown, NOW)
    return [row["components"] for row in made]


class _Press:
    def __init__(self, data: dict[str, Any] | None) -> None:
        self.data = data


def chosen(data: dict[str, Any] | None) -> str:
    return buttons.chosen(cast("discord.Interaction", _Press(data)))


async def test_a_button_carries_its_command_line_and_its_look(db: Database) -> None:
    ((go, stop), (link,)) = await laid(
        db,
        (
            (
                Button(label="Go", press="go on", style="primary"),
                Button(label="Stop", press="stop", style="danger"),
            ),
            (Button(label="Page", url="https://a.b"), Button(label="Pick", picks_room=True)),
        ),
    )
    assert go == {"type": 2, "style": 1, "label": "Go", "custom_id": "go on"}
    assert (stop["style"], link) == (
        4,
        {"type": 2, "style": 5, "label": "Page", "url": "https://a.b"},
    )


async def test_a_long_command_line_is_kept_sealed_and_found_again(db: Database) -> None:
    shown = rows((Button(label="Share", press=LONG), Button(label="Sign", press="#1")))
    assert buttons.keeps(shown)
    (long,), (sign,) = await laid(db, shown)
    assert len(long["custom_id"]) <= 100
    async with db.read() as session:
        assert await buttons.pressed(session, long["custom_id"]) == LONG
        assert await buttons.pressed(session, sign["custom_id"]) == "#1"
        assert await buttons.pressed(session, "#unknown") is None
        assert await buttons.pressed(session, "~form") is None
        assert await buttons.pressed(session, "?0") is None
        assert await buttons.pressed(session, "tip") == "tip"


def test_a_short_command_line_is_not_kept() -> None:
    assert not buttons.keeps(rows((Button(label="A", press="a"), Button(label="B", url=LONG))))


async def test_many_of_one_kind_become_a_menu_and_the_rest_stays(db: Database) -> None:
    slots = [
        Button(label=f"Slot {number} " + "x" * 90, press=f"book {number}") for number in range(30)
    ]
    other = Button(label="Back", press="back")
    first, second, back = await laid(db, rows((*slots, other)))
    assert [len(menu["options"]) for (menu,) in (first, second)] == [25, 5]
    assert first[0]["options"][3]["value"] == "book 3"
    assert len(first[0]["options"][3]["label"]) <= 100
    assert back[0]["label"] == "Back"
    assert chosen({"custom_id": first[0]["custom_id"], "values": ["book 3"]}) == "book 3"


async def test_many_of_all_kinds_are_set_closer_together(db: Database) -> None:
    shown = await laid(db, rows(tuple(Button(label=f"{n}", press=f"do{n}") for n in range(12))))
    assert [len(row) for row in shown] == [5, 5, 2]


async def test_more_than_fit_become_a_menu_beside_the_links(db: Database) -> None:
    many = [Button(label=f"{n}", press=f"do{n}") for n in range(30)]
    links = [Button(label=f"L{n}", url=f"https://a.b/{n}") for n in range(6)]
    shown = await laid(db, rows((*many, *links)))
    assert [row[0]["type"] for row in shown] == [3, 3, 2, 2]
    assert [len(row) for row in shown] == [1, 1, 5, 1]


async def test_a_menu_stands_between_buttons_that_are_set_closer(db: Database) -> None:
    few = [Button(label=f"{n}", press=f"do{n}", style="primary") for n in range(4)]
    slots = [Button(label=f"S{n}", press=f"book {n}") for n in range(7)]
    shown = await laid(db, rows((*few[:2], *slots, *few[2:], *few[2:])))
    assert [len(row) for row in shown] == [2, 1, 4]


async def test_two_buttons_of_one_command_line_can_be_told_apart(db: Database) -> None:
    full = "x" * 100
    shown = await laid(
        db,
        rows(
            (
                Button(label="A", press="tip"),
                Button(label="B", press="tip"),
                *[Button(label="C", press=full)] * 2,
            )
        ),
    )
    assert [row[0]["custom_id"] for row in shown] == ["tip", "tip ", full]


def test_a_link_that_discord_refuses_is_said_in_words() -> None:
    shown = rows(
        (Button(label="Desk", url="http://localhost/x"), Button(label="Bad", url="https://["))
    )
    assert buttons.spoken(shown).splitlines() == [
        "Desk: http://localhost/x",
        "Bad: https://\\[",
    ]


def test_a_press_without_anything_in_it_is_nothing() -> None:
    assert chosen(None) == ""
    assert chosen({"custom_id": "?0", "values": []}) == "?0"
    assert chosen({"custom_id": "tip", "values": ["x"]}) == "tip"
