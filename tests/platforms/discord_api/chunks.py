"""The members of a guild as a client asks for them over the gateway."""

from collections.abc import Iterator
from typing import Any

from simcord.backend import serializers
from simcord.backend.models import Member

from tests.platforms.discord_api.world import World

SIZE = 1000


def chunks(world: World, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the members asked for, as many at a time as Discord sends."""
    guild = world.backend.guilds.get(int(asked["guild_id"]))
    if guild is None:
        return
    found, lost = _asked(world, list(guild.members.values()), asked)
    parts = [found[start : start + SIZE] for start in range(0, len(found), SIZE)] or [[]]
    for index, part in enumerate(parts):
        told: dict[str, Any] = {
            "guild_id": str(guild.id),
            "members": [serializers.member_payload(world.backend, guild, one) for one in part],
            "chunk_index": index,
            "chunk_count": len(parts),
        }
        if lost and index == 0:
            told["not_found"] = lost
        if asked.get("nonce"):
            told["nonce"] = asked["nonce"]
        yield told


def _asked(
    world: World, members: list[Member], asked: dict[str, Any]
) -> tuple[list[Member], list[str]]:
    limit = int(asked.get("limit") or 0) or None
    if ids := asked.get("user_ids"):
        wanted = {int(one) for one in (ids if isinstance(ids, list) else [ids])}
        lost = wanted - {one.user_id for one in members}
        return [one for one in members if one.user_id in wanted], [str(one) for one in lost]
    start = (asked.get("query") or "").lower()
    found = [
        one
        for one in members
        if world.backend.users[one.user_id].name.lower().startswith(start)
        or (one.nick or "").lower().startswith(start or "\n")
    ]
    return found[:limit], []
