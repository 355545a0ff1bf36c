from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message

from bot import events
from bot.platforms.telegram import words
from tests.platforms.telegram.updates import (
    GROUP,
    LIMITS,
    POLL,
    PRIVATE,
    RIGHTS,
    USERNAME,
    Json,
    change,
    hear,
    mark,
    member,
    said,
)

TASKS = [{"id": 1, "text": "pack"}, {"id": 2, "text": "call 0123"}]


def read(**parts: object) -> str:
    return words.read(Message.de_json(said(GROUP) | parts, None))


def command(**parts: object) -> str:
    return words.command(Message.de_json(said(GROUP) | parts, None), USERNAME)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"text": "hello"}, "hello"),
        ({"caption": "a picture"}, "a picture"),
        ({"contact": {"first_name": "Bo", "phone_number": "+44 20"}}, "Bo\n+44 20"),
        (
            {"contact": {"first_name": "Bo", "last_name": "Li", "phone_number": "1", "vcard": "v"}},
            "Bo Li\n1\nv",
        ),
        (
            {"audio": {"file_id": "a", "file_unique_id": "b", "duration": 1, "title": "Song"}},
            "Song",
        ),
        (
            {"venue": {"location": {"latitude": 1, "longitude": 2},
                       "title": "Café", "address": "1 High Street"}},
            "Café, 1 High Street",
        ),
        ({"poll": POLL}, "Tea?\nYes\nNo"),
        ({"checklist": {"title": "Trip", "tasks": TASKS}}, "Trip\npack\ncall 0123"),
        ({"location": {"latitude": 1, "longitude": 2}}, ""),
        ({"dice": {"emoji": "🎲", "value": 3}}, ""),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_everything_that_everybody_can_read_is_read(parts: Json, expected: str) -> None:
    assert read(**parts) == expected


def test_an_address_behind_a_word_is_read() -> None:
    hidden = mark("text_link", "here", at=6, url="https://pills.example/")
    assert read(text="click here", entities=[hidden]) == "click here\nhttps://pills.example/"
    assert read(caption="click here", caption_entities=[hidden]).endswith("pills.example/")


def test_an_address_in_the_open_is_read_once() -> None:
    shown = mark("url", "https://a.example")
    assert read(text="https://a.example", entities=[shown]) == "https://a.example"


def test_a_command_needs_no_mark() -> None:
    assert command(text="/ask x") == "/ask x"
    assert command(text=f"/ask@{USERNAME.upper()}\nx").startswith("/ask")


@pytest.mark.parametrize("text", ["", "/", "a /ask", "/ask.x", "/etc/passwd", "/ask@another x"])
def test_what_only_looks_like_a_command_is_none(text: str) -> None:
    assert command(text=text) == ""


def test_only_a_command_for_this_bot_counts() -> None:
    for text, mine in (("/a", True), (f"/a@{USERNAME.upper()}", True), ("/a@other_bot", False)):
        assert bool(command(text=text, entities=[mark("bot_command", text)])) is mine


HOSTILE = st.text(min_size=1, max_size=200)
NAMES = (
    *("text", "caption", "entities", "caption_entities", "photo", "document", "contact", "venue"),
    *("poll", "checklist", "chat", "from", "sender_chat", "date", "message_id", "edit_date"),
    *("chat_shared", "migrate_to_chat_id", "message_thread_id", "is_topic_message", "voice"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("id", "type", "status", "user", "text", "offset", "length", "url"))
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
KINDS: dict[str, Json] = {
    "message": said(GROUP, text="x"),
    "edited_message": said(GROUP, text="x", edit_date=2),
    "chat_member": change(member("left"), member("restricted", **LIMITS, is_member=True)),
    "my_chat_member": change(member("left"), member("administrator", **RIGHTS)),
    "chat_join_request": {"chat": GROUP, "from": {}, "user_chat_id": 1, "date": 1},
    "callback_query": {"id": "1", "from": {}, "chat_instance": "", "message": said(GROUP)},
}


@given(text=HOSTILE, private=st.booleans())
def test_hostile_words_come_back_as_they_were(text: str, private: bool) -> None:
    heard = hear({"message": said(PRIVATE if private else GROUP, text=text)})
    assert isinstance(heard, events.Message)
    assert heard.text == text
    changed = hear({"edited_message": said(GROUP, text=text, edit_date=2)})
    assert isinstance(changed, events.Edited)
    assert changed.text == text


@given(kind=st.sampled_from(sorted(KINDS)), names=st.lists(st.sampled_from(NAMES)), data=st.data())
def test_garbage_is_heard_as_something_or_fails_as_an_ordinary_error(
    kind: str, names: list[str], data: st.DataObject
) -> None:
    broken = KINDS[kind] | {name: data.draw(JSON, label=name) for name in names}
    heard: object = None
    with suppress(Exception):  # the intake records these, and hears the next one
        heard = hear({kind: broken})
    assert heard is None or type(heard).__module__.startswith("bot.")
