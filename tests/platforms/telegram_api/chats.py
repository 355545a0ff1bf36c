"""Chats and what was said in them."""

from dataclasses import dataclass, field
from typing import Any

from tests.platforms.telegram_api.accounts import USUAL_PERMISSIONS, Member, User


@dataclass
class Post:
    """One message as it is stored: `data` is the Message of the Bot API."""

    data: dict[str, Any]
    at: float
    author: int
    source: str = ""
    markup: dict[str, Any] | None = None
    silent: bool = False
    file: str = ""
    deleted: bool = False
    stamp: int = 0
    """The world's number when it was said or last changed."""
    typed: bool = True
    """Whether somebody said it, as against a service message."""

    @property
    def id(self) -> int:
        """Return the message id."""
        return int(self.data["message_id"])

    @property
    def words(self) -> str:
        """Return the text or the caption."""
        return str(self.data.get("text", self.data.get("caption", "")))


@dataclass
class Topic:
    """One topic of a forum, named by the message that opened it."""

    id: int
    name: str
    closed: bool = False


@dataclass
class Link:
    """One invite link."""

    url: str
    creator: User
    chat: int
    name: str = ""
    expires: int = 0
    limit: int = 0
    asks: bool = False
    primary: bool = False
    revoked: bool = False
    joined: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)

    def json(self) -> dict[str, Any]:
        """Return the ChatInviteLink of the Bot API."""
        made: dict[str, Any] = {
            "invite_link": self.url,
            "creator": self.creator.json,
            "creates_join_request": self.asks,
            "is_primary": self.primary,
            "is_revoked": self.revoked,
        }
        pairs = {
            "name": self.name,
            "expire_date": self.expires,
            "member_limit": self.limit,
            "pending_join_request_count": len(self.waiting),
        }
        return made | {key: value for key, value in pairs.items() if value}


@dataclass
class Asked:
    """A person's request to join, until somebody settles it."""

    user: User
    link: Link
    at: float


@dataclass
class Chat:
    """One chat: `kind` is private, group, supergroup or channel."""

    id: int
    kind: str
    title: str
    username: str = ""
    forum: bool = False
    person: User | None = None
    """The other one in a private chat."""
    started: bool = False
    blocked: bool = False
    gone: bool = False
    """Whether the person's account is no more."""
    members: dict[int, Member] = field(default_factory=dict)
    permissions: frozenset[str] = USUAL_PERMISSIONS
    posts: dict[int, Post] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    links: dict[str, Link] = field(default_factory=dict)
    requests: dict[int, Asked] = field(default_factory=dict)
    moved_to: "Chat | None" = None
    next_id: int = 1
    json: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.describe()

    def describe(self) -> None:
        """Write down the Chat of the Bot API afresh."""
        self.json = {"id": self.id, "type": self.kind}
        if self.person:
            shown = ("first_name", "username")
            self.json |= {key: self.person.json[key] for key in shown if key in self.person.json}
        else:
            self.json["title"] = self.title
            if self.username:
                self.json["username"] = self.username
        if self.forum:
            self.json["is_forum"] = True

    @property
    def private(self) -> bool:
        """Whether this is a person's talk with the bot."""
        return self.kind == "private"

    def member(self, user: User) -> Member:
        """Return what the chat knows about an account: somebody unknown has left."""
        return self.members.get(user.id) or Member(user, "left")

    def present(self) -> list[Member]:
        """Return who is in the chat."""
        return [one for one in self.members.values() if one.present]

    def primary(self) -> Link | None:
        """Return the chat's own invite link, if it has one."""
        found = [one for one in self.links.values() if one.primary and not one.revoked]
        return found[0] if found else None
