from typing import Any

import pytest

from bot import events
from bot.actions import Address, File
from bot.platforms.telegram.hearing import Faceless, Shared
from tests.platforms.telegram.updates import (
    ANA,
    AT,
    BASIC,
    CHANNEL,
    FORUM,
    GROUP,
    NOW,
    OTHER_BOT,
    POLL,
    PRIVATE,
    Json,
    hear,
    mark,
    message,
    said,
)

PERSON, ROOM = Address("telegram:@42"), Address("telegram:-1001")
TOPIC = Address("telegram:-1001/7")
FILE: Json = {"file_id": "F1", "file_unique_id": "U1"}
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
SERVICE: tuple[Json, ...] = (
    {"new_chat_members": [ANA]},
    {"left_chat_member": ANA},
    {"pinned_message": said(GROUP, text="rules")},
    {"new_chat_title": "Circle"},
    {"new_chat_photo": [FILE | {"width": 1, "height": 1}]},
    {"delete_chat_photo": True},
    {"group_chat_created": True},
    {"migrate_from_chat_id": -55},
    {"forum_topic_created": {"name": "Food", "icon_color": 1}},
    {"forum_topic_closed": {}},
    {"video_chat_started": {}},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    {"boost_added": {"boost_count": 1}},
    {"write_access_allowed": {}},
    {"users_shared": {"request_id": 1, "users": [{"user_id": 42}]}},
)


def words_of(update: Json) -> str:
    heard = hear(update)
    assert isinstance(heard, events.Message)
    return heard.text


def chat_of(update: Json) -> Address:
    heard = hear(update)
    assert isinstance(heard, events.Base)
    return heard.chat


def test_private_words_come_from_the_person_and_their_own_talk() -> None:
    assert hear(message("hello")) == events.Message(
        id="telegram:7:900", at=AT, chat=PERSON, user=PERSON, message="11", text="hello"
    )


def test_words_in_a_group_come_from_its_room() -> None:
    assert hear(message("hello", GROUP)) == events.Message(
        id="telegram:7:900", at=AT, chat=ROOM, user=PERSON, message="11", text="hello"
    )
    assert chat_of(message("hello", BASIC)) == "telegram:-55"


def test_a_topic_has_an_address_of_its_own() -> None:
    assert chat_of(message("hi", FORUM, message_thread_id=7, is_topic_message=True)) == TOPIC


def test_an_answer_to_an_answer_is_no_topic() -> None:
    answer = message("hi", GROUP, message_thread_id=7, reply_to_message=said(GROUP, text="?"))
    assert chat_of(answer) == ROOM


def test_a_private_talk_has_no_topics() -> None:
    assert chat_of(message("hi", message_thread_id=7, is_topic_message=True)) == PERSON


@pytest.mark.parametrize("called", ["/Ask", "/ask@roundtable_bot", "/ask@RoundTable_Bot"])
def test_a_command_is_one_with_or_without_the_bots_name(called: str) -> None:
    assert hear(message(f"{called}  can I eat fibre? ", GROUP)) == events.Command(
        id="telegram:7:900", at=AT, chat=ROOM, user=PERSON, message="11",
        name="ask", args="can I eat fibre?",
    )  # fmt: skip


def test_a_command_keeps_the_lines_of_what_follows() -> None:
    heard = hear(message("/note one\ntwo"))
    assert isinstance(heard, events.Command)
    assert heard.args == "one\ntwo"


def test_a_command_for_another_bot_is_read_as_words() -> None:
    assert words_of(message("/play@music_bot sleep", GROUP)) == "/play@music_bot sleep"


def test_a_deep_link_is_the_command_start() -> None:
    heard = hear(message("/start AB-CD-EF"))
    assert isinstance(heard, events.Command)
    assert (heard.name, heard.args) == ("start", "AB-CD-EF")


def test_a_command_can_stand_under_a_picture() -> None:
    photo = [FILE | {"width": 90, "height": 90}]
    marks = [mark("bot_command", "/ask")]
    heard = hear(message(chat=GROUP, photo=photo, caption="/ask this", caption_entities=marks))
    assert isinstance(heard, events.Command)
    assert (heard.name, heard.args) == ("ask", "this")


def test_a_slash_within_words_is_no_command() -> None:
    assert words_of(message("see /ask", entities=[mark("bot_command", "/ask", at=4)])) == "see /ask"
    assert words_of({"message": said(text="/ not a command")}) == "/ not a command"
    bold = [mark("bold", "well")]
    assert words_of(message("well", entities=bold)) == "well"


