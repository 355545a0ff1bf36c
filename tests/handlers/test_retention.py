from sqlmodel import select

from bot.store import links, outbox
from bot.store.events import Seen
from bot.store.links import Link
from tests.world import World


async def test_what_was_kept_long_enough_is_dropped_at_night(world: World) -> None:
    await world.person("ana")
    await world.says("ana", "hello all")
    async with world.db.write() as db:
        await links.issue(db, world.address("ana"), "/care", world.clock.now())
    await world.tick(days=20)
    async with world.db.read() as db:
        assert (await outbox.counts(db)).get("sent") == 1
        assert (await db.execute(select(Link))).all() == []
    await world.tick(days=20)
    async with world.db.read() as db:
        assert (await outbox.counts(db)).get("sent") is None
        kinds = {row.kind for row in (await db.execute(select(Seen))).scalars()}
    assert "message" not in kinds
