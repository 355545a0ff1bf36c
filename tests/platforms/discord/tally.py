"""A tally of a crowd: whether each was answered in its order, and what the bot's rows say."""

from collections import Counter

from sqlalchemy.ext.asyncio import AsyncSession

from bot.platforms.discord import addresses
from bot.store import audit, events, outbox, people
from bot.store.db import Database
from tests.platforms.discord.crowd import Crowd, Member
from tests.platforms.discord_api.seen import Seen


def in_order(crowd: Crowd, answers: dict[int, list[Seen]]) -> None:
    """Look whether answers to one person stand in the order of what was asked, place by place."""
    for member in crowd.members:
        mine = [one for one in crowd.told.values() if one.user == member.person.id]
        said = [answers[one.id][0] for one in mine if one.what == "timezone" and answers[one.id]]
        for place in {seen.channel for seen in said}:
            stood = [seen.id for seen in said if seen.channel == place]
            assert stood == sorted(stood), (member, place)


async def kept(database: Database, crowd: Crowd, heard: set[int]) -> Counter[str]:
    """Look into the rows: what was taken did once what it does; return how much of each kind."""
    async with database.read() as db:
        noted = Counter(entry.action for entry in await audit.every(db))
        failed, dead = await events.failed(db), await outbox.dead(db)
        left = (await outbox.counts(db)).get(outbox.READY, 0)
        zones = [await _zone(db, member) for member in crowd.members]
    taken = [one for one in crowd.told.values() if one.id in heard]
    did = Counter(one.what for one in taken)
    assert (noted["asked to look"], noted["invite made"]) == (did["report"], did["form sent"])
    assert (list(failed), list(dead), left) == ([], [], 0)
    for member, zone in zip(crowd.members, zones, strict=True):
        mine = [one for one in taken if one.user == member.person.id]
        set_to = [one.words for one in mine if one.what in {"timezone", "words"}]
        assert zone == (set_to[-1] if set_to else None)
    return did


async def _zone(db: AsyncSession, member: Member) -> str | None:
    person = await people.find(db, addresses.person(member.person.id))
    assert person is not None
    return person.timezone
