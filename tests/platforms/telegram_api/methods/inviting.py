"""Invite links and requests to join."""

from typing import Any

from tests.platforms.telegram_api.accounts import User
from tests.platforms.telegram_api.chats import Chat, Link
from tests.platforms.telegram_api.crowd import new_link, settle
from tests.platforms.telegram_api.errors import bad, broken
from tests.platforms.telegram_api.world import World


def _room(world: World, params: dict[str, Any]) -> Chat:
    chat = world.room(params["chat_id"])
    if chat.private:
        raise bad("private chats have no invite links")
    if not world.me(chat).has("can_invite_users"):
        raise bad("not enough rights to manage chat invite link")
    return chat


def _facts(world: World, params: dict[str, Any]) -> dict[str, Any]:
    name, limit = str(params.get("name") or ""), int(params.get("member_limit") or 0)
    asks, expires = bool(params.get("creates_join_request")), int(params.get("expire_date") or 0)
    if len(name) > 32:
        raise broken("invite link name is too long")
    if not 0 <= limit <= 99999:
        raise broken("member limit must be between 1 and 99999")
    if asks and limit:
        raise broken("member limit can't be specified for links requiring administrator approval")
    if expires and expires <= world.now():
        raise bad("EXPIRE_DATE_INVALID")
    return {"name": name, "limit": limit, "asks": asks, "expires": expires}


def create(world: World, params: dict[str, Any]) -> object:
    """Make one more link."""
    chat = _room(world, params)
    return new_link(world, chat, world.bot, **_facts(world, params)).json()


def _own(world: World, chat: Chat, params: dict[str, Any]) -> Link:
    link = chat.links.get(str(params["invite_link"]))
    if link is None or link.creator.id != world.bot.id:
        raise bad("INVITE_HASH_EXPIRED")
    return link


def edit(world: World, params: dict[str, Any]) -> object:
    """Change a link of the bot's own."""
    chat = _room(world, params)
    link = _own(world, chat, params)
    if link.primary or link.revoked:
        raise bad("INVITE_HASH_EXPIRED")
    facts = _facts(world, params)
    link.name, link.limit = facts["name"], facts["limit"]
    link.asks, link.expires = facts["asks"], facts["expires"]
    return link.json()


def revoke(world: World, params: dict[str, Any]) -> object:
    """Let a link of the bot's own lead nowhere."""
    chat = _room(world, params)
    link = _own(world, chat, params)
    link.revoked = True
    return link.json()


def export(world: World, params: dict[str, Any]) -> object:
    """Make a new primary link; the bot's older one leads nowhere from then on."""
    chat = _room(world, params)
    for old in chat.links.values():
        old.revoked |= old.primary and old.creator.id == world.bot.id
    return new_link(world, chat, world.bot, primary=True).url


def _asked(world: World, params: dict[str, Any]) -> tuple[Chat, User]:
    chat = world.room(params["chat_id"])
    if not world.me(chat).has("can_invite_users"):
        raise bad("not enough rights to manage chat join requests")
    user = world.user(params["user_id"])
    if user.id in chat.requests:
        return chat, user
    if chat.member(user).present:
        raise bad("USER_ALREADY_PARTICIPANT")
    raise bad("HIDE_REQUESTER_MISSING")


def approve(world: World, params: dict[str, Any]) -> object:
    """Let somebody in who asked."""
    chat, user = _asked(world, params)
    settle(world, chat, user, world.bot, admit=True)
    return True


def decline(world: World, params: dict[str, Any]) -> object:
    """Turn somebody away who asked."""
    chat, user = _asked(world, params)
    settle(world, chat, user, world.bot, admit=False)
    return True
