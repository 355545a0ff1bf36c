from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import discord
import pytest

from bot.actions import Admit, Decline, Receipt, Remove
from bot.errors import RetryLater, Undeliverable
from bot.platforms.discord import addresses
from bot.platforms.discord.gates import ABOVE, NO_ROLE
from bot.store.people import Role
from tests.platforms.discord.premises import Channel, Premises, premises
from tests.platforms.discord_api.world import Grant
from tests.platforms.discord_server import MayNot, Person

VIEW = discord.Permissions(view_channel=True).value


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Premises]:
    """Both rooms are safe."""
    async with premises(tmp_path) as made:
        await made.secures(made.circle)
        await made.secures(made.team, staff=True)
        yield made


async def admits(
    here: Premises, person: Person, channel: Channel | None = None, key: str = "k"
) -> Receipt:
    to = addresses.room((channel or here.circle).id)
    who = addresses.person(person.id)
    receipt = await here.gates.perform(Admit(to=to, who=who, what="the group’s room", key=key))
    await here.server.quiet()
    return receipt


async def removes(here: Premises, person: Person) -> Receipt:
    receipt = await here.gates.perform(Remove(to=here.room, who=addresses.person(person.id)))
    await here.server.quiet()
    return receipt


async def allows(here: Premises, person: Person, *scopes: str) -> None:
    """Let somebody allow on Discord's own page that they are put into a server."""
    until, token = here.server.world.now() + 3600, "bearer"
    granted = frozenset(scopes or ("identify", "guilds.join"))
    here.server.world.bearers[token] = Grant(person.id, granted, "", until=until)
    await here.grants.keep(person.id, token, timedelta(hours=1))


def roles(here: Premises, person: Person) -> set[int]:
    return set(here.guild.made.members[person.id].role_ids)


async def test_who_is_in_the_server_gets_the_role_and_nothing_is_said(here: Premises) -> None:
    ana = await here.person("Ana", Role.MEMBER)
    receipt = await admits(here, ana)
    assert here.sees(ana, here.circle)
    assert not here.sees(ana, here.team)
    assert receipt.link.endswith(f"/channels/{here.guild.id}/{here.circle.id}")
    assert ana.sees() == []
    assert await admits(here, ana) == receipt


async def test_who_allowed_it_is_put_in_with_the_role(here: Premises) -> None:
    ana = await here.person("Ana", Role.MEMBER, inside=False)
    await allows(here, ana)
    receipt = await admits(here, ana)
    assert here.sees(ana, here.circle)
    assert "/channels/" in receipt.link
    assert here.server.asked("POST", "/invites") == []
    assert await here.grants.take(ana.id) == "bearer"  # for their next room; the page gives it back


async def test_one_permission_opens_every_room_of_theirs(here: Premises) -> None:
    sam = await here.person("Sam", Role.CLINICIAN, inside=False)
    await allows(here, sam)
    for channel in (here.circle, here.team):
        await admits(here, sam, channel)
    assert sam.channels(here.guild) == ["lobby", "circle", "team"]


async def test_a_permission_that_discord_does_not_take_leads_to_an_invite(here: Premises) -> None:
    ana = await here.person("Ana", Role.MEMBER, inside=False)
    await allows(here, ana, "identify")
    await admits(here, ana)
    link = await here.grants.offered(ana.id, here.room)
    assert link is not None
    assert ana.follows(link) == here.guild.id
    assert here.sees(ana, here.circle)


async def test_an_invite_is_for_one_person_and_one_hour_and_brings_the_role(here: Premises) -> None:
    ana, eve = [await here.person(name, inside=False) for name in ("Ana", "Eve")]
    other = here.server.guild("Another", bot=True)
    here.server.join(other, ana)  # where the bot can write to her
    receipt = await admits(here, ana)
    asked = here.server.asked("POST", "/invites")[-1].json
    assert asked == {
        "max_age": 3600, "max_uses": 1, "unique": True, "role_ids": [str(here.role(here.circle).id)]
    }  # fmt: skip
    told = ana.sees()[-1]
    assert "your way into the group’s room" in told.text
    assert receipt.message
    link = await here.grants.offered(ana.id, here.room)
    assert link is not None
    ana.follows(link)
    assert here.sees(ana, here.circle)
    with pytest.raises(MayNot):
        eve.follows(link)


async def test_the_same_admission_again_gives_the_same_invite_while_it_works(
    here: Premises,
) -> None:
    ana = await here.person("Ana", inside=False)
    here.server.join(here.server.guild("Another", bot=True), ana)
    await admits(here, ana)
    await admits(here, ana)
    assert len(here.server.asked("POST", "/invites")) == len(ana.sees()) == 1
    code = (await here.grants.offered(ana.id, here.room) or "").rpartition("/")[2]
    here.server.world.backend.delete_invite(code)
    await admits(here, ana)
    assert len(here.server.asked("POST", "/invites")) == len(ana.sees()) == 2


