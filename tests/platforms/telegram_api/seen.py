"""Messages as a person sees them."""

from dataclasses import dataclass
from typing import Any

from tests.platforms.telegram_api.chats import Chat, Post
from tests.platforms.telegram_api.world import World

SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "pinned_message",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_created",
    "chat_shared",
)


@dataclass(frozen=True)
class Seen:
    """One message on somebody's screen."""

    id: int
    chat: int
    author: str
    """The first name, or the title that it was said in the name of."""
    author_id: int
    by_bot: bool
    text: str
    """The text or the caption, without its formatting."""
    source: str
    """The same as the bot sent it, with its HTML."""
    entities: tuple[dict[str, Any], ...]
    buttons: tuple[tuple[str, ...], ...]
    """The labels, row by row: inline buttons, or keys in place of the keyboard."""
    markup: dict[str, Any] | None
    file_name: str
    file: bytes
    protected: bool
    silent: bool
    pinned: bool
    edited: bool
    thread: int | None
    reply_to: int | None
    service: str
    """What kind of service message it is, such as "new_chat_members", or ""."""
    at: float
    stamp: int
    """Grows with every change anywhere, so that later is told from earlier."""

    @property
    def labels(self) -> list[str]:
        """Return all labels in one list."""
        return [label for row in self.buttons for label in row]


def view(world: World, chat: Chat, post: Post) -> Seen:
    """Return a stored message as it looks now."""
    data = post.data
    author: dict[str, Any] = data.get("sender_chat") or data["from"]
    stored = world.files.get(post.file)
    return Seen(
        id=post.id,
        chat=chat.id,
        author=str(author.get("title") or author.get("first_name", "")),
        author_id=post.author,
        by_bot=post.author == world.bot.id,
        text=post.words,
        source=post.source or post.words,
        entities=tuple(data.get("entities") or data.get("caption_entities") or ()),
        buttons=_labels(post.markup),
        markup=post.markup,
        file_name=stored.name if stored else "",
        file=stored.content if stored else b"",
        protected=bool(data.get("has_protected_content")),
        silent=post.silent,
        pinned=post.id in chat.pinned,
        edited="edit_date" in data,
        thread=data.get("message_thread_id"),
        reply_to=(data.get("reply_to_message") or {}).get("message_id"),
        service=next((one for one in SERVICE if one in data), ""),
        at=post.at,
        stamp=post.stamp,
    )


def rows(markup: dict[str, Any] | None) -> list[list[dict[str, Any]]]:
    """Return the buttons as objects, row by row."""
    found = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return [[{"text": one} if isinstance(one, str) else one for one in row] for row in found]


def _labels(markup: dict[str, Any] | None) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(button["text"]) for button in row) for row in rows(markup))
