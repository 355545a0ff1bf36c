from sqlalchemy import text

from bot.store import audit
from tests.world import World


async def filled(world: World) -> None:
    async with world.db.write() as db:
        for number in range(5):
            await audit.add(db, world.clock.now(), "cli", "act", subject=str(number))


async def test_a_whole_chain_is_whole(world: World) -> None:
    await filled(world)
    async with world.db.read() as db:
        assert await audit.broken(db) is None
        assert [entry.subject for entry in await audit.every(db)] == list("01234")
        assert await audit.every(db, "g1") == []


async def test_a_changed_row_is_found(world: World) -> None:
    await filled(world)
    async with world.db.write() as db:
        await db.execute(text("UPDATE audit SET actor = 'somebody' WHERE number = 3"))
    async with world.db.read() as db:
        assert await audit.broken(db) == 3


async def test_a_row_taken_out_is_found(world: World) -> None:
    await filled(world)
    async with world.db.write() as db:
        await db.execute(text("DELETE FROM audit WHERE number = 2"))
    async with world.db.read() as db:
        assert await audit.broken(db) == 3
