"""What the bot can learn of a chat, and the topics of a forum."""

from typing import Any

from tests.platforms.telegram_api.accounts import PERMISSIONS
from tests.platforms.telegram_api.chats import Chat, Topic
from tests.platforms.telegram_api.crowd import change
from tests.platforms.telegram_api.errors import bad, broken
from tests.platforms.telegram_api.world import World


def get_chat(world: World, params: dict[str, Any]) -> object:
    """Describe a chat."""
    chat = world.find(params["chat_id"])
    if not chat.private:
        chat = world.room(params["chat_id"])
    full: dict[str, Any] = chat.json | {
        "accent_color_id": 4,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
    }
    if not chat.private:
        full["permissions"] = {one: one in chat.permissions for one in PERMISSIONS}
        link = chat.primary()
        if link is not None and world.me(chat).has("can_invite_users"):
            full["invite_link"] = link.url
    if chat.pinned:
        full["pinned_message"] = chat.posts[chat.pinned[-1]].data
    return full


def get_member(world: World, params: dict[str, Any]) -> object:
    """Say what place an account has in a chat."""
    chat = world.room(params["chat_id"])
    user = world.user(params["user_id"])
    return world.stands(chat, user).json()


def get_administrators(world: World, params: dict[str, Any]) -> object:
    """List who runs a chat, without other bots."""
    chat = world.room(params["chat_id"])
    if chat.private:
        raise bad("there are no administrators in the private chat")
    return [one.json() for one in chat.present() if one.admin]


def count_members(world: World, params: dict[str, Any]) -> object:
    """Count who is in a chat."""
    chat = world.room(params["chat_id"])
    return 2 if chat.private else len(chat.present())


def leave(world: World, params: dict[str, Any]) -> object:
    """Go away."""
    chat = world.room(params["chat_id"])
    change(world, chat, world.me(chat).become("left"), world.bot)
    return True


def open_topic(world: World, chat: Chat, name: str) -> Topic:
    """Open a topic: the message that says so gives it its number."""
    made = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
    post = world.say(chat, world.bot, made, typed=False)
    post.data |= {"message_thread_id": post.id, "is_topic_message": True}
    chat.topics[post.id] = topic = Topic(post.id, name)
    return topic


def _forum(world: World, params: dict[str, Any]) -> Chat:
    chat = world.room(params["chat_id"])
    if not chat.forum:
        raise bad("the chat is not a forum")
    if not world.me(chat).has("can_manage_topics"):
        raise bad("not enough rights to create a topic")
    return chat


def create_topic(world: World, params: dict[str, Any]) -> object:
    """Open a topic."""
    chat = _forum(world, params)
    if not 1 <= len(str(params["name"])) <= 128:
        raise broken("TOPIC_TITLE_EMPTY")
    topic = open_topic(world, chat, str(params["name"]))
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": 7322096}


def _topic(world: World, params: dict[str, Any]) -> Topic:
    topic = _forum(world, params).topics.get(int(params["message_thread_id"]))
    if topic is None:
        raise bad("TOPIC_ID_INVALID")
    return topic


def edit_topic(world: World, params: dict[str, Any]) -> object:
    """Give a topic another name."""
    topic = _topic(world, params)
    name = str(params.get("name") or topic.name)
    if name == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    return True


def close_topic(world: World, params: dict[str, Any]) -> object:
    """Close a topic."""
    topic = _topic(world, params)
    if topic.closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = True
    return True


def reopen_topic(world: World, params: dict[str, Any]) -> object:
    """Open a closed topic again."""
    topic = _topic(world, params)
    if not topic.closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = False
    return True
