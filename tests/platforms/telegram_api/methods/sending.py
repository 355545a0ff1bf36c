"""Saying things: text, answers to presses, the sign of typing."""

from typing import Any

from tests.platforms.telegram_api.chats import Chat, Post
from tests.platforms.telegram_api.errors import bad, broken
from tests.platforms.telegram_api.markup import units, words
from tests.platforms.telegram_api.methods.keyboards import keyboard, shown
from tests.platforms.telegram_api.world import GENERAL, World

LONGEST = 4096
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, params: dict[str, Any]) -> object:
    """Say something."""
    chat = place(world, params)
    text, entities = words(params)
    check_text(text)
    body = {"text": text} | ({"entities": entities} if entities else {})
    return deliver(world, chat, params, body, str(params["text"])).data


def check_text(text: str) -> None:
    """Refuse text that is empty or too long."""
    if not text:
        raise broken("message text is empty")
    if len(text) > LONGEST // 2 and units(text) > LONGEST:
        raise broken("message is too long")


def place(world: World, params: dict[str, Any], permission: str = "can_send_messages") -> Chat:
    """Return the chat of a request, where the bot may write."""
    chat = world.room(params["chat_id"])
    if chat.private:
        return chat
    me = world.me(chat)
    if not me.admin and not (me.may(permission) and permission in chat.permissions):
        kind = "text messages" if permission == "can_send_messages" else "this kind of messages"
        raise bad(f"not enough rights to send {kind} to the chat")
    return chat


def deliver(
    world: World,
    chat: Chat,
    params: dict[str, Any],
    body: dict[str, Any],
    source: str,
    file: str = "",
) -> Post:
    """Put a message of the bot into a chat."""
    markup = keyboard(params.get("reply_markup"), chat)
    body |= _thread(world, chat, params) | _reply(world, chat, params) | shown(markup)
    if params.get("protect_content"):
        body["has_protected_content"] = True
    silent = bool(params.get("disable_notification"))
    return world.say(chat, world.bot, body, source=source, markup=markup, silent=silent, file=file)


def _thread(world: World, chat: Chat, params: dict[str, Any]) -> dict[str, Any]:
    thread = params.get("message_thread_id")
    if not thread:
        return {}
    topic = chat.topics.get(thread)
    if not chat.forum or topic is None or thread == GENERAL:
        raise bad("message thread not found")
    if topic.closed and not world.me(chat).has("can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(world: World, chat: Chat, params: dict[str, Any]) -> dict[str, Any]:
    reply = params.get("reply_parameters") or {}
    if not reply:
        return {}
    target = world.post(chat, reply["message_id"])
    if target is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {"reply_to_message": quoted(target)}


def quoted(target: Post) -> dict[str, Any]:
    """Return a message as it stands in a reply to it: without what it replied to."""
    return {key: value for key, value in target.data.items() if key != "reply_to_message"}


def send_chat_action(world: World, params: dict[str, Any]) -> object:
    """Show that the bot is typing."""
    chat = place(world, params)
    if params["action"] not in _ACTIONS:
        raise broken("wrong parameter action in request")
    world.actions.append((chat.id, str(params["action"])))
    return True


def answer_query(world: World, params: dict[str, Any]) -> object:
    """Answer a press, once and in time."""
    if units(str(params.get("text") or "")) > 200:
        raise broken("MESSAGE_TOO_LONG")
    query = world.queries.pop(str(params["callback_query_id"]), None)
    if query is None or world.now() - query.at > world.query_life:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    query.answer = params
    query.answered.set()
    return True
