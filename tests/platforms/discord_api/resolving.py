"""What an interaction carries along: the people, roles, channels, files and messages it names."""

from typing import Any

import discord
from simcord.backend import serializers
from simcord.backend.models import Channel, Message, Role, User

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.screens import Has, Screen

USER, CHANNEL, ROLE, MENTIONABLE = 6, 7, 8, 9
Resolved = dict[str, dict[str, Any]]
_TAKES = {USER: (User,), CHANNEL: (Channel,), ROLE: (Role,), MENTIONABLE: (User, Role)}


def resolve(screen: Screen, place: Channel, kind: int, value: Has, resolved: Resolved) -> str:
    """Add what is named to `resolved`; return its id as it goes over the wire."""
    found = _find(screen, place, value.id)
    if not isinstance(found, _TAKES[kind]):
        raise MayNot(f"{value} cannot be chosen here")
    key = str(found.id)
    backend = screen.world.backend
    if isinstance(found, User):
        resolved.setdefault("users", {})[key] = serializers.user_payload(found)
        guild = backend.guilds.get(place.guild_id or 0)
        if guild is not None:
            member = serializers.member_payload(
                backend, guild, guild.members[found.id], with_user=False
            )
            rights = backend.compute_permissions(guild.id, found.id, place.id)
            entry = {**member, "permissions": str(rights)}
            resolved.setdefault("members", {})[key] = entry
    elif isinstance(found, Role):
        resolved.setdefault("roles", {})[key] = serializers.role_payload(found)
    else:
        resolved.setdefault("channels", {})[key] = partial(screen, found)
    return key


def attach(screen: Screen, place: Channel, file: tuple[str, bytes], resolved: Resolved) -> str:
    """Upload a file; return its id."""
    (stored,) = screen.world.backend.store_attachments(place.id, [file])
    resolved.setdefault("attachments", {})[stored["id"]] = stored | {"ephemeral": True}
    return str(stored["id"])


def message(screen: Screen, stored: Message) -> dict[str, Any]:
    """Return a message as interactions show it."""
    return dict(serializers.message_payload(screen.world.backend, stored))


def partial(screen: Screen, channel: Channel) -> dict[str, Any]:
    """Return a channel as interactions show it, with what this person may do there."""
    backend = screen.world.backend
    payload: dict[str, Any] = dict(serializers.channel_payload(backend, channel))
    payload.pop("permission_overwrites", None)
    payload["flags"] = 0
    if channel.guild_id is not None:
        rights = backend.compute_permissions(channel.guild_id, screen.id, channel.id)
        payload |= {"permissions": str(rights), "nsfw": False}
    return payload


def surroundings(screen: Screen, place: Channel) -> dict[str, Any]:
    """Return what stands around the data of every interaction in a channel."""
    around: dict[str, Any] = {
        "channel": partial(screen, place),
        "entitlement_sku_ids": [],
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    guild = screen.world.backend.guilds.get(place.guild_id or 0)
    if guild is None:
        return around | {"app_permissions": str(discord.Permissions.text().value)}
    locale = guild.preferred_locale
    around["guild"] = {"id": str(guild.id), "locale": locale, "features": []}
    return around | {"guild_locale": locale}


def _find(screen: Screen, place: Channel, id_: int) -> User | Role | Channel:
    backend = screen.world.backend
    guild = backend.guilds.get(place.guild_id or 0)
    if guild is None:
        if id_ in {screen.id, screen.world.bot.id}:
            return backend.users[id_]
        raise MayNot("in private there is nobody else to choose")
    if id_ in guild.members:
        return backend.users[id_]
    if id_ in guild.roles:
        return guild.roles[id_]
    channel = backend.channels.get(id_)
    if channel is None or channel.guild_id != guild.id or not screen.can_see(channel):
        raise MayNot(f"{screen.name} finds nothing of the number {id_} here")
    return channel
