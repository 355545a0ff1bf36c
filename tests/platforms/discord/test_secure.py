from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.actions import Secure
from bot.errors import RetryLater
from bot.platforms.discord import addresses, permissions
from bot.platforms.discord.permissions import STAFF_BIT
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.secure import GONE
from bot.store.groups import GROUP, STAFF
from bot.store.people import Role
from tests.platforms.discord.premises import Premises, premises

VIEW = discord.Permissions(view_channel=True).value
MANAGE_ROLES = discord.Permissions(manage_roles=True).value


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Premises]:
    async with premises(tmp_path) as made:
        yield made


async def test_only_who_has_the_role_sees_the_room(here: Premises) -> None:
    ana, eve = await here.person("Ana", Role.MEMBER), await here.person("Eve")
    assert here.sees(eve, here.circle)
    await here.secures(here.team, staff=True)
    assert await here.secures(here.circle) == []
    assert not here.sees(ana, here.circle)
    here.server.give(here.guild, ana, here.role(here.circle))
    assert ana.channels(here.guild) == ["lobby", "circle"]
    assert eve.channels(here.guild) == ["lobby"]


async def test_the_team_sees_both_rooms_and_members_only_theirs(here: Premises) -> None:
    await here.secures(here.circle)
    await here.secures(here.team, staff=True)
    sam = await here.person("Sam", Role.CLINICIAN)
    here.server.give(here.guild, sam, here.role(here.team))
    assert sam.channels(here.guild) == ["lobby", "circle", "team"]
    assert await here.checks(here.circle) == await here.checks(here.team) == []


async def test_a_room_that_comes_after_the_teams_lets_the_team_in(here: Premises) -> None:
    await here.secures(here.team, staff=True)
    await here.secures(here.circle)
    sam = await here.person("Sam", Role.CLINICIAN)
    here.server.give(here.guild, sam, here.role(here.team))
    assert here.sees(sam, here.circle)


async def test_once_more_changes_nothing(here: Premises) -> None:
    await here.secures(here.circle)
    first, roles = here.role(here.circle).id, len(here.guild.roles)
    before = len(here.server.asked("PUT", "permissions"))
    assert await here.secures(here.circle) == await here.checks(here.circle)
    assert (here.role(here.circle).id, len(here.guild.roles)) == (first, roles)
    assert len(here.server.asked("PUT", "permissions")) == before
    assert before > 0


async def test_the_bot_lets_itself_in_first_and_shuts_the_door_last(here: Premises) -> None:
    await here.secures(here.circle)
    targets = [int(one.path.rpartition("/")[2]) for one in here.server.asked("PUT", "permissions")]
    assert targets == [here.server.bot_id, here.role(here.circle).id, here.guild.id]


async def test_the_names_of_roles_tell_nobody_which_group_it_is(here: Premises) -> None:
    await here.secures(here.circle)
    await here.secures(here.team, staff=True)
    names = [here.role(here.circle).name, here.role(here.team).name]
    assert [name.split()[0] for name in names] == ["Members", "Team"]
    assert "Circle" not in str(names)
    assert here.role(here.circle).permissions == 0
    assert here.role(here.team).permissions == STAFF_BIT


async def test_a_role_whose_making_was_not_heard_of_is_not_made_twice(here: Premises) -> None:
    here.server.faults.next("POST", "/roles", done=True, reset=True)
    with pytest.raises(RetryLater):
        await here.secures(here.circle)
    await here.secures(here.circle)
    assert [name for name in here.guild.roles if name.startswith("Members")] == [
        here.role(here.circle).name
    ]


async def test_two_rooms_of_a_group_share_their_role_and_those_of_two_groups_do_not(
    here: Premises,
) -> None:
    second = here.server.channel(here.guild, "second")
    other = here.server.channel(here.guild, "other")
    await here.binds(second, GROUP)
    await here.binds(other, GROUP, "g2")
    for channel in (here.circle, second, other):
        await here.secures(channel)
    assert here.role(second).id == here.role(here.circle).id
    ana, ben = await here.person("Ana", Role.MEMBER), await here.person("Ben")
    here.server.give(here.guild, ana, here.role(here.circle))
    here.server.give(here.guild, ben, here.role(other))
    await here.secures(here.team, staff=True)
    assert ana.channels(here.guild) == ["lobby", "circle", "second"]
    assert ben.channels(here.guild) == ["lobby", "other"]
    assert here.rooms.by_role(here.guild.id, here.role(second).id) == [
        here.of(here.circle), here.of(second)
    ]  # fmt: skip


