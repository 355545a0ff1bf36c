"""Members: put in with OAuth2's guilds.join, searched, listed, timed out."""

import datetime as dt
from typing import Any

from simcord.backend import errors, serializers
from simcord.backend.errors import BackendError
from simcord.http.routes import guilds

from tests.platforms.discord_api.calls import Answer, Call, route

LONGEST_TIMEOUT = dt.timedelta(days=28)


@route("PUT", "/guilds/{guild_id}/members/{user_id}")
def put_in(call: Call) -> Answer:
    """Put somebody into a guild who allowed it on the consent screen."""
    guild = call.backend.get_guild(call.int_arg("guild_id"))
    user_id = call.int_arg("user_id")
    body = call.fields("access_token", "roles", "nick", "mute", "deaf")
    call.need(guild.id, "create_instant_invite")
    grant = call.world.bearers.get(str(body.get("access_token")))
    if grant is None or grant.user_id != user_id or grant.until < call.world.now():
        raise BackendError(403, 50025, "Invalid OAuth2 access token")
    if "guilds.join" not in grant.scopes:
        raise BackendError(403, 50025, "Invalid OAuth2 access token")
    if user_id in guild.members:
        return Answer(204, None)
    if user_id in guild.bans:
        raise BackendError(403, 40007, "The user is banned from this guild.")
    roles = [int(one) for one in body.get("roles") or ()]
    for role_id in roles:
        call.need(guild.id, "manage_roles")
        call.backend.get_role(guild.id, role_id)
        call.backend.require_role_assignable(guild.id, call.world.bot.id, role_id)
    nick = body.get("nick")
    member = call.backend.add_member(guild.id, user_id, roles=roles, nick=nick, announce=True)
    return Answer(201, dict(serializers.member_payload(call.backend, guild, member)))


@route("GET", "/guilds/{guild_id}/members/search")
def search(call: Call) -> list[dict[str, Any]]:
    """Find members by how their names begin."""
    guild = call.backend.get_guild(call.int_arg("guild_id"))
    start, limit = str(call.params["query"]).lower(), int(call.params.get("limit", 1))
    found = [
        one
        for one in guild.members.values()
        if call.backend.users[one.user_id].name.lower().startswith(start)
        or (one.nick or "\n").lower().startswith(start)
    ]
    return [dict(serializers.member_payload(call.backend, guild, one)) for one in found[:limit]]


@route("GET", "/guilds/{guild_id}/members")
def listed(call: Call) -> Any:  # noqa: ANN401
    """List the members, which needs the intent to be switched on in the portal."""
    if not call.world.flags.members:
        raise errors.missing_access()
    return guilds.list_members(call)


@route("PATCH", "/guilds/{guild_id}/members/{user_id}")
def edit(call: Call) -> Any:  # noqa: ANN401
    """Change a member; a timeout lasts 28 days at most and never strikes an administrator."""
    until = call.body().get("communication_disabled_until")
    if until is not None:
        guild_id, user_id = call.int_arg("guild_id"), call.int_arg("user_id")
        if dt.datetime.fromisoformat(until) - call.backend.clock.now() > LONGEST_TIMEOUT:
            raise errors.invalid_form_body("communication_disabled_until: too far ahead")
        call.backend.get_member(guild_id, user_id)
        if call.backend.compute_permissions(guild_id, user_id) & 8:
            raise errors.missing_permissions()
    return guilds.edit_member(call)


@route("DELETE", "/users/@me/guilds/{guild_id}")
def leave(call: Call) -> None:
    """Leave a guild, which goes on without the bot."""
    call.backend.take_bot_out(call.backend.get_guild(call.int_arg("guild_id")))
