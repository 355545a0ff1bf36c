"""Who takes part: people and the bot, and what each chat knows about them."""

from dataclasses import dataclass, field, replace
from typing import Any

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
USUAL_RIGHTS = frozenset(
    {
        "can_manage_chat",
        "can_delete_messages",
        "can_restrict_members",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    }
)
USUAL_PERMISSIONS = frozenset(PERMISSIONS) - {
    "can_change_info",
    "can_pin_messages",
    "can_manage_topics",
}
_SHOW_ADMIN = frozenset(ADMIN_RIGHTS)


@dataclass(frozen=True)
class User:
    """One account."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    json: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.json.update(id=self.id, is_bot=self.is_bot, first_name=self.first_name)
        if self.username:
            self.json["username"] = self.username
        if self.language_code:
            self.json["language_code"] = self.language_code


ANONYMOUS = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
CHANNEL = User(136817688, "Channel", "Channel_Bot", is_bot=True)


@dataclass(frozen=True)
class Member:
    """One account in one chat: `status` is Telegram's own word.

    `rights` are an administrator's rights, or what a restricted member may still do.
    """

    user: User
    status: str = "member"
    rights: frozenset[str] = frozenset()
    until: int = 0
    tag: str = ""
    anonymous: bool = False
    inside: bool = True
    """Whether a restricted one is in the chat."""

    @property
    def present(self) -> bool:
        """Whether the account is in the chat."""
        return self.status not in {"left", "kicked"} and self.inside

    @property
    def admin(self) -> bool:
        """Whether the account runs the chat."""
        return self.status in {"creator", "administrator"}

    def has(self, right: str) -> bool:
        """Tell whether the account has an administrator's right."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def may(self, permission: str) -> bool:
        """Tell whether the account may do what members usually may."""
        return self.admin or (
            self.present and (self.status == "member" or permission in self.rights)
        )

    def become(self, status: str, **changes: Any) -> "Member":  # noqa: ANN401
        """Return the same account in another status."""
        fresh = Member(self.user, status, tag=self.tag)
        return replace(fresh, **changes)

    def json(self) -> dict[str, Any]:
        """Return the ChatMember of the Bot API."""
        made: dict[str, Any] = {"user": self.user.json, "status": self.status}
        if self.admin:
            made["is_anonymous"] = self.anonymous
        if self.status == "administrator":
            made["can_be_edited"] = False
            made |= {right: right in self.rights for right in _SHOW_ADMIN}
        elif self.status == "restricted":
            made |= {"is_member": self.inside, "until_date": self.until}
            made |= {one: one in self.rights for one in PERMISSIONS}
        elif self.status == "kicked":
            made["until_date"] = self.until
        if self.tag and self.status in {"member", "restricted"}:
            made["tag"] = self.tag
        return made