async def test_who_cannot_be_written_to_finds_the_invite_on_the_page(here: Premises) -> None:
    ana = await here.person("Ana", inside=False)
    ana.closes_dms()
    assert await admits(here, ana) == Receipt()
    assert await here.grants.offered(ana.id, here.room)
    assert here.server.asked("POST", "/threads") == []


async def test_a_banned_person_is_not_let_in_behind_a_humans_back(here: Premises) -> None:
    ana = await here.person("Ana", inside=False)
    here.server.ban(here.guild, ana)
    await allows(here, ana)
    await admits(here, ana)
    link = await here.grants.offered(ana.id, here.room)
    assert link is not None
    with pytest.raises(MayNot):
        ana.follows(link)


async def test_what_the_bot_may_not_do_is_told_and_not_worked_around(here: Premises) -> None:
    ana, ben = await here.person("Ana"), await here.person("Ben", inside=False)
    await allows(here, ben)
    here.server.allow_bot(here.guild, VIEW)
    for person in (ana, ben):
        with pytest.raises(Undeliverable, match="not allowed"):
            await admits(here, person)


async def test_somebody_put_in_by_another_in_the_meantime_gets_the_role(here: Premises) -> None:
    ana = await here.person("Ana", Role.MEMBER)
    await allows(here, ana)
    unknown = {"code": 10007, "message": "Unknown Member"}
    here.server.faults.next("PUT", "/roles/", status=404, body=unknown)
    await admits(here, ana)
    assert here.sees(ana, here.circle)


async def test_trouble_with_discord_is_tried_again(here: Premises) -> None:
    ana = await here.person("Ana")
    here.server.faults.next("PUT", "/roles/", status=503)
    with pytest.raises(RetryLater):
        await admits(here, ana)


async def test_a_room_without_a_role_lets_nobody_in(here: Premises) -> None:
    ana = await here.person("Ana")
    for channel in (here.lobby, here.circle):
        if channel is here.circle:
            here.server.delete_role(here.guild, here.role(here.circle))
        with pytest.raises(Undeliverable, match=f"{NO_ROLE}|role is gone"):
            await admits(here, ana, channel)


async def test_nobody_asks_to_enter_on_discord(here: Premises) -> None:
    who = addresses.person((await here.person("Ana")).id)
    assert await here.gates.perform(Decline(to=here.room, who=who)) == Receipt()


async def test_who_is_taken_out_stays_in_the_server_and_sees_the_room_no_more(
    here: Premises,
) -> None:
    ana = await here.person("Ana", Role.MEMBER)
    await admits(here, ana)
    for _ in range(2):
        await removes(here, ana)
    assert ana.channels(here.guild) == ["lobby"]
    assert roles(here, ana) == set()
    assert ana in here.guild


async def test_a_permission_of_their_own_is_taken_too(here: Premises) -> None:
    eve = await here.person("Eve")
    here.server.overwrite(here.circle, eve, allow=VIEW)
    await here.server.quiet()
    assert here.sees(eve, here.circle)
    await removes(here, eve)
    assert not here.sees(eve, here.circle)


async def test_an_invite_that_was_not_used_yet_is_made_useless(here: Premises) -> None:
    ana = await here.person("Ana", inside=False)
    ana.closes_dms()
    await admits(here, ana)
    link = await here.grants.offered(ana.id, here.room)
    assert link is not None
    for _ in range(2):
        await removes(here, ana)
    with pytest.raises(MayNot):
        ana.follows(link)


async def test_that_an_administrator_cannot_be_taken_out_is_said(here: Premises) -> None:
    eve = await here.person("Eve")
    admin = here.server.role(here.guild, "Admins", permissions=8)
    here.server.give(here.guild, eve, admin)
    await here.server.quiet()
    for person in (eve, here.owner):
        with pytest.raises(Undeliverable, match=ABOVE):
            await removes(here, person)


async def test_somebody_is_taken_out_of_a_channel_that_is_gone_without_a_fault(
    here: Premises,
) -> None:
    ana = await here.person("Ana", Role.MEMBER)
    await admits(here, ana)
    here.server.delete_channel(here.circle)
    await here.server.quiet()
    await removes(here, ana)
    assert roles(here, ana) == set()
    here.server.faults.next("DELETE", "/roles/", status=403, body={"code": 50013, "message": "no"})
    with pytest.raises(Undeliverable):
        await removes(here, ana)
