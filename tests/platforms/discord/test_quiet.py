from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import discord
import pytest
from sqlmodel import select

from bot.actions import Restrict
from bot.errors import Undeliverable
from bot.platforms.discord import addresses
from bot.platforms.discord.tables import DiscordSync
from bot.store.groups import GROUP
from bot.store.people import Role
from tests.platforms.discord.premises import Channel, Premises, premises
from tests.platforms.discord_server import MayNot, Person

HOUR = timedelta(hours=1)
SEND = discord.Permissions(send_messages=True).value


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Premises]:
    async with premises(tmp_path) as made:
        await made.secures(made.circle)
        yield made


async def enters(here: Premises, name: str = "Ana") -> Person:
    ana = await here.person(name, Role.MEMBER)
    here.server.give(here.guild, ana, here.role(here.circle))
    return ana


async def quiets(
    here: Premises, person: Person, until: datetime | None, channel: Channel | None = None
) -> None:
    to = addresses.room((channel or here.circle).id)
    who = addresses.person(person.id)
    await here.gates.perform(Restrict(to=to, who=who, until=until))
    await here.server.quiet()


def writes(person: Person, channel: Channel) -> bool:
    try:
        person.says(channel, "hello")
    except MayNot:
        return False
    return True


async def shares(here: Premises) -> None:
    """Put a room of another group into the server."""
    other = here.server.channel(here.guild, "other")
    await here.binds(other, GROUP, "g2")
    await here.secures(other)


async def test_for_a_while_it_is_discords_own_timeout(here: Premises) -> None:
    ana = await enters(here)
    until = here.desk.clock.now() + HOUR
    await quiets(here, ana, until)
    asked = here.server.asked("PATCH", "/members/")[-1].json
    assert asked == {"communication_disabled_until": until.isoformat()}
    assert here.sees(ana, here.circle)


@pytest.mark.parametrize("until", [None, timedelta(days=29)])
async def test_until_further_notice_it_is_the_channel_alone(
    here: Premises, until: timedelta | None
) -> None:
    ana = await enters(here)
    await quiets(here, ana, None if until is None else here.desk.clock.now() + until)
    assert here.server.asked("PATCH", "/members/") == []
    assert here.sees(ana, here.circle)
    assert not writes(ana, here.circle)
    assert writes(ana, here.lobby)


async def test_another_groups_room_is_not_touched(here: Premises) -> None:
    await shares(here)
    ana = await enters(here)
    await quiets(here, ana, here.desk.clock.now() + HOUR)
    assert here.server.asked("PATCH", "/members/") == []
    assert not writes(ana, here.circle)


async def test_when_it_is_over_they_can_write_again(here: Premises) -> None:
    await shares(here)
    ana, ben = await enters(here), await enters(here, "Ben")
    now = here.desk.clock.now()
    await quiets(here, ana, now - HOUR)
    await quiets(here, ben, now + HOUR)
    await here.gates.quiet.lift()
    await here.server.quiet()
    assert (writes(ana, here.circle), writes(ben, here.circle)) == (True, False)
    assert len(await kept(here)) == 1
    assert all(one.target_id != ana.id for one in here.circle.overwrites)


async def test_what_cannot_be_lifted_now_is_lifted_later(here: Premises) -> None:
    await shares(here)
    ana = await enters(here)
    await quiets(here, ana, here.desk.clock.now() - HOUR)
    here.server.faults.next("DELETE", "/permissions/", status=503)
    for can_write in (False, True):
        await here.gates.quiet.lift()
        await here.server.quiet()
        assert writes(ana, here.circle) is can_write


async def test_what_else_a_person_was_given_is_given_back(here: Premises) -> None:
    await shares(here)
    ana = await enters(here)
    reads = discord.Permissions(read_message_history=True).value
    here.server.overwrite(here.circle, ana, allow=reads | SEND)
    await quiets(here, ana, here.desk.clock.now() - HOUR)
    assert here.overwrite(here.circle, ana.id).allow == reads
    await here.gates.quiet.lift()
    await here.server.quiet()
    mine = here.overwrite(here.circle, ana.id)
    assert (mine.allow, mine.deny) == (reads, 0)


async def test_who_is_kept_quiet_cannot_be_read_from_the_rows(here: Premises) -> None:
    ana = await enters(here)
    await quiets(here, ana, None)
    (row,) = await kept(here)
    assert str(ana.id) not in row.name
    await here.gates.quiet.lift()
    assert len(await kept(here)) == 1


async def kept(here: Premises) -> list[DiscordSync]:
    async with here.desk.db.read() as db:
        return list((await db.execute(select(DiscordSync))).scalars())


async def test_what_was_lifted_by_hand_or_with_the_channel_is_forgotten(here: Premises) -> None:
    await shares(here)
    ana = await enters(here)
    past = here.desk.clock.now() - HOUR
    await quiets(here, ana, past)
    here.server.world.backend.delete_overwrite(here.circle.id, ana.id)
    await here.server.quiet()
    await here.gates.quiet.lift()
    assert await kept(here) == []
    await quiets(here, ana, past)
    here.server.delete_channel(here.circle)
    await here.server.quiet()
    await here.gates.quiet.lift()
    assert await kept(here) == []


async def test_only_a_room_of_ours_can_be_made_quiet(here: Premises) -> None:
    ana = await enters(here)
    with pytest.raises(Undeliverable, match="keeps none there"):
        await quiets(here, ana, None, here.lobby)
