from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from simcord.enums import ChannelType

from bot.store.groups import GROUP
from tests.platforms.discord.premises import Channel, Premises, premises


def bits(**flags: bool) -> int:
    return discord.Permissions(**flags).value


VIEW = bits(view_channel=True)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Premises]:
    """Both rooms are safe."""
    async with premises(tmp_path) as made:
        await made.secures(made.circle)
        await made.secures(made.team, staff=True)
        yield made


def hides(here: Premises, name: str, kind: int = ChannelType.TEXT) -> Channel:
    channel = here.server.channel(here.guild, name, kind=kind)
    here.server.overwrite(channel, here.guild.made.roles[here.guild.id], deny=VIEW)
    return channel


async def test_another_channel_that_the_role_opens_is_named(here: Premises) -> None:
    channel = hides(here, "annex")
    here.server.overwrite(channel, here.role(here.circle), allow=VIEW)
    (told,) = await here.checks(here.circle)
    assert "Whoever is let into \\#circle can see \\#annex too. Nobody looks after" in told


async def test_a_voice_channel_of_the_members_alone_is_fine(here: Premises) -> None:
    channel = hides(here, "talk", ChannelType.VOICE)
    for role in (here.role(here.circle), here.role(here.team)):
        here.server.overwrite(channel, role, allow=VIEW)
    assert await here.checks(here.circle) == []
    here.server.overwrite(channel, here.server.role(here.guild, "Visitors"), allow=VIEW)
    (told,) = await here.checks(here.circle)
    assert "and so can “Visitors”" in told


async def test_a_role_that_opens_another_groups_room_is_told_of_in_both(here: Premises) -> None:
    other = here.server.channel(here.guild, "other")
    await here.binds(other, GROUP, "g2")
    await here.secures(other)
    here.server.overwrite(other, here.role(here.circle), allow=VIEW)
    (mine,) = await here.checks(here.circle)
    assert "can see \\#other too, which is another room" in mine
    assert "The role “Members" in (await here.checks(other))[0]
    here.server.overwrite(other, here.role(here.team), allow=VIEW)
    assert "which is another room" in (await here.checks(here.team))[0]


async def test_a_team_may_have_other_channels_of_its_clinic(here: Premises) -> None:
    here.server.overwrite(hides(here, "rota"), here.role(here.team), allow=VIEW)
    assert await here.checks(here.team) == []


async def test_a_role_that_may_do_more_than_come_in_is_told_of(here: Premises) -> None:
    edit = here.server.world.backend.edit_role
    edit(here.guild.id, here.role(here.circle).id, {"permissions": bits(kick_members=True)})
    (told,) = await here.checks(here.circle)
    assert "may do more than come into \\#circle: “Kick Members”" in told
    edit(here.guild.id, here.role(here.team).id, {"permissions": bits(kick_members=True)})
    assert await here.checks(here.team) == []
    edit(here.guild.id, here.role(here.team).id, {"permissions": bits(administrator=True)})
    assert "“Administrator”" in "".join(await here.checks(here.team))


async def test_a_second_lobby_is_told_of_once_for_the_server(here: Premises) -> None:
    here.server.channel(here.guild, "general", kind=ChannelType.VOICE)
    read_only = here.server.channel(here.guild, "rules")
    everyone = here.guild.made.roles[here.guild.id]
    here.server.overwrite(read_only, everyone, deny=bits(send_messages=True))
    here.server.category(here.guild, "Rooms")
    (told,) = await here.checks(here.circle)
    assert "can talk in \\#lobby, \\#general." in told
    assert await here.checks(here.team) == []


async def test_what_the_server_shows_to_the_world_is_told_of(here: Premises) -> None:
    guild = here.desk.client.get_guild(here.guild.id)
    assert guild is not None
    guild.widget_enabled = True
    guild.features = ["DISCOVERABLE"]
    widget, listed = await here.checks(here.circle)
    assert "widget is on" in widget
    assert "public directory" in listed
