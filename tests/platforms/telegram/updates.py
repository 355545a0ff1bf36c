"""Updates as Telegram writes them, for tests that need no server.

hear(message("hello", chat=GROUP))          the Message that the bot makes of it
hear({"chat_member": change("left", "member")})
"""

from datetime import UTC, datetime
from typing import Any

from telegram import Update

from bot.platforms.telegram.hearing import Ear, Heard

Json = dict[str, Any]

BOT, USERNAME = 7, "roundtable_bot"
SENT = 1_795_514_400
AT = datetime.fromtimestamp(SENT, UTC)
NOW = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
ANA: Json = {
    "id": 42, "is_bot": False, "first_name": "Ana", "last_name": "Lima", "language_code": "en",
}  # fmt: skip
ME: Json = {"id": BOT, "is_bot": True, "first_name": "Round Table", "username": USERNAME}
OTHER_BOT: Json = {"id": 8, "is_bot": True, "first_name": "Music", "username": "music_bot"}
PRIVATE: Json = {"id": 42, "type": "private", "first_name": "Ana", "last_name": "Lima"}
GROUP: Json = {"id": -1001, "type": "supergroup", "title": "Circle"}
BASIC: Json = {"id": -55, "type": "group", "title": "Circle"}
FORUM: Json = GROUP | {"is_forum": True}
CHANNEL: Json = {"id": -1009, "type": "channel", "title": "News"}
POLL: Json = {
    "id": "1", "question": "Tea?", "total_voter_count": 0, "is_closed": False,
    "options": [{"text": "Yes", "voter_count": 0, "persistent_id": "a"},
                {"text": "No", "voter_count": 0, "persistent_id": "b"}],
    "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
    "allows_revoting": True, "members_only": False,
}  # fmt: skip
LINK: Json = {
    "invite_link": "https://t.me/+AbCdEf", "creator": ME, "creates_join_request": False,
    "is_primary": False, "is_revoked": False, "name": "one person", "member_limit": 1,
}  # fmt: skip
RIGHTS: Json = {
    "can_be_edited": False, "is_anonymous": False, "can_manage_chat": True,
    "can_delete_messages": True, "can_manage_video_chats": False, "can_restrict_members": True,
    "can_promote_members": False, "can_change_info": False, "can_invite_users": True,
    "can_pin_messages": True, "can_post_stories": False, "can_edit_stories": False,
    "can_delete_stories": False,
}  # fmt: skip
LIMITS: Json = dict.fromkeys(
    (
        *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
        *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
        *("can_send_other_messages", "can_add_web_page_previews", "can_change_info"),
        *("can_invite_users", "can_pin_messages", "can_manage_topics", "can_edit_tag"),
        "can_react_to_messages",
    ),
    False,
)


def said(chat: Json = PRIVATE, by: Json | None = ANA, **parts: object) -> Json:
    """Return a message with these parts, as Telegram writes it inside an update."""
    sender = {} if by is None else {"from": by}
    return {"message_id": 11, **sender, "chat": chat, "date": SENT, **parts}


def message(text: str = "", chat: Json = PRIVATE, **parts: object) -> Json:
    """Return an update that brings a message; a command gets the mark that clients give it."""
    body: Json = {"text": text} if text else {}
    if text.startswith("/"):
        body["entities"] = [mark("bot_command", text.split(maxsplit=1)[0])]
    return {"message": said(chat, **(body | parts))}


def mark(kind: str, over: str, at: int = 0, **more: object) -> Json:
    """Return the mark that Telegram puts on some words of a text."""
    return {"type": kind, "offset": at, "length": len(over), **more}


def member(status: str, who: Json = ANA, **more: object) -> Json:
    """Return how somebody stands in a chat."""
    usual: dict[str, Json] = {
        "administrator": RIGHTS,
        "creator": {"is_anonymous": False},
        "restricted": LIMITS | {"until_date": 0},
        "kicked": {"until_date": 0},
    }
    return {"user": who, "status": status, **usual.get(status, {}), **more}


def change(old: Json, new: Json, chat: Json = GROUP, **more: object) -> Json:
    """Return what Telegram tells when somebody's standing in a chat changes."""
    return {
        "chat": chat, "from": ANA, "date": SENT,
        "old_chat_member": old, "new_chat_member": new, **more,
    }  # fmt: skip


def hear(update: Json, number: int = 900) -> Heard | None:
    """Return what the bot makes of an update."""
    ear = Ear(BOT, USERNAME, NOW)
    return ear.hear(Update.de_json({"update_id": number, **update}, None))
