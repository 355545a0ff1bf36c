"""AutoMod's rules, within Discord's limits."""

import re
from typing import Any

from simcord.backend import errors
from simcord.backend.errors import BackendError
from simcord.http.routes import automod

from tests.platforms.discord_api.calls import Call, route

KEYWORD = 1
_MOST = {KEYWORD: 6}
"""How many rules of a kind a guild may have; 1 of any other."""
_RULES = "/guilds/{guild_id}/auto-moderation/rules"


def _check(body: dict[str, Any]) -> None:
    metadata = body.get("trigger_metadata") or {}
    _within(metadata, "keyword_filter", 1000, 60)
    _within(metadata, "regex_patterns", 10, 260)
    _within(metadata, "allow_list", 1000 if body.get("trigger_type") == 4 else 100, 60)
    for pattern in metadata.get("regex_patterns") or ():
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise errors.invalid_form_body(f"regex_patterns: {wrong}") from wrong
    for action in body.get("actions") or ():
        details = action.get("metadata") or {}
        if len(details.get("custom_message") or "") > 150:
            raise errors.invalid_form_body("custom_message: Must be 150 or fewer in length.")
        if int(details.get("duration_seconds") or 0) > 2419200:
            raise errors.invalid_form_body("duration_seconds: Must be 2419200 or less.")
    if not 1 <= len(body.get("name", "-")) <= 100:
        raise errors.invalid_form_body("name: Must be between 1 and 100 in length.")
    if len(body.get("exempt_roles") or ()) > 20 or len(body.get("exempt_channels") or ()) > 50:
        raise errors.invalid_form_body("exempt_roles: at most 20; exempt_channels: at most 50")


def _within(metadata: dict[str, Any], name: str, many: int, long: int) -> None:
    words = metadata.get(name) or []
    if len(words) > many or any(not 0 < len(one) <= long for one in words):
        raise errors.invalid_form_body(f"{name}: at most {many}, each of 1 to {long} characters")


@route("POST", _RULES)
def create(call: Call) -> Any:  # noqa: ANN401
    """Make a rule, if there is room for one more of its kind."""
    guild = call.backend.get_guild(call.int_arg("guild_id"))
    call.need(guild.id, "manage_guild")
    body = call.body()
    _check(body)
    if not body.get("actions"):
        raise errors.invalid_form_body("actions: This field is required")
    kind = int(body["trigger_type"])
    kinds = [one.trigger_type for one in guild.auto_mod_rules.values()]
    if kinds.count(kind) >= _MOST.get(kind, 1):
        words = "Maximum number of auto moderation rules reached for this trigger type"
        raise BackendError(400, 30034, words)
    return automod.create_rule(call)


@route("PATCH", _RULES + "/{rule_id}")
def edit(call: Call) -> Any:  # noqa: ANN401
    """Change a rule."""
    rule = call.backend.get_auto_mod_rule(call.int_arg("guild_id"), call.int_arg("rule_id"))
    _check({"trigger_type": rule.trigger_type} | call.body())
    return automod.edit_rule(call)
