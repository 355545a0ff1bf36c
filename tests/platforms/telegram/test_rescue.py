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
    assert isinstance(heard, events.Message)
    assert heard.text == "look"


def test_a_command_is_a_command_and_a_topic_a_topic() -> None:
    said = SAID | {"text": "/ask@bot why", "message_thread_id": 3, "is_topic_message": True}
    heard = rescued({"message": said}, "x", NOW, "bot")
    assert isinstance(heard, events.Command)
    assert (heard.name, heard.args, heard.chat) == ("ask", "why", "telegram:-1001/3")


def test_a_press_is_heard() -> None:
    query = {"id": "q", "from": ANA, "data": "tip", "message": {"message_id": 7, "chat": ROOM}}
    heard = rescued({"callback_query": query}, "x", NOW)
    assert isinstance(heard, events.Pressed)
    assert (heard.data, heard.chat, heard.message) == ("tip", "telegram:-1001", "7")
    alone = rescued({"callback_query": query | {"message": None}}, "x", NOW)
    assert isinstance(alone, events.Pressed)
    assert (alone.chat, alone.message) == ("telegram:@42", "")


@pytest.mark.parametrize("odd", [{"data": None}, {"id": 5}, {"from": None}])
def test_a_press_that_cannot_be_read_is_nothing(odd: dict[str, Any]) -> None:
    query = {"id": "q", "from": ANA, "data": "tip"} | odd
    assert rescued({"callback_query": query}, "x", NOW) is None


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
