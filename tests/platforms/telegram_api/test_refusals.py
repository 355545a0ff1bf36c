"""Every refusal in Telegram's own words, asked for without any library between."""

from typing import Any

import pytest

from tests.platforms.telegram_api.place import Place

# R is the room, P a plain group, A somebody in private, B a member, M a message of the bot's,
# F a file of the bot's, T a topic.
CASES = [
    ("editMessageText", {"chat_id": "R", "message_id": "F", "text": "x"}, "there is no text"),
    (
        "editMessageCaption",
        {"chat_id": "R", "message_id": "F", "caption": "c" * 1025},
        "message caption is too long",
    ),
    ("deleteMessages", {"chat_id": "R", "message_ids": list(range(101))}, "too many messages"),
    ("pinChatMessage", {"chat_id": "R", "message_id": 999}, "message to pin not found"),
    ("unpinChatMessage", {"chat_id": "R"}, "message to unpin not found"),
    ("pinChatMessage", {"chat_id": "P", "message_id": 1}, "not enough rights to manage pinned"),
    ("getFile", {"file_id": "nothing"}, "invalid file_id"),
    ("createChatInviteLink", {"chat_id": "A"}, "private chats have no invite links"),
    ("createChatInviteLink", {"chat_id": "R", "member_limit": 100000}, "member limit must be"),
    ("createChatInviteLink", {"chat_id": "R", "expire_date": 5}, "EXPIRE_DATE_INVALID"),
    ("approveChatJoinRequest", {"chat_id": "P", "user_id": "B"}, "not enough rights to manage"),
    ("banChatMember", {"chat_id": "A", "user_id": "B"}, "can't ban members in private chats"),
    (
        "restrictChatMember",
        {"chat_id": "G", "user_id": "B", "permissions": {}},
        "method is available only for supergroups",
    ),
    ("setChatMemberTag", {"chat_id": "R", "user_id": "B", "tag": "😀"}, "TAG_INVALID"),
    ("setChatMemberTag", {"chat_id": "R", "user_id": "A", "tag": "x"}, "USER_NOT_PARTICIPANT"),
    ("setMyCommands", {"commands": [], "language_code": "english"}, "LANG_CODE_INVALID"),
    (
        "setMyCommands",
        {"commands": [], "scope": {"type": "chat_administrators", "chat_id": "A"}},
        "chat not found",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "a", "description": "b"}] * 101},
        "BOT_COMMANDS_TOO_MUCH",
    ),
    ("setWebhook", {"url": "https://e.org", "secret_token": "é"}, "unallowed characters"),
    ("getChatAdministrators", {"chat_id": "A"}, "no administrators in the private chat"),
    ("createForumTopic", {"chat_id": "R", "name": ""}, "TOPIC_TITLE_EMPTY"),
    ("createForumTopic", {"chat_id": "P", "name": "x"}, "not enough rights to create a topic"),
    ("closeForumTopic", {"chat_id": "R", "message_thread_id": 999}, "TOPIC_ID_INVALID"),
    ("reopenForumTopic", {"chat_id": "R", "message_thread_id": "T"}, "TOPIC_NOT_MODIFIED"),
    ("editForumTopic", {"chat_id": "R", "message_thread_id": "T"}, "TOPIC_NOT_MODIFIED"),
    ("sendChatAction", {"chat_id": "R", "action": "dancing"}, "wrong parameter action"),
    (
        "sendMessage",
        {"chat_id": "R", "text": "x", "reply_parameters": {"message_id": 999}},
        "message to be replied not found",
    ),
    ("sendMessage", {"chat_id": "S", "text": "x"}, "not enough rights to send text messages"),
    ("sendMessage", {"chat_id": "P", "text": "x", "message_thread_id": "T"}, "TOPIC_CLOSED"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
]
BUTTONS: list[tuple[str, dict[str, Any], str]] = [
    ("R", {"inline_keyboard": [[{"text": "a", "url": "e.org", "callback_data": "b"}]]}, "one opt"),
    ("R", {"inline_keyboard": [[{"text": "a", "web_app": {"url": "https://e.org"}}]]}, "TYPE_INV"),
    (
        "A",
        {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 101},
        "REPLY_MARKUP_TOO_LONG",
    ),
    ("A", {"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
    ("R", {"keyboard": [[{"text": "a", "request_contact": True}]]}, "BUTTON_TYPE_INVALID"),
]


@pytest.mark.parametrize(("method", "params", "words"), CASES)
async def test_what_cannot_be_is_refused(
    place: Place, method: str, params: dict[str, Any], words: str
) -> None:
    body = await place.ask(method, params)
    assert (body["ok"], body["error_code"]) == (False, 400)
    assert words in body["description"]


@pytest.mark.parametrize(("chat", "markup", "words"), BUTTONS)
async def test_odd_buttons_are_refused(
    place: Place, chat: str, markup: dict[str, Any], words: str
) -> None:
    body = await place.ask("sendMessage", {"chat_id": chat, "text": "x", "reply_markup": markup})
    assert words in body["description"]
    assert len(place.server.violations) == 1
