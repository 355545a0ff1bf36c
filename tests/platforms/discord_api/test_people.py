import asyncio
from collections.abc import AsyncIterator

import discord
import pytest

from tests.platforms.discord_api.little_bot import Clinic, opened
from tests.platforms.discord_server import Blocked, DiscordServer, MayNot, Unanswered

QUESTION = {"name": "question", "description": "Words", "type": 3, "required": True}


@pytest.fixture
async def clinic(server: DiscordServer) -> AsyncIterator[Clinic]:
    async with opened(server) as made:
        yield made
    assert server.violations == []


async def test_a_command_arrives_as_discord_sends_it(clinic: Clinic) -> None:
    await clinic.offers({"name": "ask", "options": [QUESTION]})
    clinic.bot.acts["ask"] = lambda one: one.response.send_message("Hm.", ephemeral=True)
    answer = await clinic.ben.runs(clinic.lobby, "ask", question="Why?")
    assert (answer.kind, answer.after < 3) == ("message", True)
    assert answer.seen is not None
    assert (answer.seen.text, answer.seen.ephemeral, answer.seen.to) == (
        "Hm.",
        True,
        clinic.ben.id,
    )
    heard = clinic.bot.last
    assert isinstance(heard.user, discord.Member)
    assert (heard.user.id, heard.guild_id) == (clinic.ben.id, clinic.guild.id)
    assert heard.user.resolved_permissions is not None
    assert heard.permissions.send_messages
    assert heard.app_permissions.manage_roles
    assert (heard.locale, heard.guild_locale) == (discord.Locale.french, discord.Locale("en-US"))
    assert heard.channel_id == clinic.lobby.id
    assert heard.context.guild
    assert heard.is_guild_integration()
    assert heard.filesize_limit == 10 * 1024 * 1024
    assert heard.entitlements == []
    assert clinic.bot.data["options"] == [{"name": "question", "type": 3, "value": "Why?"}]
    assert clinic.bot.data["guild_id"] == str(clinic.guild.id)
    assert clinic.ana.sees(clinic.lobby) == []
    assert clinic.ben.reads(clinic.lobby) == ["Hm."]


async def test_a_command_in_private_has_a_user_and_no_guild(clinic: Clinic) -> None:
    await clinic.offers({"name": "help", "contexts": [1]}, {"name": "room"}, everywhere=True)
    clinic.bot.acts["help"] = lambda one: one.response.send_message("Here.")
    await clinic.ben.runs(None, "help")
    heard = clinic.bot.last
    assert isinstance(heard.user, discord.User)
    assert isinstance(heard.channel, discord.DMChannel)
    assert (heard.guild_id, heard.context.dm_channel) == (None, True)
    assert "options" not in clinic.bot.data
    assert clinic.ben.reads() == ["Here."]
    assert clinic.ben.commands(clinic.lobby) == ["room"]
    clinic.ben.leaves(clinic.guild)
    with pytest.raises(MayNot, match="shares no server"):
        await clinic.ben.runs(None, "help")


async def test_thinking_first_and_answering_later(clinic: Clinic) -> None:
    async def slowly(one: discord.Interaction) -> None:
        await one.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0.05)
        await one.edit_original_response(content="At last.")
        await one.followup.send("And more.", ephemeral=True)

    await clinic.offers({"name": "think"})
    clinic.bot.acts["think"] = slowly
    answer = await clinic.ben.runs(clinic.lobby, "think")
    assert answer.kind == "deferred"
    assert answer.seen is not None
    assert (answer.seen.loading, answer.seen.text) == (True, "")
    assert clinic.ben.reads(clinic.lobby) == []
    said = await clinic.ben.hears("At last.", channel=clinic.lobby)
    assert (said.id, said.edited, said.loading) == (answer.seen.id, True, False)
    more = await clinic.ben.hears("And more.", channel=clinic.lobby)
    assert more.to == clinic.ben.id
    clinic.ben.deletes(said)
    assert clinic.ben.reads(clinic.lobby) == ["And more."]
    clinic.ben.restarts()
    assert clinic.ben.reads(clinic.lobby) == []


