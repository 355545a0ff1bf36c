"""The one state of things behind the server: chats, people, messages, links, time."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.telegram_api.accounts import Member, User
from tests.platforms.telegram_api.chats import Chat, Link, Post
from tests.platforms.telegram_api.errors import bad, forbidden
from tests.platforms.telegram_api.rates import Rates
from tests.platforms.telegram_api.updates import Updates

TWO_DAYS = 48 * 3600
GENERAL = 1
"""A forum's first topic, which is named nowhere."""


@dataclass
class Query:
    """One press of a button that waits for answerCallbackQuery."""

    id: str
    at: float
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """One file."""

    id: str
    path: str
    name: str
    type: str
    content: bytes
    size: int
    kind: str = "document"


class World:
    """What is true at Telegram."""

    def __init__(self, bot: User, *, reads_all: bool) -> None:
        self.bot = bot
        self.reads_all = reads_all
        self.people: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.links: dict[str, Link] = {}
        self.files: dict[str, Stored] = {}
        self.queries: dict[str, Query] = {}
        self.commands: dict[str, list[dict[str, Any]]] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.actions: list[tuple[int, str]] = []
        self.updates = Updates()
        self.rates = Rates()
        self.ahead = 0.0
        self.query_life = 60.0
        self.changed = asyncio.Event()
        self.web: dict[str, Any] = {"url": ""}
        self._number = 0

    def now(self) -> float:
        """Return the server's time, which tests move ahead."""
        return time.time() + self.ahead

    def number(self) -> int:
        """Return a number never given before."""
        self._number += 1
        return self._number

    def touch(self) -> None:
        """Wake those who wait for something to change."""
        self.changed.set()
        self.changed = asyncio.Event()

    # --- Finding ---------------------------------------------------------------------------------

    def find(self, chat_id: object) -> Chat:
        """Return a chat by what a request calls it."""
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").lower()
            match = [one for one in self.chats.values() if one.username.lower() == name]
            chat = match[0] if match and chat_id.startswith("@") and not match[0].private else None
        else:
            chat = self.chats.get(int(str(chat_id)))
        if chat is None or not self.known(chat):
            raise bad("chat not found")
        return chat

    def known(self, chat: Chat) -> bool:
        """Tell whether the bot was ever in a room, or has met a person: alone or in a room."""
        if not chat.private:
            return self.bot.id in chat.members
        person = chat.id
        return chat.started or any(
            self.bot.id in one.members and person in one.members | one.requests
            for one in self.chats.values()
            if not one.private
        )

    def room(self, chat_id: object) -> Chat:
        """Return a chat that the bot is in, or refuse as Telegram does."""
        chat = self.find(chat_id)
        if chat.moved_to is not None:
            refusal = bad("group chat was upgraded to a supergroup chat")
            refusal.parameters["migrate_to_chat_id"] = chat.moved_to.id
            raise refusal
        if chat.private:
            self._reach(chat)
            return chat
        me = chat.member(self.bot)
        if me.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if not me.present:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def _reach(self, chat: Chat) -> None:
        if chat.gone:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        asked = any(
            chat.id in one.requests and self.now() - one.requests[chat.id].at < 300
            for one in self.chats.values()
        )
        if not (chat.started or asked):
            raise forbidden("bot can't initiate conversation with a user")

    def me(self, chat: Chat) -> Member:
        """Return the bot's own place in a chat."""
        return chat.member(self.bot)

    def stands(self, chat: Chat, user: User) -> Member:
        """Return somebody's place in a chat, once what has run out is lifted."""
        member = chat.member(user)
        if member.until and member.until <= self.now():
            member = member.become("member" if member.present else "left")
            chat.members[user.id] = member
        return member

    def post(self, chat: Chat, message_id: object) -> Post | None:
        """Return a message that is still there."""
        found = chat.posts.get(int(str(message_id)))
        return found if found and not found.deleted else None

    def user(self, user_id: object) -> User:
        """Return an account by its number."""
        if user_id == self.bot.id:
            return self.bot
        found = self.people.get(int(str(user_id)))
        if found is None:
            raise bad("PARTICIPANT_ID_INVALID")
        return found

    # --- Saying ----------------------------------------------------------------------------------

    def say(self, chat: Chat, author: User, body: dict[str, Any], **facts: Any) -> Post:  # noqa: ANN401
        """Store a message; `facts` are the fields of Post that Telegram does not send."""
        at = self.now()
        data = {
            "message_id": chat.next_id,
            "from": author.json,
            "chat": chat.json,
            "date": int(at),
        } | body
        post = Post(data, at, author.id, stamp=self.number(), **facts)
        chat.posts[chat.next_id] = post
        chat.next_id += 1
        self.touch()
        return post

    def hear(self, chat: Chat, post: Post, kind: str = "message") -> None:
        """Let the bot hear of a message if Telegram would."""
        if self._overhears(chat, post):
            self.updates.put(kind, post.data)

    def _overhears(self, chat: Chat, post: Post) -> bool:
        if chat.private:
            return True
        me = self.me(chat)
        if not me.present or post.author == self.bot.id:
            return False
        if self.reads_all or me.admin or not post.typed:
            return True
        reply = post.data.get("reply_to_message") or {}
        return self._is_for_me(post.words) or reply.get("from", {}).get("id") == self.bot.id

    def _is_for_me(self, text: str) -> bool:
        first = text.split(maxsplit=1)[0] if text.strip() else ""
        if not first.startswith("/"):
            return f"@{self.bot.username}".lower() in text.lower()
        _, _, name = first.partition("@")
        return not name or name.lower() == self.bot.username.lower()