def test_a_changed_message_is_known_by_its_number_and_the_time_of_the_change() -> None:
    heard = hear({"edited_message": said(GROUP, text="better", edit_date=said()["date"] + 60)})
    assert isinstance(heard, events.Edited)
    assert (heard.message, heard.text, heard.chat, heard.user) == ("11", "better", ROOM, PERSON)
    assert (heard.at - AT).total_seconds() == 60
    undated = hear({"edited_message": said(GROUP, text="better")})
    assert isinstance(undated, events.Edited)
    assert undated.at == NOW


def test_a_changed_command_is_not_given_again() -> None:
    changed = said(GROUP, text="/ask x", entities=[mark("bot_command", "/ask")], edit_date=2)
    assert isinstance(hear({"edited_message": changed}), events.Edited)


def test_what_bots_or_telegram_itself_change_is_not_heard() -> None:
    assert hear({"edited_message": said(GROUP, OTHER_BOT, text="x", edit_date=2)}) is None
    assert hear({"edited_message": said(GROUP, new_chat_title="x", edit_date=2)}) is None


@pytest.mark.parametrize("part", SERVICE, ids=lambda part: next(iter(part)))
def test_what_telegram_itself_writes_is_not_heard(part: Json) -> None:
    assert hear({"message": said(GROUP, **part)}) is None


def test_a_group_that_becomes_a_supergroup_moves() -> None:
    assert hear({"message": said(BASIC, migrate_to_chat_id=-1001)}) == events.Moved(
        id="telegram:7:900", at=AT, chat=Address("telegram:-55"), user=events.NOBODY, room=ROOM
    )


def test_a_picked_chat_is_known_by_the_number_of_its_button() -> None:
    heard = hear({"message": said(chat_shared={"request_id": 3, "chat_id": -1001})})
    assert heard == Shared("telegram:7:900", PERSON, 3, ROOM)


def test_an_admin_who_hides_is_known_to_have_asked_and_nothing_more() -> None:
    hidden: dict[str, Any] = {"by": ANONYMOUS, "sender_chat": GROUP}
    command = message("/ask", GROUP, **hidden)
    assert hear(command) == Faceless(ROOM)
    assert hear(message("hello", GROUP, **hidden)) is None


def test_words_in_a_channels_name_come_from_that_channel() -> None:
    heard = hear(message("buy this", GROUP, by=OTHER_BOT, sender_chat=CHANNEL))
    assert isinstance(heard, events.Message)
    assert (heard.user, heard.text) == ("telegram:@-1009", "buy this")


def test_other_bots_are_not_heard() -> None:
    assert hear(message("hello", GROUP, by=OTHER_BOT)) is None
    assert hear({"message": said(GROUP, by=None, text="from nobody")}) is None


def test_channels_are_not_heard() -> None:
    assert hear({"channel_post": said(CHANNEL, None, sender_chat=CHANNEL, text="news")}) is None
    assert hear({"edited_channel_post": said(CHANNEL, None, text="news", edit_date=2)}) is None
    assert hear({"message": said(CHANNEL, text="news")}) is None


def test_kinds_that_were_not_asked_for_are_not_heard() -> None:
    inline = {"id": "1", "from": ANA, "query": "x", "offset": ""}
    reaction = {"chat": GROUP, "message_id": 1, "user": ANA, "date": 1,
                "old_reaction": [], "new_reaction": []}  # fmt: skip
    for update in ({"poll": POLL}, {"inline_query": inline}, {"message_reaction": reaction}, {}):
        assert hear(update) is None
    assert hear({"something_new": {"chat": PRIVATE}}) is None


def test_files_are_named_as_telegram_names_them() -> None:
    document = FILE | {"file_name": "diary.pdf", "mime_type": "application/pdf", "file_size": 9}
    heard = hear(message(chat=GROUP, document=document, caption="my diary"))
    assert isinstance(heard, events.Message)
    assert heard.text == "my diary"
    assert heard.files == (File(id="F1", name="diary.pdf", type="application/pdf", size=9),)


def test_of_a_picture_the_largest_is_kept() -> None:
    sizes = [FILE | {"file_id": name, "width": 1, "height": 1} for name in ("small", "large")]
    heard = hear(message(photo=sizes))
    assert isinstance(heard, events.Message)
    assert heard.files == (File(id="large", name="", type="", size=0),)


def test_a_voice_and_a_sticker_are_files_without_words() -> None:
    sticker = FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False,
                      "is_video": False, "emoji": "🙂"}  # fmt: skip
    for part in ({"voice": FILE | {"duration": 3}}, {"sticker": sticker}):
        heard = hear({"message": said(GROUP, **part)})
        assert isinstance(heard, events.Message)
        assert [file.id for file in heard.files] == ["F1"]
        assert heard.text == ""
