"""What the bot does to members."""

from typing import Any

from tests.platforms.telegram_api.accounts import PERMISSIONS, Member
from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_api.crowd import change
from tests.platforms.telegram_api.errors import bad, broken
from tests.platforms.telegram_api.world import World

_YEAR = 366 * 86400


def _target(world: World, params: dict[str, Any]) -> tuple[Chat, Member]:
    chat = world.room(params["chat_id"])
    if chat.private:
        raise bad("can't ban members in private chats")
    if not world.me(chat).has("can_restrict_members"):
        raise bad("not enough rights to restrict/unrestrict chat member")
    if params["user_id"] == world.bot.id:
        raise bad("can't restrict self")
    member = chat.member(world.user(params["user_id"]))
    if member.status == "creator":
        raise bad("can't remove chat owner")
    if member.admin:
        raise bad("user is an administrator of the chat")
    return chat, member


def _until(world: World, params: dict[str, Any]) -> int:
    until = int(params.get("until_date") or 0)
    away = until - world.now()
    return until if 30 <= away <= _YEAR else 0


def ban(world: World, params: dict[str, Any]) -> object:
    """Take somebody out for good, and their messages with them."""
    chat, member = _target(world, params)
    if chat.kind == "supergroup" or params.get("revoke_messages"):
        for post in chat.posts.values():
            post.deleted |= post.author == member.user.id and post.typed
    change(world, chat, member.become("kicked", until=_until(world, params)), world.bot)
    return True


def unban(world: World, params: dict[str, Any]) -> object:
    """Lift a ban; a member who is not banned is taken out, unless `only_if_banned`."""
    chat, member = _target(world, params)
    if member.status == "kicked" or (member.present and not params.get("only_if_banned")):
        change(world, chat, member.become("left"), world.bot)
    return True


def restrict(world: World, params: dict[str, Any]) -> object:
    """Say what somebody may still do."""
    chat, member = _target(world, params)
    if chat.kind != "supergroup":
        raise bad("method is available only for supergroups")
    allowed = frozenset(key for key, value in params["permissions"].items() if value)
    if not params.get("use_independent_chat_permissions"):
        allowed |= _implied(allowed)
    if allowed >= frozenset(PERMISSIONS) & chat.permissions:
        status = "member" if member.present else "left"
        change(world, chat, member.become(status), world.bot)
        return True
    until = _until(world, params)
    new = member.become("restricted", rights=allowed, until=until, inside=member.present)
    change(world, chat, new, world.bot)
    return True


def _implied(allowed: frozenset[str]) -> frozenset[str]:
    """Return what older permissions bring along where they are not given one by one."""
    media = frozenset(one for one in PERMISSIONS[1:7])
    more = frozenset[str]()
    if allowed & {"can_send_other_messages", "can_add_web_page_previews"}:
        more |= media | {"can_send_messages"}
    if "can_send_polls" in allowed:
        more |= {"can_send_messages"}
    return more | (
        {"can_send_messages", "can_react_to_messages"} if "can_send_messages" in allowed else set()
    )


def tag(world: World, params: dict[str, Any]) -> object:
    """Put a word beside a member's name."""
    chat = world.room(params["chat_id"])
    text = str(params.get("tag") or "")
    if len(text) > 16 or any(ord(one) > 0x2190 for one in text):
        raise broken("TAG_INVALID")
    if not world.me(chat).has("can_manage_tags"):
        raise bad("not enough rights to manage tags of the chat members")
    member = chat.member(world.user(params["user_id"]))
    if not member.present:
        raise bad("USER_NOT_PARTICIPANT")
    kept = {"rights": member.rights, "until": member.until}
    change(world, chat, member.become(member.status, tag=text, **kept), world.bot)
    return True
