"""AutoMod's rules over REST: with the vendor's schema, and by the server's own limits."""

import discord
import pytest

from tests.platforms.discord_api.house import House, code


@pytest.mark.parametrize("validate", [True, False])
async def test_rules_of_automod_are_limited(house: House, validate: bool) -> None:
    house.server._wire.validate = validate
    block = discord.AutoModRuleAction(custom_message="Please not here")

    async def rule(name: str, **trigger: list[str]) -> discord.AutoModRule:
        return await house.guild.create_automod_rule(
            name=name,
            event_type=discord.AutoModRuleEventType.message_send,
            trigger=discord.AutoModTrigger(type=discord.AutoModRuleTriggerType.keyword, **trigger),  # type: ignore[arg-type]
            actions=[block],
            enabled=True,
        )

    made = [await rule(f"Rule {number}", keyword_filter=["cure*"]) for number in range(6)]
    with pytest.raises(discord.HTTPException) as full:
        await rule("Rule 7", keyword_filter=["cure*"])
    await made[0].delete()
    for wrong in (["x" * 61], ["x"] * 1001):
        with pytest.raises(discord.HTTPException):
            await rule("Wrong", keyword_filter=wrong)
    for pattern in ("x" * 261, "("):
        with pytest.raises(discord.HTTPException):
            await rule("Wrong", regex_patterns=[pattern])
    await made[1].edit(name="Another name")
    assert (await house.guild.fetch_automod_rule(made[1].id)).name == "Another name"
    assert code(full) == 30034
    house.server.violations.clear()


@pytest.mark.parametrize("validate", [True, False])
async def test_rules_of_automod_are_whole(house: House, validate: bool) -> None:
    house.server._wire.validate = validate
    path = f"/guilds/{house.made.id}/auto-moderation/rules"
    block = {"type": 1, "metadata": {"custom_message": "Not here"}}
    rule = {"name": "R", "event_type": 1, "trigger_type": 1, "actions": [block]}
    long = {"type": 1, "metadata": {"custom_message": "x" * 151}}
    pause = {"type": 3, "metadata": {"duration_seconds": 2419201}}
    wrong: list[dict[str, object]] = [
        {"actions": []},
        {"actions": [long]},
        {"actions": [pause]},
        {"name": ""},
        {"exempt_roles": ["1"] * 21},
    ]
    for one in wrong:
        with pytest.raises(discord.HTTPException):
            await house.asks("POST", path, rule | one)
    house.server.violations.clear()
    assert await house.guild.fetch_automod_rules() == []
