"""Which events a session may hear, and what of them: intents, permissions, Message Content."""

from collections.abc import Mapping
from typing import Any

import discord
from simcord import intents as simcord_intents
from simcord.backend.access import channel_accessible

from tests.platforms.discord_api.sessions import Session
from tests.platforms.discord_api.world import Flags, World

MEMBERS = discord.Intents.members.flag
PRESENCES = discord.Intents.presences.flag
MESSAGE_CONTENT = discord.Intents.message_content.flag
MANAGE_GUILD = discord.Permissions.manage_guild.flag
_GUILD_ITSELF = frozenset({"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"})
_BITS: dict[str, tuple[int, int]] = {
    event: (getattr(discord.Intents, one).flag, getattr(discord.Intents, other or one).flag)
    for event, (one, other) in simcord_intents.EVENT_INTENTS.items()
    if hasattr(discord.Intents, one)
}


def forbidden_intents(intents: int, flags: Flags) -> bool:
    """Tell whether privileged intents were asked for that the portal has switched off."""
    wanted = {
        MEMBERS: flags.members,
        PRESENCES: flags.presences,
        MESSAGE_CONTENT: flags.message_content,
    }
    return any(intents & bit and not allowed for bit, allowed in wanted.items())


def guild_of(event: str, payload: Mapping[str, Any]) -> int | None:
    """Return the guild that an event belongs to."""
    found = payload.get("guild_id") or (payload.get("id") if event in _GUILD_ITSELF else None)
    return int(found) if found else None


def shaped(
    world: World, session: Session, event: str, payload: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return an event as this session hears it, or None if it does not."""
    guild_id = guild_of(event, payload)
    if not session.hears(guild_id) or not _intended(world, session.intents, event, payload):
        return None
    if not _allowed(world, event, payload, guild_id):
        return None
    if event == "GUILD_CREATE":
        return welcome(world, session, dict(payload))
    return payload if session.intents & MESSAGE_CONTENT else _blinded(world, event, payload)


def _blinded(world: World, event: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    if event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:
        blinded = dict(payload)
        simcord_intents.censor_message(blinded, world.bot.id, backend=world.backend)
        return blinded
    if event == "AUTO_MODERATION_ACTION_EXECUTION":
        return {**payload, "content": "", "matched_content": ""}
    return payload


def _intended(world: World, intents: int, event: str, payload: Mapping[str, Any]) -> bool:
    bits = _BITS.get(event)
    if bits is None or intents & bits[0 if payload.get("guild_id") else 1]:
        return True
    # What happens to the bot itself is told whatever the intents.
    who = payload.get("user") or {}
    return event == "GUILD_MEMBER_UPDATE" and who.get("id") == str(world.bot.id)


def _allowed(world: World, event: str, payload: Mapping[str, Any], guild_id: int | None) -> bool:
    guild = world.backend.guilds.get(guild_id) if guild_id else None
    if guild_id is None or event == "GUILD_DELETE":
        return True
    if guild is None or world.bot.id not in guild.members:
        return False
    if event.startswith("MESSAGE_"):
        return channel_accessible(world.backend, int(payload["channel_id"]), world.bot.id)
    if event.startswith("AUTO_MODERATION_"):
        held = world.backend.compute_permissions(guild_id, world.bot.id)
        return bool(held & MANAGE_GUILD)
    return True


def welcome(world: World, session: Session, payload: dict[str, Any]) -> dict[str, Any]:
    """Return GUILD_CREATE with no more members in it than Discord puts there."""
    intents = discord.Intents._from_value(session.intents)
    simcord_intents.prune_guild_create(payload, intents, world.bot.id)
    return payload
