from bot import events
from bot.store import audit
from tests.world import World


async def test_many_wrong_codes_are_told_to_the_staff_and_to_nobody_else(world: World) -> None:
    await world.person("ana")
    event = events.Guessed(
        id="guessed:1", at=world.clock.now(), chat=events.NOBODY, user=events.NOBODY
    )
    await world.hears(event)
    await world.hears(event)
    assert world.seen_by("okafor", world.staff_room).count("many wrong invite codes") == 1
    assert world.seen_by("ana") == ""
    async with world.db.read() as db:
        assert [entry.action for entry in await audit.every(db)] == ["many wrong codes"]
