"""Which events the real library hears of, and what of them."""

import asyncio

import discord
import pytest

from tests.platforms.discord_api.client import running, until_heard
from tests.platforms.discord_api.house import clinic
from tests.platforms.discord_server import Blocked, DiscordServer


async def test_words_are_hidden_unless_they_are_for_the_bot(server: DiscordServer) -> None:
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    async with running(server) as bot:
        ana.says(lobby, "My own matter")
        ana.says(lobby, f"<@{server.bot_id}> help")
        ana.writes("In private")
        await until_heard(bot, 3)
        assert [one.content for one in bot.messages] == [
            "",
            f"<@{server.bot_id}> help",
            "In private",
        ]


async def test_with_message_content_all_words_are_read(server: DiscordServer) -> None:
    server.flags(message_content=True)
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    intents = discord.Intents.default()
    intents.message_content = True
    async with running(server, intents=intents) as bot:
        ana.says(lobby, "My own matter")
        await until_heard(bot, 1)
        assert bot.messages[0].content == "My own matter"


async def test_nothing_is_heard_of_a_channel_that_the_bot_cannot_see(
    server: DiscordServer,
) -> None:
    guild, ana = clinic(server)
    lobby, staff = server.channel(guild, "lobby"), server.channel(guild, "staff")
    everyone = guild.roles["@everyone"]
    server.overwrite(staff, everyone, deny=discord.Permissions.view_channel.flag)
    async with running(server) as bot:
        ana.says(staff, "in secret")
        ana.says(lobby, "openly")
        await until_heard(bot, 1)
        assert [one.channel.id for one in bot.messages] == [lobby.id]


async def test_comings_and_goings_are_told(server: DiscordServer) -> None:
    guild, _ = clinic(server)
    ben = server.person("Ben")
    intents = discord.Intents.default()
    intents.members = True
    async with running(server, intents=intents) as bot, asyncio.timeout(5):
        there = bot.guilds[0]
        server.join(guild, ben)
        while there.get_member(ben.id) is None:
            await asyncio.sleep(0.01)
        found = await there.query_members("be")
        assert [one.id for one in found] == [ben.id]
        server.kick(guild, ben)
        while there.get_member(ben.id):
            await asyncio.sleep(0.01)
        server.remove_bot(guild)
        while bot.guilds:
            await asyncio.sleep(0.01)


async def test_rules_are_told_only_to_who_may_manage_the_guild(server: DiscordServer) -> None:
    guild, ana = clinic(server)
    lobby = server.channel(guild, "lobby")
    heard: list[str] = []
    rule = {
        "name": "Cures",
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {"keyword_filter": ["cure*"]},
        "actions": [{"type": 1, "metadata": {"custom_message": "Not here"}}],
    }
    server.world.backend.create_auto_mod_rule(guild.id, ana.id, rule)
    ben = server.person("Ben")
    server.join(guild, ben)
    async with running(server) as bot:

        async def executed(execution: discord.AutoModAction) -> None:
            heard.append(execution.content)

        bot.on_automod_action = executed  # type: ignore[attr-defined]
        with pytest.raises(Blocked, match="Not here"):
            ben.says(lobby, "This cures all")
        await server.quiet()
        server.allow_bot(guild, 0)
        with pytest.raises(Blocked):
            ben.says(lobby, "This cures all")
        await server.quiet()
    assert heard == [""]


async def test_members_are_asked_for_by_number_and_by_name(server: DiscordServer) -> None:
    guild, ana = clinic(server)
    ben = server.person("Ben")
    server.join(guild, ben)
    intents = discord.Intents.default()
    intents.members = True
    async with running(server, intents=intents) as bot:
        there = bot.guilds[0]
        assert {ana.id, ben.id, server.bot_id} == {one.id for one in await there.chunk()}
        found = await there.query_members(user_ids=[ben.id, 5], cache=False)
        assert [one.id for one in found] == [ben.id]


async def test_roles_and_timeouts_of_members_are_told(server: DiscordServer) -> None:
    guild, ana = clinic(server)
    role = server.role(guild, "Doctors")
    intents = discord.Intents.default()
    intents.members = True
    async with running(server, intents=intents) as bot, asyncio.timeout(5):
        there = bot.guilds[0]
        server.give(guild, ana, role)
        while (member := there.get_member(ana.id)) is None or len(member.roles) < 2:
            await asyncio.sleep(0.01)
        server.take(guild, ana, role)
        while len(member.roles) == 2:
            await asyncio.sleep(0.01)
        server.delete_role(guild, role)
        while there.get_role(role.id):
            await asyncio.sleep(0.01)
        lobby = server.channel(guild, "lobby", parent=server.category(guild, "Rooms"))
        server.overwrite(lobby, ana, deny=discord.Permissions.send_messages.flag)
        server.delete_channel(lobby)
        while [one.name for one in there.channels] != ["Rooms"]:
            await asyncio.sleep(0.01)


async def test_without_the_intent_only_what_happens_to_the_bot_is_told(
    server: DiscordServer,
) -> None:
    guild, ana = clinic(server)
    role = server.role(guild, "Helpers")
    lobby = server.channel(guild, "lobby")
    async with running(server) as bot:
        server.join(guild, server.person("Ben"))
        server.world.backend.add_member_role(guild.id, server.bot_id, role.id)
        ana.says(lobby, "hello")
        await until_heard(bot, 1)
        there = bot.guilds[0]
        assert [one.id for one in there.members] == [server.bot_id]
        assert there.get_role(role.id) in there.me.roles