async def test_the_team_of_one_group_sees_nothing_of_another(here: Premises) -> None:
    other = here.server.channel(here.guild, "other")
    await here.binds(other, GROUP, "g2")
    for channel in (here.circle, other):
        await here.secures(channel)
    await here.secures(here.team, staff=True)
    sam = await here.person("Sam", Role.CLINICIAN)
    here.server.give(here.guild, sam, here.role(here.team))
    assert sam.channels(here.guild) == ["lobby", "circle", "team"]


async def test_a_deleted_role_is_told_of_and_made_again(here: Premises) -> None:
    await here.secures(here.circle)
    await here.secures(here.team, staff=True)
    here.server.delete_role(here.guild, here.role(here.circle))
    (told,) = await here.checks(here.circle)
    assert "is gone, so members cannot see it" in told
    assert await here.secures(here.circle) == []


async def test_whoever_opens_the_room_by_hand_is_told_and_it_is_shut_again(here: Premises) -> None:
    await here.secures(here.team, staff=True)
    await here.secures(here.circle)
    everyone = here.guild.made.roles[here.guild.id]
    here.server.overwrite(here.circle, everyone, allow=VIEW)
    (told,) = await here.checks(here.circle)
    assert "Everybody in the server can see \\#circle" in told
    assert await here.secures(here.circle) == []


async def test_a_member_who_was_let_in_keeps_what_else_was_set(here: Premises) -> None:
    """What a clinic set in the channel for itself stays, but for who may see it."""
    everyone = here.guild.made.roles[here.guild.id]
    here.server.overwrite(here.circle, everyone, deny=discord.Permissions(add_reactions=True).value)
    await here.secures(here.circle)
    kept = here.overwrite(here.circle, here.guild.id)
    assert kept.deny == discord.Permissions(add_reactions=True, view_channel=True).value


async def test_members_can_neither_invite_nor_talk_unseen(here: Premises) -> None:
    await here.secures(here.circle)
    denied = discord.Permissions(here.overwrite(here.circle, here.role(here.circle).id).deny)
    assert denied.create_instant_invite
    assert denied.create_private_threads
    assert denied.use_external_apps


async def test_a_bot_that_may_not_set_permissions_says_so_and_the_room_stays_known(
    tmp_path: Path,
) -> None:
    allowed = permissions.NUMBER & ~MANAGE_ROLES
    async with premises(tmp_path, permissions=allowed) as here:
        problems = await here.secures(here.circle)
        assert "Please give my role “Manage Roles”" in problems[0]
        assert here.of(here.circle).role == 0
        here.server.allow_bot(here.guild, permissions.NUMBER)
        await here.secures(here.team, staff=True)
        assert await here.secures(here.circle) == []


async def test_what_the_install_link_asks_for_is_enough(tmp_path: Path) -> None:
    async with premises(tmp_path, permissions=permissions.NUMBER) as here:
        await here.secures(here.team, staff=True)
        assert await here.secures(here.circle) == []


async def test_a_refusal_that_no_look_explains_is_told_in_words(here: Premises) -> None:
    await here.secures(here.team, staff=True)
    await here.secures(here.circle)
    here.server.delete_role(here.guild, here.role(here.circle))
    here.server.faults.next("POST", "/roles", status=403, body={"code": 60003, "message": "2FA"})
    problems = await here.secures(here.circle)
    assert "is gone" in problems[0]
    assert await here.secures(here.circle) == []


async def test_a_channel_that_is_gone_is_told_of(here: Premises) -> None:
    await here.secures(here.circle)
    here.server.delete_channel(here.circle)
    await here.server.quiet()
    assert await here.keeper.check(here.of(here.circle)) == [GONE]
    again = Secure(to=here.room, title="Circle")
    assert (await here.keeper.secure(again))[1] == [GONE]


async def test_what_was_never_a_channel_here_is_no_room(here: Premises) -> None:
    for number in (1, here.server.world.private(here.owner.id).id):
        _, problems = await here.keeper.secure(Secure(to=addresses.room(number), title="Circle"))
        assert problems == [GONE]
    assert here.rooms.every() == []


async def test_the_rooms_are_the_same_after_a_restart(here: Premises) -> None:
    await here.secures(here.circle)
    await here.secures(here.team, staff=True)
    await here.rooms.seen({here.room: "77", addresses.room(5): "1"})
    again = Rooms(here.desk)
    await again.load()
    assert again.every() == here.rooms.every()
    assert again.of(here.room) == here.of(here.circle)
    assert (here.of(here.circle).seen, here.of(here.team).staff) == ("77", True)
    assert here.of(here.circle).secured_at is not None
    assert again.by_role(here.guild.id, 0) == []


async def test_the_staff_of_a_room_is_what_the_rows_say(here: Premises) -> None:
    """Whether a room is the team's is looked up, not believed."""
    later = here.server.channel(here.guild, "later")
    await here.binds(later, STAFF)
    await here.secures(later, staff=False)
    assert here.of(later).staff
