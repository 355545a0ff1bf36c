import pytest

from bot.actions import Address
from bot.app import NEUTRAL
from bot.store import audit, bindings, groups
from bot.store.people import Role
from tests.world import World

NEW = Address("paper:new")


async def code(world: World, purpose: str = groups.GROUP) -> str:
    async with world.db.write() as db:
        return await bindings.offer(db, world.group.id, purpose, world.clock.now())


@pytest.mark.parametrize(
    ("purpose", "words"), [(groups.GROUP, "a room of"), (groups.STAFF, "the staff room of")]
)
async def test_an_admin_binds_a_room_by_a_code(world: World, purpose: str, words: str) -> None:
    await world.person("sam", Role.ADMIN)
    typed = await code(world, purpose)
    assert words in await world.says("sam", f"/setup {typed}", NEW)
    assert "What you can do" in await world.says("sam", "/help", NEW)
    async with world.db.read() as db:
        assert NEW in await groups.rooms(db, world.group.id, purpose)
        entry = (await audit.every(db, world.group.id))[-1]
    assert (entry.action, entry.detail) == ("room bound", f"{purpose}, paper")


async def test_a_code_binds_one_room(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    typed = await code(world)
    await world.says("sam", f"/setup {typed}", NEW)
    assert "already" in await world.says("sam", f"/setup {typed}", NEW)
    assert await world.says("sam", f"/setup {typed}", Address("paper:newer")) == NEUTRAL


async def test_after_an_hour_a_code_binds_nothing(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    typed = await code(world)
    world.clock.advance(hours=1)
    assert await world.says("sam", f"/setup {typed}", NEW) == NEUTRAL


async def test_a_code_is_useless_to_anybody_else(world: World) -> None:
    await world.person("ana")
    await world.person("sam", Role.ADMIN)
    typed = await code(world)
    assert await world.says("ana", f"/setup {typed}", NEW) == NEUTRAL
    assert await world.says("eve", f"/setup {typed}", NEW) == NEUTRAL
    assert await world.says("ana", f"/setup {typed}", world.room) == NEUTRAL
    assert await world.says("sam", "/setup 2222-2222-2222", NEW) == NEUTRAL
    assert "a room of" in await world.says("sam", f"/setup {typed}", NEW)


async def test_a_private_talk_is_no_room(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    typed = await code(world)
    assert "in the room" in await world.says("sam", f"/setup {typed}", world.address("sam"))
