from datetime import UTC, datetime
from typing import Any

import pytest

from bot import events
from bot.platforms.telegram.rescue import rescued

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
ROOM = {"id": -1001, "type": "supergroup"}
ANA = {"id": 42, "is_bot": False}
SAID = {"message_id": 7, "chat": ROOM, "from": ANA, "text": "hello"}


def test_words_of_a_message_that_cannot_be_read_are_heard() -> None:
    heard = rescued({"message": SAID}, "telegram:1:2", NOW)
    assert heard == events.Message.model_validate(
        {"id": "telegram:1:2", "at": NOW, "chat": "telegram:-1001", "user": "telegram:@42",
         "message": "7", "text": "hello"}
    )  # fmt: skip


def test_a_private_talk_and_an_edit_are_what_they_are() -> None:
    talk = SAID | {"chat": {"id": 42, "type": "private"}}
    heard = rescued({"edited_message": talk}, "x", NOW)
    assert isinstance(heard, events.Edited)
    assert heard.chat == "telegram:@42"


def test_a_caption_is_words_too() -> None:
    said = {key: value for key, value in SAID.items() if key != "text"} | {"caption": "look"}
    heard = rescued({"message": said}, "x", NOW)
    assert heard is not None
    assert heard.text == "look"


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"message": None},
        {"message": "words"},
        {"message": SAID | {"chat": None}},
        {"message": SAID | {"from": 42}},
        {"message": SAID | {"from": {"id": 42, "is_bot": True}}},
        {"message": SAID | {"from": {"id": "42"}}},
        {"message": SAID | {"text": ""}},
        {"message": SAID | {"text": ["a"]}},
        {"message": SAID | {"message_id": None}},
    ],
)
def test_what_cannot_be_read_at_all_is_nothing(odd: dict[str, Any]) -> None:
    assert rescued(odd, "x", NOW) is None
