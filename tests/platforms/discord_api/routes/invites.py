"""Invites that give roles, run out and are counted."""

from typing import Any

from simcord.backend import errors, serializers
from simcord.backend.models import Invite

from tests.platforms.discord_api.calls import Call, route


@route("POST", "/channels/{channel_id}/invites")
def create(call: Call) -> dict[str, Any]:
    """Make an invite; with `role_ids` who comes by it has these roles."""
    channel = call.require_channel_permissions(call.int_arg("channel_id"), "create_instant_invite")
    body = call.fields("max_uses", "max_age", "temporary", "role_ids", ignore=("unique", "flags"))
    roles = [int(one) for one in body.get("role_ids") or ()]
    if channel.guild_id is None:
        raise errors.cannot_execute_on_channel_type()
    for role_id in roles:
        call.need(channel.guild_id, "manage_roles")
        call.backend.get_role(channel.guild_id, role_id)
        call.backend.require_role_assignable(channel.guild_id, call.world.bot.id, role_id)
    most, age = int(body.get("max_uses") or 0), body.get("max_age")
    age = 86400 if age is None else int(age)
    if not 0 <= most <= 100 or not 0 <= age <= 604800:
        raise errors.invalid_form_body("max_uses: 0 to 100; max_age: 0 to 604800")
    invite = call.backend.create_invite(
        channel.id,
        call.world.bot.id,
        max_uses=most,
        max_age=age,
        temporary=bool(body.get("temporary")),
    )
    call.world.invite_roles[invite.code] = roles
    return told(call, invite)


def told(call: Call, invite: Invite) -> dict[str, Any]:
    """Return an invite as Discord tells of it."""
    backend = call.backend
    guild = backend.get_guild(invite.guild_id)
    given = call.world.invite_roles.get(invite.code, [])
    roles = [guild.roles[one] for one in given if one in guild.roles]
    return serializers.invite_payload(backend, invite) | {
        "type": 0,
        "guild": {
            "id": str(guild.id),
            "name": guild.name,
            "splash": None,
            "banner": None,
            "description": guild.description,
            "icon": None,
            "features": [],
            "verification_level": guild.verification_level,
            "vanity_url_code": None,
            "nsfw_level": 0,
            "premium_subscription_count": 0,
        },
        "roles": [serializers.role_payload(one) for one in roles],
    }


@route("GET", "/invites/{code}")
def fetch(call: Call) -> dict[str, Any]:
    """Tell of an invite that has not run out."""
    invite = call.backend.get_invite(call.args["code"])
    if invite.expires_at is not None and invite.expires_at <= call.backend.now_iso():
        raise errors.unknown_invite()
    return told(call, invite)


@route("GET", "/channels/{channel_id}/invites")
def of_channel(call: Call) -> list[dict[str, Any]]:
    """List a channel's invites."""
    channel = call.require_channel_permissions(call.int_arg("channel_id"), "manage_channels")
    invites = call.backend.invites.values()
    return [told(call, one) for one in invites if one.channel_id == channel.id]


@route("GET", "/guilds/{guild_id}/invites")
def of_guild(call: Call) -> list[dict[str, Any]]:
    """List a guild's invites."""
    guild_id = call.int_arg("guild_id")
    call.need(guild_id, "manage_guild")
    return [told(call, one) for one in call.backend.invites.values() if one.guild_id == guild_id]


@route("DELETE", "/invites/{code}")
def withdraw(call: Call) -> dict[str, Any]:
    """Take an invite back, as whoever may manage its channel or the guild."""
    invite = call.backend.get_invite(call.args["code"])
    held = call.backend.compute_permissions(invite.guild_id, call.world.bot.id, invite.channel_id)
    if not held & (1 << 4 | 1 << 5):
        raise errors.missing_permissions()
    gone = told(call, invite)
    call.backend.delete_invite(invite.code)
    return gone
