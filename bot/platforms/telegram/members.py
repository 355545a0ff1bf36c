"""Members: who is inside a chat, and what the bot must be allowed there."""

from telegram import ChatMember

# What the bot must be allowed in a room, and how a person says it.
RIGHTS = {
    "can_delete_messages": "delete messages",
    "can_restrict_members": "restrict members",
    "can_invite_users": "invite people with a link",
    "can_pin_messages": "pin messages",
}
_INSIDE = {ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER}


def is_inside(member: ChatMember) -> bool:
    """Tell whether somebody is in the chat; somebody restricted may be."""
    return member.status in _INSIDE or bool(getattr(member, "is_member", False))


def is_able(member: ChatMember) -> bool:
    """Tell whether somebody may do all that the bot has to."""
    return all(getattr(member, right, False) for right in RIGHTS)