async def test_who_waits_three_seconds_in_vain_is_told_so(clinic: Clinic) -> None:
    async def too_late(one: discord.Interaction) -> None:
        await asyncio.sleep(3.2)
        with pytest.raises(discord.NotFound) as caught:
            await one.response.send_message("Too late.")
        assert caught.value.code == 10062
        late.set()

    late = asyncio.Event()
    await clinic.offers({"name": "sleep"})
    clinic.bot.acts["sleep"] = too_late
    with pytest.raises(Unanswered, match="did not acknowledge 'sleep' of Ben"):
        await clinic.ben.runs(clinic.lobby, "sleep")
    assert clinic.server.unanswered == 1
    await asyncio.wait_for(late.wait(), 5)


async def test_a_token_lives_for_fifteen_minutes(clinic: Clinic) -> None:
    await clinic.offers({"name": "wait"})
    clinic.bot.acts["wait"] = lambda one: one.response.defer(ephemeral=True, thinking=True)
    await clinic.ben.runs(clinic.lobby, "wait")
    clinic.server.later(minutes=14)
    await clinic.bot.last.followup.send("In time.", ephemeral=True)
    clinic.server.later(minutes=2)
    with pytest.raises(discord.NotFound) as caught:
        await clinic.bot.last.followup.send("Too late.", ephemeral=True)
    assert caught.value.code == 10015


async def test_a_message_and_a_person_have_menus(clinic: Clinic) -> None:
    await clinic.offers({"name": "Report it", "type": 3}, {"name": "Greet", "type": 2})
    clinic.bot.acts["Report it"] = lambda one: one.response.send_message("Ok", ephemeral=True)
    clinic.bot.acts["Greet"] = lambda one: one.response.defer(ephemeral=True, thinking=True)
    said = clinic.ana.says(clinic.lobby, "I feel bad")
    answer = await clinic.ben.clicks(said, "Report it")
    assert clinic.bot.data["type"] == 3
    assert clinic.bot.data["target_id"] == str(said.id)
    assert clinic.bot.data["resolved"]["messages"][str(said.id)]["content"] == "I feel bad"
    assert answer.seen is not None
    with pytest.raises(MayNot, match="ephemeral message has no such menu"):
        await clinic.ben.clicks(answer.seen, "Report it")
    await clinic.ben.clicks(clinic.ana, "Greet", clinic.lobby)
    assert list(clinic.bot.data["resolved"]["users"]) == [str(clinic.ana.id)]
    with pytest.raises(MayNot, match="no command 'Greet'"):
        await clinic.ben.clicks(said, "Greet")


async def test_the_bot_hears_of_rules_that_are_run_into(clinic: Clinic) -> None:
    desk = clinic.server.channel(clinic.guild, "desk")
    guild = clinic.bot.get_guild(clinic.guild.id)
    assert guild is not None
    rule = await guild.create_automod_rule(
        name="Private numbers",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=discord.AutoModTrigger(regex_patterns=[r"\d{3}-\d{4}"]),
        actions=[
            discord.AutoModRuleAction(custom_message="Keep it private."),
            discord.AutoModRuleAction(channel_id=desk.id),
        ],
        enabled=True,
    )
    with pytest.raises(Blocked, match=r"Keep it private\."):
        clinic.ben.says(clinic.lobby, "call 555-1234")
    await clinic.server.quiet()
    blocked, alert = clinic.bot.automod
    assert {one.rule_id for one in (blocked, alert)} == {rule.id}
    assert (blocked.user_id, blocked.content, blocked.message_id) == (clinic.ben.id, "", None)
    assert blocked.matched_keyword == r"\d{3}-\d{4}"
    assert alert.alert_system_message_id == clinic.ana.sees(desk)[0].id
    assert clinic.ana.sees(clinic.lobby) == []
