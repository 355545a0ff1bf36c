"""Guilds over REST: members, roles, rooms, invites, rules."""

import asyncio
import datetime as dt

import discord
import pytest

from tests.platforms.discord_api.house import House, code


async def test_a_member_is_timed_out_for_four_weeks_at_most(house: House) -> None:
    member = await house.guild.fetch_member(house.ben.id)
    await member.timeout(dt.timedelta(hours=1))
    assert (await house.guild.fetch_member(house.ben.id)).is_timed_out()
    with pytest.raises(discord.HTTPException) as long:
        await member.timeout(dt.timedelta(days=29))
    owner = await house.guild.fetch_member(house.ana.id)
    with pytest.raises(discord.Forbidden) as mighty:
        await owner.timeout(dt.timedelta(hours=1))
    assert (code(long), code(mighty)) == (50035, 50013)


async def test_roles_and_overwrites_decide_who_sees_a_channel(house: House) -> None:
    lobby = await house.lobby()
    role = await house.guild.create_role(name="Members")
    everyone = house.guild.default_role
    await lobby.set_permissions(house.guild.me, view_channel=True)
    await lobby.set_permissions(everyone, view_channel=False)
    await lobby.set_permissions(role, view_channel=True)
    assert house.ben.channels(house.made) == []
    member = await house.guild.fetch_member(house.ben.id)
    await member.add_roles(role)
    assert house.ben.channels(house.made) == ["lobby"]
    await member.remove_roles(role)
    assert house.ben.channels(house.made) == []


async def test_a_private_thread_is_seen_by_who_is_in_it(house: House) -> None:
    lobby = await house.lobby()
    thread = await lobby.create_thread(
        name="For Ben", type=discord.ChannelType.private_thread, invitable=False
    )
    await thread.add_user(await house.guild.fetch_member(house.ben.id))
    await thread.send("I have something for you")
    assert [one.name for one in house.ben.threads(lobby)] == ["For Ben"]
    assert house.ben.reads(thread) == ["I have something for you"]
    await thread.edit(archived=True, locked=True)
    await thread.delete()
    assert house.ben.threads(lobby) == []


async def test_an_event_is_in_the_calendar(house: House) -> None:
    start = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    event = await house.guild.create_scheduled_event(
        name="Talk",
        start_time=start,
        end_time=start + dt.timedelta(hours=1),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="The web",
    )
    await event.edit(name="Long talk")
    assert [one.name for one in await house.guild.fetch_scheduled_events()] == ["Long talk"]
    await event.delete()
    assert await house.guild.fetch_scheduled_events() == []


async def test_members_are_searched_and_listed(house: House) -> None:
    found = await house.bot.http.request(
        discord.http.Route(
            "GET", "/guilds/{guild_id}/members/search?query=be", guild_id=house.guild.id
        )
    )
    assert [one["user"]["id"] for one in found] == [str(house.ben.id)]
    listed = [one.id async for one in house.guild.fetch_members()]
    assert {house.ana.id, house.ben.id} <= set(listed)
    house.server.flags(members=False)
    with pytest.raises(discord.Forbidden) as refused:
        [one async for one in house.guild.fetch_members()]
    assert code(refused) == 50001


async def test_an_invite_gives_its_roles_and_is_used_up(house: House) -> None:
    lobby = await house.lobby()
    role = await house.guild.create_role(name="Members")
    made = await house.bot.http.request(
        discord.http.Route("POST", "/channels/{channel_id}/invites", channel_id=lobby.id),
        json={"max_uses": 1, "max_age": 3600, "unique": True, "role_ids": [str(role.id)]},
    )
    assert (await house.bot.fetch_invite(made["code"])).max_age == 3600
    assert [one.code for one in await lobby.invites()] == [made["code"]]
    assert [one.code for one in await house.guild.invites()] == [made["code"]]
    eve, max_ = house.server.person("Eve"), house.server.person("Max")
    eve.follows(made["code"])
    assert (await house.guild.fetch_member(eve.id)).roles[-1].id == role.id
    with pytest.raises(discord.NotFound) as gone:
        await house.bot.fetch_invite(made["code"])
    assert code(gone) == 10006
    second = await lobby.create_invite(max_age=60)
    await second.delete()
    third = await lobby.create_invite(max_age=60)
    house.server.later(minutes=2)
    with pytest.raises(discord.NotFound):
        await house.bot.fetch_invite(third.code)
    assert max_ not in house.made


async def test_only_what_the_server_knows_is_taken(house: House) -> None:
    route = discord.http.Route("GET", "/guilds/{guild_id}/nothing", guild_id=house.guild.id)
    with pytest.raises(discord.HTTPException):
        await house.bot.http.request(route)
    assert len(house.server.violations) == 1
    house.server.violations.clear()
    with pytest.raises(discord.HTTPException) as odd:
        await house.bot.http.request(
            discord.http.Route("GET", "/channels/{channel_id}", channel_id="lobby")
        )
    assert code(odd) == 50035
    await asyncio.wait_for(house.server.quiet(), 5)


async def test_the_bot_leaves_and_the_guild_goes_on(house: House) -> None:
    elsewhere = house.server.guild("Elsewhere", bot=False)
    with pytest.raises(discord.Forbidden) as outside:
        await house.bot.fetch_guild(elsewhere.id)
    assert code(outside) == 50001
    assert [one.id async for one in house.bot.fetch_guilds()] == [house.made.id]
    await house.guild.leave()
    assert [one async for one in house.bot.fetch_guilds()] == []
    assert house.ben in house.made
    house.server.add_bot(house.made)
    async with asyncio.timeout(5):
        while not house.bot.guilds:
            await asyncio.sleep(0.01)


async def test_invites_stay_within_their_bounds(house: House) -> None:
    lobby = await house.lobby()
    for wrong in ({"max_uses": 101}, {"max_age": 604801}):
        with pytest.raises(discord.HTTPException):
            await house.asks("POST", f"/channels/{lobby.id}/invites", wrong)
    house.server.violations.clear()
    made = await lobby.create_invite(max_age=0)
    house.server.allow_bot(house.made, 0)
    with pytest.raises(discord.Forbidden) as refused:
        await made.delete()
    user = await house.bot.fetch_user(house.ben.id)
    talk = await user.create_dm()
    with pytest.raises(discord.HTTPException) as private:
        await house.asks("POST", f"/channels/{talk.id}/invites", {})
    assert (code(refused), code(private)) == (50013, 50024)
