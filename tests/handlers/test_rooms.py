from bot.actions import Address, Admit
from bot.safety import consent
from bot.store import groups, people
from bot.store.groups import Group
from bot.store.people import Role
from tests.world import World


def admitted(world: World) -> list[tuple[str, str]]:
    return [(a.to, a.name) for a in world.paper.done if isinstance(a, Admit)]


async def test_a_member_gets_the_link_into_the_room_again(app: World) -> None:
    await app.person("ana")
    await app.says("ana", "/start", app.address("ana"))
    answer = await app.presses("ana", "Get the link into the room", app.address("ana"))
    assert "You will get a link into the room." in answer
    assert "you need none" in answer
    assert admitted(app) == [(app.room, "Ana")]


async def test_staff_get_a_link_into_each_room(app: World) -> None:
    await app.person("sam", Role.ADMIN)
    assert "into each room" in await app.says("sam", "/rooms", app.address("sam"))
    assert admitted(app) == [(app.room, "Sam"), (app.staff_room, "Sam")]


async def test_topics_of_one_chat_have_one_door(app: World) -> None:
    await app.person("ana")
    async with app.db.write() as db:
        for topic in ("paper:forum/1", "paper:forum/2"):
            await groups.add_room(db, "g1", Address(topic), groups.GROUP, app.clock.now())
    await app.says("ana", "/rooms", app.address("ana"))
    assert admitted(app) == [(app.room, "Ana"), ("paper:forum/1", "Ana")]


async def test_the_rooms_of_every_group_of_a_person_are_opened(app: World) -> None:
    person_id = await app.person("ana")
    other = Address("paper:other")
    async with app.db.write() as db:
        now = app.clock.now()
        db.add(Group(id="g2", slug="uc", title="UC", condition="crohns", created_at=now))
        await db.flush()
        await groups.add_room(db, "g2", other, groups.GROUP, now)
        await groups.add_room(db, "g2", Address("paper:desk"), groups.STAFF, now)
        await people.admit(db, person_id, "g2", Role.MEMBER, consent.VERSION, now)
    await app.says("ana", "/rooms", app.address("ana"))
    assert sorted(admitted(app)) == [(other, "Ana"), (app.room, "Ana")]


async def test_without_a_room_here_that_is_said(app: World) -> None:
    await app.person("ana")
    async with app.db.write() as db:
        for address in (app.room, app.staff_room):
            found = await groups.of_room(db, address)
            assert found is not None
            await db.delete(found[1])
    assert "no room here" in await app.says("ana", "/rooms", app.address("ana"))


async def test_where_rooms_stand_open_nobody_needs_a_link(world: World) -> None:
    await world.person("ana")
    assert "You need no link" in await world.says("ana", "/rooms")
    assert admitted(world) == []
