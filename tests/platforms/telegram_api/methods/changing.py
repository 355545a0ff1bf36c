"""Changing what stands in a chat: edits, deletions, pins."""

from typing import Any

from tests.platforms.telegram_api.chats import Chat, Post
from tests.platforms.telegram_api.errors import bad, broken
from tests.platforms.telegram_api.markup import units, words
from tests.platforms.telegram_api.methods.keyboards import keyboard, shown
from tests.platforms.telegram_api.methods.sending import check_text
from tests.platforms.telegram_api.world import TWO_DAYS, World

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def _mine(world: World, params: dict[str, Any]) -> tuple[Chat, Post]:
    chat = world.room(params.get("chat_id", 0))
    post = world.post(chat, params.get("message_id", 0))
    if post is None:
        raise bad("message to edit not found")
    if post.author != world.bot.id or not post.typed:
        raise bad("message can't be edited")
    return chat, post


def edit_text(world: World, params: dict[str, Any]) -> object:
    """Say it in other words."""
    chat, post = _mine(world, params)
    if "text" not in post.data:
        raise bad("there is no text in the message to edit")
    text, entities = words(params)
    check_text(text)
    body = {"text": text} | ({"entities": entities} if entities else {})
    return _rewrite(world, chat, post, body, params)


def edit_caption(world: World, params: dict[str, Any]) -> object:
    """Say it in other words under a file."""
    chat, post = _mine(world, params)
    text, entities = words(params, "caption")
    if units(text) > 1024:
        raise broken("message caption is too long")
    body = {"caption": text} | ({"caption_entities": entities} if entities else {})
    return _rewrite(world, chat, post, body, params)


def edit_markup(world: World, params: dict[str, Any]) -> object:
    """Show other buttons."""
    chat, post = _mine(world, params)
    kept = ("text", "entities", "caption", "caption_entities")
    body = {key: post.data[key] for key in kept if key in post.data}
    return _rewrite(world, chat, post, body, params)


def _rewrite(
    world: World, chat: Chat, post: Post, body: dict[str, Any], params: dict[str, Any]
) -> object:
    markup = keyboard(params.get("reply_markup"), chat)
    new = body | shown(markup)
    changing = ("text", "entities", "caption", "caption_entities", "reply_markup")
    if {key: post.data[key] for key in changing if key in post.data} == new:
        raise bad(_SAME)
    kept = {key: value for key, value in post.data.items() if key not in changing}
    post.data = kept | new | {"edit_date": int(world.now())}
    post.markup = markup
    post.stamp = world.number()
    post.source = str(params.get("text") or params.get("caption") or post.source)
    world.touch()
    return post.data


def delete_message(world: World, params: dict[str, Any]) -> object:
    """Take a message away."""
    chat = world.room(params["chat_id"])
    post = world.post(chat, params["message_id"])
    if post is None:
        raise bad("message to delete not found")
    _check_may_delete(world, chat, post)
    _delete(world, chat, post)
    return True


def _check_may_delete(world: World, chat: Chat, post: Post) -> None:
    if world.now() - post.at > TWO_DAYS:
        raise bad("message can't be deleted for everyone")
    if chat.private or post.author == world.bot.id:
        return
    if not world.me(chat).has("can_delete_messages"):
        raise bad("message can't be deleted")


def delete_messages(world: World, params: dict[str, Any]) -> object:
    """Take several away; those that are gone are passed over."""
    chat = world.room(params["chat_id"])
    if not 1 <= len(params["message_ids"]) <= 100:
        raise broken("too many messages to delete" if params["message_ids"] else "no messages")
    found = [world.post(chat, one) for one in params["message_ids"]]
    for post in found:
        if post is not None:
            _check_may_delete(world, chat, post)
            _delete(world, chat, post)
    return True


def _delete(world: World, chat: Chat, post: Post) -> None:
    post.deleted = True
    if post.id in chat.pinned:
        chat.pinned.remove(post.id)
    world.touch()


def _check_may_pin(world: World, chat: Chat) -> None:
    me = world.me(chat)
    if not (chat.private or me.has("can_pin_messages") or "can_pin_messages" in chat.permissions):
        raise bad("not enough rights to manage pinned messages in the chat")


def pin(world: World, params: dict[str, Any]) -> object:
    """Pin a message."""
    chat = world.room(params["chat_id"])
    _check_may_pin(world, chat)
    post = world.post(chat, params["message_id"])
    if post is None:
        raise bad("message to pin not found")
    if post.id not in chat.pinned:
        chat.pinned.append(post.id)
        world.say(chat, world.bot, {"pinned_message": post.data}, typed=False)
    return True


def unpin(world: World, params: dict[str, Any]) -> object:
    """Take a pin away: the newest, unless another is named."""
    chat = world.room(params["chat_id"])
    _check_may_pin(world, chat)
    number = params.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(number)
    world.touch()
    return True


def unpin_all(world: World, params: dict[str, Any]) -> object:
    """Take all pins away."""
    chat = world.room(params["chat_id"])
    _check_may_pin(world, chat)
    chat.pinned.clear()
    world.touch()
    return True
