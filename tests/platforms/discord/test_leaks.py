from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend import serializers
from simcord.enums import ChannelType

from bot.platforms.discord import permissions
from bot.store.groups import GROUP
from bot.store.people import Role
from tests.platforms.discord.premises import Premises, premises


def bits(**flags: bool) -> int:
    return discord.Permissions(**flags).value


VIEW = bits(view_channel=True)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Premises]:
    """Both rooms are safe."""
    async with premises(tmp_path) as made:
        await made.secures(made.circle)
        await made.secures(made.team, staff=True)
        assert await made.checks(made.circle) == []
        yield made


async def test_another_role_that_sees_the_room_is_named(here: Premises) -> None:
    mods = here.server.role(here.guild, "Mods_1")
    here.server.overwrite(here.circle, mods, allow=VIEW)
    (told,) = await here.checks(here.circle)
    assert told.startswith("The role “Mods\\_1” can read \\#circle.")
    assert "take it out of the channel’s permissions" in told


async def test_a_role_that_may_see_all_channels_does_not_see_this_one(here: Premises) -> None:
    here.server.role(here.guild, "Mods", permissions=VIEW)
    assert await here.checks(here.circle) == []


async def test_administrators_are_named_unless_all_of_them_are_of_the_team(here: Premises) -> None:
    admins = here.server.role(here.guild, "Admins", permissions=bits(administrator=True))
    sam, eve = await here.person("Sam", Role.ADMIN), await here.person("Eve")
    here.server.give(here.guild, sam, admins)
    assert await here.checks(here.circle) == []
    here.server.give(here.guild, eve, admins)
    (told,) = await here.checks(here.circle)
    assert "Whoever has the role “Admins” is an administrator" in told


async def test_another_bot_is_named_as_one(here: Premises) -> None:
    logger, ruler = (here.server.role(here.guild, name) for name in ("Logger", "Ruler"))
    ruler.permissions = bits(administrator=True)
    here.server.overwrite(here.circle, logger, allow=VIEW)
    told_by_discord: list[dict[str, Any]] = [
        dict(serializers.role_payload(role)) for role in here.guild.roles.values()
    ]
    for one in told_by_discord:  # the server does not say of a role whose it is
        if one["name"] in {"Logger", "Ruler"}:
            one |= {"managed": True, "tags": {"bot_id": "77"}}
    here.server.faults.next("GET", "/roles", status=200, body=told_by_discord)
    told = "\n".join(await here.checks(here.circle))
    assert "The bot “Logger”, and whoever runs it, can read \\#circle" in told
    assert "The bot “Ruler” is an administrator" in told


async def test_somebody_with_a_permission_of_their_own_is_named(here: Premises) -> None:
    eve, sam = await here.person("Eve"), await here.person("Sam", Role.CLINICIAN)
    here.server.overwrite(here.circle, sam, allow=VIEW)
    assert await here.checks(here.circle) == []
    here.server.overwrite(here.circle, eve, allow=VIEW)
    (told,) = await here.checks(here.circle)
    assert told.startswith("Eve can read \\#circle by a permission of their own.")


async def test_an_owner_who_is_not_of_the_team_is_told_of(here: Premises) -> None:
    other = here.server.channel(here.guild, "other")
    await here.binds(other, GROUP, "g2")
    (told,) = await here.secures(other)
    assert "The owner of a server can read everything in it" in told
    assert await here.checks(here.circle) == []


async def test_members_who_may_do_too_much_in_the_room_are_told_of(here: Premises) -> None:
    role = here.role(here.circle)
    here.server.overwrite(
        here.circle,
        role,
        allow=here.overwrite(here.circle, role.id).allow
        | bits(manage_threads=True, manage_webhooks=True, use_external_apps=True),
    )
    threads, hooks, apps = await here.checks(here.circle)
    assert "read every private talk" in threads
    assert "make webhooks" in hooks
    assert "use apps of their own" in apps


async def test_members_who_cannot_do_what_they_must_are_told_of(here: Premises) -> None:
    here.server.overwrite(
        here.circle, here.role(here.circle), allow=VIEW, deny=bits(send_messages=True)
    )
    (told,) = await here.checks(here.circle)
    assert "cannot write in it" in told


async def test_a_right_that_the_bot_lost_is_named(here: Premises) -> None:
    here.server.allow_bot(
        here.guild, permissions.NUMBER & ~bits(manage_roles=True, pin_messages=True)
    )
    (told,) = await here.checks(here.team)
    assert "“Manage Roles”" in told
    assert "“Pin Messages”" not in told  # the room itself gives that to the bot


async def test_a_role_that_stands_above_the_bots_is_told_of(here: Premises) -> None:
    role = here.role(here.circle)
    here.server.world.backend.edit_role(here.guild.id, role.id, {"position": 50})
    (told,) = await here.checks(here.circle)
    assert "My role stands below “Members" in told
    assert "drag my role above it" in told


@pytest.mark.parametrize(
    ("kind", "why"),
    [(ChannelType.NEWS, "other servers can follow"), (ChannelType.VOICE, "private talks")],
)
async def test_a_channel_that_cannot_be_a_room_is_told_of(
    here: Premises, kind: int, why: str
) -> None:
    channel = here.server.channel(here.guild, "odd", kind=kind)
    await here.binds(channel)
    (told,) = await here.secures(channel)
    assert why in told
    assert "Please set up a text channel." in told
