"""The application itself, and where the gateway is."""

from typing import Any

from simcord.backend import serializers

from tests.platforms.discord_api.calls import Call, route
from tests.platforms.discord_api.world import World


def told(world: World) -> dict[str, Any]:
    """Return the application as Discord tells of it."""
    backend = world.backend
    return {
        "id": str(backend.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": serializers.user_payload(world.owner),
        "flags": world.portal_flags,
        "team": None,
        "bot": serializers.user_payload(world.bot),
        "redirect_uris": sorted(world.redirects),
        "approximate_guild_count": len(backend.guilds),
        "approximate_user_install_count": 0,
        "integration_types_config": {"0": {}},
    }


@route("GET", "/oauth2/applications/@me")
@route("GET", "/applications/@me")
def application(call: Call) -> dict[str, Any]:
    """Tell of the bot's own application."""
    return told(call.world)


@route("PATCH", "/applications/@me")
def edit_application(call: Call) -> dict[str, Any]:
    """Take what can be changed; only that nothing unknown is asked for is looked at."""
    call.fields(
        *("description", "tags", "flags", "install_params", "integration_types_config"),
        *("interactions_endpoint_url", "role_connections_verification_url", "custom_install_url"),
    )
    return told(call.world)


@route("GET", "/gateway")
def gateway(call: Call) -> dict[str, Any]:
    """Tell where the gateway is."""
    return {"url": call.world.gateway_url}


@route("GET", "/gateway/bot")
def gateway_for_bots(call: Call) -> dict[str, Any]:
    """Tell where the gateway is, and how many shards to open."""
    starts = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
    return {
        "url": call.world.gateway_url,
        "shards": call.world.shards,
        "session_start_limit": starts,
    }
