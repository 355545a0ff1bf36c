"""AutoMod: a guild's rules, applied to what people say before anybody else reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import discord
from simcord.backend.models import AutoModRule, Channel, Message, SystemMessageMetadata
from simcord.enums import MessageType

from tests.platforms.discord_api.maynot import Blocked
from tests.platforms.discord_api.rust import compiled
from tests.platforms.discord_api.world import World

KEYWORD, MENTION_SPAM = 1, 5
BLOCK, ALERT, TIMEOUT = 1, 2, 3
_ABOVE = discord.Permissions(administrator=True, manage_guild=True).value
_MENTION = re.compile(r"<@[!&]?(\d+)>")


@dataclass(frozen=True)
class Hit:
    """A rule that what somebody said runs into."""

    rule: AutoModRule
    keyword: str | None
    matched: str | None

    def actions(self, kind: int) -> Iterator[dict[str, Any]]:
        """Return what the rule does of this kind."""
        return (action for action in self.rule.actions if int(action["type"]) == kind)


def judge(world: World, channel: Channel, user_id: int, text: str) -> list[Hit]:
    """Return the rules that are run into; Blocked if one keeps the words from being said."""
    hits = list(_hits(world, channel, user_id, text))
    for hit in hits:
        for action in hit.actions(BLOCK):
            for one in hits:
                carry_out(world, one, channel, user_id, text)
            message = (action.get("metadata") or {}).get("custom_message") or ""
            raise Blocked(message, hit.rule.name)
    return hits


def carry_out(
    world: World, hit: Hit, channel: Channel, user_id: int, text: str, said: Message | None = None
) -> None:
    """Do what a rule does besides keeping words from being said, and tell the bot of it."""
    for action in hit.rule.actions:
        told: dict[str, Any] = {
            "guild_id": str(channel.guild_id),
            "action": action,
            "rule_id": str(hit.rule.id),
            "rule_trigger_type": hit.rule.trigger_type,
            "user_id": str(user_id),
            "channel_id": str(channel.id),
            "content": text,
            "matched_keyword": hit.keyword,
            "matched_content": hit.matched,
        }
        if said is not None:
            told["message_id"] = str(said.id)
        metadata = action.get("metadata") or {}
        if int(action["type"]) == ALERT:
            alert = _alert(world, hit, metadata, channel, user_id, text)
            told["alert_system_message_id"] = str(alert.id)
        if int(action["type"]) == TIMEOUT and channel.guild_id is not None:
            until = world.backend.iso_after(int(metadata["duration_seconds"]))
            world.backend.edit_member(channel.guild_id, user_id, {"timed_out_until": until})
        world.backend.emit("AUTO_MODERATION_ACTION_EXECUTION", told)


def _alert(
    world: World, hit: Hit, metadata: dict[str, Any], channel: Channel, user_id: int, text: str
) -> Message:
    facts = {
        "rule_name": hit.rule.name,
        "channel_id": str(channel.id),
        "keyword": hit.keyword,
        "keyword_matched_content": hit.matched,
    }
    embed = {
        "type": "auto_moderation_message",
        "description": text,
        "fields": [
            {"name": name, "value": value, "inline": False}
            for name, value in facts.items()
            if value is not None
        ],
    }
    return world.backend.create_message(
        int(metadata["channel_id"]),
        user_id,
        embeds=[embed],
        message_type=MessageType.AUTO_MODERATION_ACTION,
        system_metadata=SystemMessageMetadata(),
    )


def _hits(world: World, channel: Channel, user_id: int, text: str) -> Iterator[Hit]:
    backend = world.backend
    if channel.guild_id is None:
        return
    if backend.compute_permissions(channel.guild_id, user_id) & _ABOVE:
        return  # those who run the guild may say everything
    guild = backend.get_guild(channel.guild_id)
    roles = set(guild.members[user_id].role_ids)
    for rule in guild.auto_mod_rules.values():
        exempt = {channel.id, channel.parent_id} & {int(one) for one in rule.exempt_channels}
        if not rule.enabled or exempt or roles & {int(one) for one in rule.exempt_roles}:
            continue
        found = _match(rule, text)
        if found is not None:
            yield Hit(rule, *found)


def _match(rule: AutoModRule, text: str) -> tuple[str | None, str | None] | None:
    facts = rule.trigger_metadata
    if rule.trigger_type == MENTION_SPAM:
        limit = facts.get("mention_total_limit")
        return (None, None) if limit and len(set(_MENTION.findall(text))) > int(limit) else None
    if rule.trigger_type != KEYWORD:
        return None
    spared = [
        found.span()
        for word in facts.get("allow_list") or ()
        for found in _keyword(word).finditer(text)
    ]
    patterns = [(word, _keyword(word)) for word in facts.get("keyword_filter") or ()]
    patterns += [(source, compiled(source)) for source in facts.get("regex_patterns") or ()]
    for source, pattern in patterns:
        for found in pattern.finditer(text):
            if not any(start <= found.start() and found.end() <= end for start, end in spared):
                return source, found.group()
    return None


def _keyword(word: str) -> re.Pattern[str]:
    """Return what a keyword stands for: a whole word, or with “*” its beginning or end."""
    before = r"\w*" if word.startswith("*") else r"(?<!\w)"
    after = r"\w*" if word.endswith("*") else r"(?!\w)"
    return re.compile(before + re.escape(word.strip("*")) + after, re.IGNORECASE)
