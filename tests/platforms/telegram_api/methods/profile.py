"""The bot's own account: who it is, its commands, its words about itself, its web address."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.platforms.telegram_api.errors import bad, broken
from tests.platforms.telegram_api.world import World

_COMMAND = re.compile(r"^[a-z0-9_]{1,32}$")
_LANGUAGE = re.compile(r"^[a-z]{2}$")
_SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")


def get_me(world: World, params: dict[str, Any]) -> object:
    """Say who the bot is."""
    return world.bot.json | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _language(params: dict[str, Any]) -> str:
    language = str(params.get("language_code") or "")
    if language and not _LANGUAGE.match(language):
        raise broken("LANG_CODE_INVALID")
    return language


def _key(world: World, params: dict[str, Any]) -> str:
    scope = params.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        chat = world.find(scope["chat_id"])
        if scope["type"] == "chat_administrators" and chat.private:
            raise bad("chat not found")
    return json.dumps([scope, _language(params)], sort_keys=True)


def set_commands(world: World, params: dict[str, Any]) -> object:
    """Set the commands of one scope and language."""
    commands = params["commands"]
    if len(commands) > 100:
        raise broken("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not _COMMAND.match(one["command"]):
            raise broken("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"]) <= 256:
            raise broken("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_key(world, params)] = commands
    return True


def get_commands(world: World, params: dict[str, Any]) -> object:
    """Return the commands of one scope and language."""
    return world.commands.get(_key(world, params), [])


def delete_commands(world: World, params: dict[str, Any]) -> object:
    """Forget the commands of one scope and language."""
    world.commands.pop(_key(world, params), None)
    return True


def _set(world: World, params: dict[str, Any], what: str, most: int) -> object:
    text = str(params.get(what) or "")
    if len(text) > most:
        raise broken(f"bot {what.replace('_', ' ')} is too long")
    world.names[what, _language(params)] = text
    return True


def _get(world: World, params: dict[str, Any], what: str) -> dict[str, str]:
    own = world.names.get((what, _language(params)), "")
    usual = world.bot.first_name if what == "name" else ""
    return {what: own or world.names.get((what, ""), "") or usual}


def set_name(world: World, params: dict[str, Any]) -> object:
    """Set the bot's name."""
    return _set(world, params, "name", 64)


def get_name(world: World, params: dict[str, Any]) -> object:
    """Return the bot's name."""
    return _get(world, params, "name")


def set_description(world: World, params: dict[str, Any]) -> object:
    """Set what stands in an empty talk with the bot."""
    return _set(world, params, "description", 512)


def get_description(world: World, params: dict[str, Any]) -> object:
    """Return what stands in an empty talk with the bot."""
    return _get(world, params, "description")


def set_short(world: World, params: dict[str, Any]) -> object:
    """Set what stands on the bot's profile."""
    return _set(world, params, "short_description", 120)


def get_short(world: World, params: dict[str, Any]) -> object:
    """Return what stands on the bot's profile."""
    return _get(world, params, "short_description")


def set_webhook(world: World, params: dict[str, Any]) -> object:
    """Have updates sent to an address; an empty one is none."""
    url = str(params.get("url") or "")
    if not url:
        return delete_webhook(world, params)
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost"}
    if parts.scheme != "https" and not local:
        raise broken("bad webhook: An HTTPS URL must be provided for webhook")
    if not local and (parts.port or 443) not in {443, 80, 88, 8443}:
        raise broken("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if params.get("secret_token") and not _SECRET.match(str(params["secret_token"])):
        raise broken("secret token contains unallowed characters")
    world.updates.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        world.updates.drop()
    world.web = {"url": url, "secret": str(params.get("secret_token") or "")}
    world.updates.webhook = True
    return True


def delete_webhook(world: World, params: dict[str, Any]) -> object:
    """Have updates fetched again."""
    world.web = {"url": ""}
    world.updates.webhook = False
    if params.get("drop_pending_updates"):
        world.updates.drop()
    return True


def get_webhook(world: World, params: dict[str, Any]) -> object:
    """Say where updates go."""
    info: dict[str, Any] = {
        "url": world.web["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }
    if world.updates.webhook:
        info |= {"max_connections": 40, "ip_address": "127.0.0.1"}
        info |= {
            key: world.web[key]
            for key in ("last_error_date", "last_error_message")
            if key in world.web
        }
    if world.updates.allowed:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info
