"""A storm of rate limits: hundreds of messages while Discord says 429, 5xx, or nothing at all.

Promised: nothing is dropped, nothing shows twice (a torn answer is asked again under the same
nonce), what is equally urgent stays in order within a channel, and what is urgent does not wait
behind what is not. Discord bears 10,000 refused requests in ten minutes; the bot stays far below.

Discord's own limits are on, with small buckets. On top of that something goes wrong with one
request in a few, at random: a limit of one bucket or of the whole token, with and without the
header that tells Discord's own refusals from those of the network before it, an error of the
server, a connection that is torn before or after the message was taken.
"""

import asyncio
import random
import time
from collections import defaultdict
from pathlib import Path

import pytest

from bot.actions import Address, Priority
from bot.platforms.discord import addresses
from bot.platforms.discord.platform import LIMITS
from bot.store import groups, outbox
from bot.store.groups import GROUP
from tests.platforms.discord.clinic import Clinic, clinic
from tests.platforms.discord.storms import Storm, Wait, mishaps

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEED = 20261126
ROOMS, PEOPLE = 6, 45  # with them more chats than the postman serves side by side
FLOOD, IN_ROOM, IN_PRIVATE, CRISES = 200, 30, 6, 40
USUAL = (Priority.REPLY, Priority.STAFF, Priority.ADVISORY, Priority.TIP)
SOON = 5.0  # seconds
TEN_MINUTES, BEARS = 600, 10_000


async def test_in_a_storm_of_limits_nothing_is_lost_or_doubled_and_the_urgent_goes_first(
    tmp_path: Path,
) -> None:
    chance = random.Random(SEED)
    async with clinic(tmp_path, limits=LIMITS) as here:
        rooms, people = await chats(here)
        limited(here)
        storm, started = Storm(here, chance), time.monotonic()
        await storm.put([(rooms[0], Priority.TIP)] * FLOOD)
        usual = [(room, chance.choice(USUAL)) for room in rooms[1:] for _ in range(IN_ROOM)]
        usual += [(one, chance.choice(USUAL)) for one in people for _ in range(IN_PRIVATE)]
        chance.shuffle(usual)
        await storm.put(usual)
        async with mishaps(here.server.faults, chance):
            for number in range(CRISES):
                await asyncio.sleep(chance.uniform(0.2, 1.0))
                to = rooms[0] if number % 3 == 0 else chance.choice([*rooms[1:], *people])
                await storm.put([(to, Priority.CRISIS)])
        await sent(here, 120)
        seconds = time.monotonic() - started
        print(f"{len(storm.chats)} messages in {len(rooms) + len(people)} chats, {seconds:.0f} s")
        complete(storm)
        await in_rows(here, len(storm.chats))
        urgent_first(storm)
        refused(here, seconds)


async def chats(here: Clinic) -> tuple[list[Address], list[Address]]:
    """Give the rooms and the people; the first room is the one that is flooded."""
    rooms, now = [here.room], here.bot.clock.now()
    async with here.bot.db.write() as db:
        for number in range(1, ROOMS):
            channel = here.server.channel(here.guild, f"room-{number}")
            rooms.append(addresses.room(channel.id))
            await groups.add_room(db, "g1", rooms[-1], GROUP, now)
    people = [here.server.person(f"P{number}") for number in range(PEOPLE)]
    for one in people:
        here.server.join(here.guild, one)
    await here.settled()
    return rooms, [addresses.person(one.id) for one in people]


def limited(here: Clinic) -> None:
    rates = here.server.rates
    rates.on, rates.overall = True, (50, 1.0)
    rates.set("POST", "/channels/{channel_id}/messages", 5, 1.0)
    rates.set("POST", "/users/@me/channels", 10, 1.0)


async def sent(here: Clinic, seconds: float) -> None:
    """Wait until nothing is left in the outbox."""
    async with asyncio.timeout(seconds):
        while True:
            async with here.bot.db.read() as db:
                if not (await outbox.counts(db)).get(outbox.READY):
                    return
            await asyncio.sleep(0.2)


def complete(storm: Storm) -> None:
    """Look at every chat: all that is for it, once, and what is equally urgent in order."""
    stands = storm.shown()
    wanted: dict[Address, list[str]] = defaultdict(list)
    for words, chat in storm.chats.items():
        wanted[chat].append(words)
    for chat, put in wanted.items():
        assert sorted(stands[chat]) == sorted(put), chat
        for priority in Priority:
            mine = [words for words in stands[chat] if storm.urgency[words] is priority]
            assert mine == [words for words in put if storm.urgency[words] is priority], chat


async def in_rows(here: Clinic, many: int) -> None:
    async with here.bot.db.read() as db:
        assert list(await outbox.dead(db)) == []
        assert (await outbox.counts(db))[outbox.SENT] >= many


def urgent_first(storm: Storm) -> None:
    """Look at the waits, also of the most urgent where nothing went wrong with it itself."""
    waits, unlucky = storm.waits(), storm.unlucky()
    for priority in Priority:
        mine = [wait for words, wait in waits.items() if storm.urgency[words] is priority]
        print(f"{priority.name}: {spread(mine)}")
    urgent = [words for words in waits if storm.urgency[words] is Priority.CRISIS]
    clean = [waits[words] for words in urgent if storm.chats[words] not in unlucky]
    print(f"CRISIS, where nothing went wrong with it: {len(clean)}, {spread(clean)}")
    assert max(waits[words].calls for words in urgent) < FLOOD
    assert max(one.seconds for one in clean) < SOON


def spread(waits: list[Wait]) -> str:
    seconds = sorted(one.seconds for one in waits)
    calls = sorted(one.calls for one in waits)
    return ", ".join(
        f"{name} {seconds[place]:.2f} s {calls[place]} calls"
        for name, place in (("median", len(waits) // 2), ("worst", -1))
    )


def refused(here: Clinic, seconds: float) -> None:
    invalid = here.server.invalid
    print(f"refused: {invalid} of {len(here.server.requests)} requests in {seconds:.0f} s")
    assert invalid * TEN_MINUTES / seconds < BEARS / 10
