"""A clinic's admin sets a room up on Discord, and the team hears what is wrong with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.platforms.discord import addresses
from bot.safety import consent
from bot.store import bindings, groups, people
from bot.store.people import Role
from tests.platforms.discord.clinic import Clinic, clinic
from tests.platforms.discord.premises import Channel
from tests.platforms.discord_server import Person

VIEW = discord.Permissions(view_channel=True).value


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path) as made:
        yield made


async def sets_up(here: Clinic, sam: Person, channel: Channel) -> str:
    """Type a code in a channel, and return what only the one who typed it reads."""
    async with here.bot.db.write() as db:
        code = await bindings.offer(db, "g1", groups.GROUP, here.bot.clock.now())
    await sam.runs(channel, "setup", code=code)
    await here.settled()
    return "\n".join(one.text for one in sam.sees(channel) if one.ephemeral)


async def joins_the_team(here: Clinic, person: Person) -> None:
    async with here.bot.db.write() as db:
        now, version = here.bot.clock.now(), consent.version(here.settings())
        known = await people.create(db, person.name, now)
        await people.connect(db, known.id, addresses.person(person.id), now)
        await people.admit(db, known.id, "g1", Role.OWNER, version, now)


def told(sam: Person, here: Clinic) -> list[str]:
    return [one.text for one in sam.sees(here.staff) if one.by_bot]


async def test_a_channel_becomes_a_room_that_only_its_people_see(here: Clinic) -> None:
    sam, ana = await here.enters("sam", Role.ADMIN), await here.enters("ana")
    eve = here.server.person("Eve")
    here.server.join(here.guild, eve)
    channel = here.server.channel(here.guild, "second")
    said = await sets_up(here, sam, channel)
    assert "This is now a room of Crohn’s circle." in said
    assert "Only people who are let in can see it from now on" in said
    assert "second" in sam.channels(here.guild)
    assert ana.channels(here.guild) == ["lobby", "circle", "second"]
    assert eve.channels(here.guild) == ["lobby"]
    assert here.discord.rooms.of(addresses.room(channel.id)) is not None


async def test_the_team_hears_who_else_can_read_and_that_it_is_put_right(here: Clinic) -> None:
    await joins_the_team(here, here.owner)
    sam = await here.enters("sam", Role.ADMIN)
    before = len(told(sam, here))
    mods = here.server.role(here.guild, "Mods")
    here.server.overwrite(here.group, mods, allow=VIEW)
    await here.settled()
    (news,) = [text for text in told(sam, here)[before:] if "Mods" in text]
    assert "Please look at the room on Discord." in news
    assert "The role “Mods” can read #circle." in news.replace("\\", "")
    here.server.overwrite(here.group, mods)
    await here.settled()
    assert "I can do all my work in the room on Discord now." in told(sam, here)[-1]


async def test_who_was_given_the_role_by_hand_is_taken_out_again(here: Clinic) -> None:
    eve = here.server.person("Eve")
    here.server.join(here.guild, eve)
    room = here.discord.rooms.of(here.room)
    assert room is not None
    here.server.give(here.guild, eve, here.guild.made.roles[room.role])
    await here.settled()
    assert eve.channels(here.guild) == ["lobby"]
    assert eve in here.guild


async def test_what_was_wrong_before_a_restart_is_not_told_again_the_same_day(here: Clinic) -> None:
    sam = await here.enters("sam", Role.ADMIN)
    before = [line for line in told(sam, here) if "The owner of a server" in line]
    assert before
    await here.stop()
    await here.start()
    await here.settled()
    assert [line for line in told(sam, here) if "The owner of a server" in line] == before
