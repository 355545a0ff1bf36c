from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.enums import ChannelType

from bot.actions import Occasion, Receipt
from bot.errors import RetryLater
from bot.store.people import Role
from tests.platforms.discord.premises import Channel, Premises, premises

VIEW = discord.Permissions(view_channel=True, connect=True).value
STARTS = datetime(2030, 1, 15, 18, 30, tzinfo=UTC)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Premises]:
    async with premises(tmp_path) as made:
        await made.secures(made.circle)
        await made.secures(made.team, staff=True)
        yield made


def event(here: Premises, key: str = "k") -> Occasion:
    return Occasion(
        to=here.room,
        key=key,
        title="Crohn’s and sport",
        about="Bring your **questions**.",
        where="Room 2",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
    )


async def puts(here: Premises, action: Occasion) -> Receipt:
    receipt = await here.occasions.put(action)
    await here.server.quiet()
    return receipt


def calendar(here: Premises) -> list[Any]:
    return list(here.guild.made.scheduled_events.values())


async def lines(here: Premises) -> list[str]:
    ana = await here.person("Ana", Role.MEMBER)
    here.server.give(here.guild, ana, here.role(here.circle))
    return [one.text for one in ana.sees(here.circle)]


def hall(here: Premises, **everyone: int) -> Channel:
    """Make a voice channel that the room's people and the team see."""
    made = here.server.channel(here.guild, "talk", kind=ChannelType.VOICE)
    everybody = here.guild.made.roles[here.guild.id]
    here.server.overwrite(made, everybody, **everyone or {"deny": VIEW})
    for role in (here.role(here.circle), here.role(here.team)):
        here.server.overwrite(made, role, allow=VIEW)
    mine = next(one for one in here.guild.made.roles.values() if one.managed)
    here.server.overwrite(made, mine, allow=VIEW)
    return made


async def test_what_strangers_can_see_says_nothing_but_when(here: Premises) -> None:
    receipt = await puts(here, event(here))
    (one,) = calendar(here)
    assert one.name == "An event for members"
    assert "Crohn" not in str(vars(one))
    assert "Room 2" not in str(vars(one))
    (said,) = await lines(here)
    assert "Crohn’s and sport" in said
    assert "Tuesday 15 January, 18:30 to 19:30 (Europe/London)" in said
    assert "They can also see who presses “Interested” there." in said
    assert receipt.link == f"https://discord.com/events/{here.guild.id}/{one.id}"


async def test_in_a_voice_channel_of_the_rooms_people_it_has_its_own_name(here: Premises) -> None:
    channel = hall(here)
    await puts(here, event(here))
    (one,) = calendar(here)
    assert (one.name, one.channel_id) == ("Crohn’s and sport", channel.id)
    assert "Bring your questions." in one.description
    (said,) = await lines(here)
    assert "only people of this room see it" in said


@pytest.mark.parametrize("who", ["everybody", "another role"])
async def test_a_voice_channel_that_others_see_is_not_used(here: Premises, who: str) -> None:
    channel = hall(here, **({"allow": VIEW} if who == "everybody" else {}))
    if who == "another role":
        here.server.overwrite(channel, here.server.role(here.guild, "Visitors"), allow=VIEW)
    await puts(here, event(here))
    assert [one.name for one in calendar(here)] == ["An event for members"]


async def test_the_same_event_is_put_once(here: Premises) -> None:
    here.server.faults.next("POST", "/scheduled-events", done=True, reset=True)
    with pytest.raises(RetryLater):
        await puts(here, event(here))
    first, again = [await puts(here, event(here)) for _ in range(2)]
    assert first.link == again.link
    await puts(here, event(here, "another"))
    assert len(calendar(here)) == 2
    assert len(await lines(here)) == 2


async def test_without_the_right_it_is_said_in_the_room_alone(here: Premises) -> None:
    allowed = discord.Permissions(discord.Permissions.all().value)
    allowed.administrator = allowed.manage_events = allowed.create_events = False
    here.server.allow_bot(here.guild, allowed.value)
    receipt = await puts(here, event(here))
    assert calendar(here) == []
    assert receipt.message
    (said,) = await lines(here)
    assert "Crohn’s and sport" in said
    assert "calendar" not in said
