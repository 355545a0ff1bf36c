"""Buttons that people press."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.platforms.telegram_api.accounts import User
from tests.platforms.telegram_api.chats import Chat, Post
from tests.platforms.telegram_api.errors import MayNot
from tests.platforms.telegram_api.seen import rows
from tests.platforms.telegram_api.world import Query, World


@dataclass(frozen=True)
class Answer:
    """What the bot answers to a press; `url` is what the button or the answer opens."""

    text: str = ""
    alert: bool = False
    url: str = ""


def find(chat: Chat, label: str, message: int | None) -> tuple[Post, dict[str, Any]]:
    """Return the newest button of this name and its message."""
    keys_gone = False
    for post in reversed(chat.posts.values()):
        markup = post.markup or {}
        if (
            not post.deleted
            and message in {None, post.id}
            and not (keys_gone and "keyboard" in markup)
        ):
            for row in rows(markup):
                for button in row:
                    if button["text"] == label:
                        return post, button
        # A newer set of keys, or none, takes the place of the older one; inline buttons stay.
        keys_gone = keys_gone or "keyboard" in markup or "remove_keyboard" in markup
    raise MayNot(f"no button {label!r} is to be seen; there are {_labels(chat)}")


def _labels(chat: Chat) -> list[str]:
    return [
        str(button["text"])
        for post in chat.posts.values()
        if not post.deleted
        for row in rows(post.markup)
        for button in row
    ]


async def press(
    world: World, chat: Chat, post: Post, button: dict[str, Any], user: User, seconds: float
) -> Answer:
    """Press an inline button and wait for what the bot answers."""
    for opened in (button.get("url"), (button.get("web_app") or {}).get("url")):
        if opened:
            return Answer(url=str(opened))
    if "callback_data" not in button:
        raise MayNot("this button does nothing here")
    query = Query(f"{user.id}{world.number():06d}", world.now())
    world.queries[query.id] = query
    world.updates.put(
        "callback_query",
        {
            "id": query.id,
            "from": user.json,
            "message": post.data,
            "chat_instance": str(abs(chat.id) * 7919),
            "data": button["callback_data"],
        },
    )
    if seconds:
        async with asyncio.timeout(seconds):
            await query.answered.wait()
    said = query.answer
    return Answer(
        str(said.get("text") or ""), bool(said.get("show_alert")), str(said.get("url") or "")
    )
