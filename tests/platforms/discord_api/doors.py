"""Invites to a guild, and who comes in by them."""

from simcord.backend.errors import BackendError
from simcord.backend.models import User

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.world import World


def enter(world: World, user: User, invite: str) -> int:
    """Let somebody in by an invite, with the roles that it gives; return the guild's id."""
    code = invite.rstrip("/").rpartition("/")[2]
    backend = world.backend
    try:
        found = backend.get_invite(code)
    except BackendError as error:
        raise MayNot("this invite is invalid or has expired") from error
    guild = backend.get_guild(found.guild_id)
    if found.expires_at is not None and backend.now_iso() >= found.expires_at:
        raise MayNot("this invite is invalid or has expired")
    if user.id in guild.bans:
        raise MayNot("this person is banned there")
    if user.id in guild.members:
        return guild.id
    found.uses += 1
    roles = world.invite_roles.get(code, [])
    if found.max_uses and found.uses >= found.max_uses:
        backend.delete_invite(code)
        world.invite_roles.pop(code, None)
    backend.add_member(guild.id, user.id, roles=roles, announce=True)
    return guild.id
