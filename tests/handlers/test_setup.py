from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.actions import Action, Address, Admit, Secure
from bot.app import NEUTRAL
from bot.events import RoomPicked
from bot.platforms import Capabilities
from bot.safety import consent
from bot.store import audit, bindings, groups, people
from bot.store.groups import Group
from bot.store.people import Role
from tests import world as worlds
from tests.world import Paper, World

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


async def test_an_admin_picks_a_room_in_a_private_talk(app: World) -> None:
    await app.person("sam", Role.ADMIN)
    alone = app.address("sam")
    offer = await app.says("sam", "/setup", alone)
    assert "Pick a chat of yours below" in offer
    assert "[Pick the room]" in offer
    button = app.button("sam", "Pick the staff room", alone)
    assert (button.press, button.picks_room) == ("setup staff crohns", True)
    done = await picks(app, "sam", button.press, NEW)
    assert "The chat that you picked is now the staff room of Crohn’s circle." in done
    assert "who is in it" in done
    async with app.db.read() as db:
        assert NEW in await groups.rooms(db, app.group.id, groups.STAFF)
        entry = (await audit.every(db, app.group.id))[-1]
    assert (entry.action, entry.detail) == ("room bound", "staff, paper")


async def test_each_group_in_their_charge_is_offered(app: World) -> None:
    person_id = await app.person("sam", Role.ADMIN)
    await second_group(app, person_id, Role.OWNER)
    offer = await app.says("sam", "/setup", app.address("sam"))
    assert "[Pick the room of Crohn’s circle]" in offer
    assert "[Pick the staff room of UC]" in offer


async def test_where_no_room_can_be_picked_the_way_to_a_code_is_told(world: World) -> None:
    person_id = await world.person("sam", Role.ADMIN)
    told = await world.says("sam", "/setup", world.address("sam"))
    assert "`roundtable group bind crohns --purpose staff`" in told
    await second_group(world, person_id, Role.ADMIN)
    told = await world.says("sam", "/setup", world.address("sam"))
    assert "`roundtable group bind GROUP`" in told


async def test_nobody_else_is_offered_anything(app: World) -> None:
    await app.person("ana")
    for name in ("ana", "eve"):
        assert await app.says(name, "/setup", app.address(name)) == NEUTRAL
        assert await picks(app, name, "setup group crohns", NEW) == NEUTRAL


async def test_whoever_is_not_in_charge_any_more_binds_nothing(app: World) -> None:
    person_id = await app.person("sam", Role.ADMIN)
    await app.says("sam", "/setup", app.address("sam"))
    async with app.db.write() as db:
        place = await people.membership(db, person_id, app.group.id)
        assert place is not None
        place.role = Role.MEMBER
    assert await picks(app, "sam", "setup group crohns", NEW) == NEUTRAL
    async with app.db.read() as db:
        assert await groups.of_room(db, NEW) is None


@pytest.mark.parametrize("line", ["setup", "setup group", "setup group none", "setup all crohns"])
async def test_a_pick_that_makes_no_sense_binds_nothing(app: World, line: str) -> None:
    await app.person("sam", Role.ADMIN)
    assert await picks(app, "sam", line, NEW) == NEUTRAL


async def test_a_bound_room_is_kindly_refused(app: World) -> None:
    person_id = await app.person("sam", Role.ADMIN)
    await second_group(app, person_id, Role.MEMBER)
    line = "setup group crohns"
    assert "belongs to Crohn’s circle already" in await picks(app, "sam", line, app.room)
    assert "That room is in use already" in await picks(app, "sam", line, Address("paper:uc"))


async def test_one_chat_holds_rooms_of_one_kind_of_one_group(app: World) -> None:
    """Whoever is in a chat reads all its topics."""
    person_id = await app.person("sam", Role.ADMIN)
    await second_group(app, person_id, Role.ADMIN)
    first = Address("paper:forum/1")
    assert "a room of" in await app.says("sam", f"/setup {await code(app)}", first)
    second = Address("paper:forum/2")
    assert "a room of" in await app.says("sam", f"/setup {await code(app)}", second)
    third, typed = Address("paper:forum/3"), await code(app, groups.STAFF)
    assert "a chat of its own" in await app.says("sam", f"/setup {typed}", third)
    assert "a chat of its own" in await picks(app, "sam", "setup group uc", Address("paper:forum"))
    assert "the staff room" in await app.says("sam", f"/setup {typed}", NEW)


SAFE = Capabilities(whispers=True, deletes=True, forms=True, private_talk=True, secures=True)


@pytest.fixture
async def safe(tmp_path: Path) -> AsyncIterator[World]:
    """A bot on a platform that keeps its rooms to those who are let in."""
    made = await worlds.make(tmp_path, paper=Paper(capabilities=SAFE))
    yield made
    await made.db.close()


def doors(world: World, room: Address) -> Sequence[Action]:
    """Return what was done with who can be in a room, the newest setting-up only."""
    found = [one for one in world.paper.done if isinstance(one, Secure | Admit) and one.to == room]
    last = max(number for number, one in enumerate(found) if isinstance(one, Secure))
    return found[last:]


async def test_where_the_bot_can_it_shuts_the_room_and_lets_its_people_in(safe: World) -> None:
    await safe.person("sam", Role.ADMIN)
    await safe.person("ana")
    async with safe.db.write() as db:
        ben = await people.create(db, "Ben", safe.clock.now())
        await people.connect(db, ben.id, Address("letter:@ben"), safe.clock.now())
        await people.admit(db, ben.id, "g1", Role.MEMBER, consent.VERSION, safe.clock.now())
    done = await safe.says("sam", f"/setup {await code(safe)}", NEW)
    assert "Only people who are let in can see it from now on" in done
    assert "admin" not in done
    first, *admitted = doors(safe, NEW)
    assert isinstance(first, Secure)
    assert sorted(one.who for one in admitted if isinstance(one, Admit)) == [
        "paper:@ana", "paper:@sam"
    ]  # fmt: skip


async def test_nobody_but_the_team_is_let_into_its_new_room(safe: World) -> None:
    await safe.person("sam", Role.ADMIN)
    await safe.person("ana")
    await safe.says("sam", f"/setup {await code(safe, groups.STAFF)}", NEW)
    secure, *admitted = doors(safe, NEW)
    assert isinstance(secure, Secure)
    assert (secure.staff, secure.title) == (True, "Crohn’s circle")
    assert [one.who for one in admitted if isinstance(one, Admit)] == ["paper:@sam"]


async def test_once_more_in_a_room_makes_it_safe_again(safe: World) -> None:
    await safe.person("sam", Role.ADMIN)
    await safe.person("ana")
    told = await safe.says("sam", "/setup", safe.room)
    assert "belongs to Crohn’s circle already. I set again who can see it" in told
    assert [one.kind for one in doors(safe, safe.room)] == ["secure", "admit", "admit"]
    before = len(safe.paper.done)
    await safe.says("ana", "/setup", safe.room)
    assert not any(isinstance(one, Secure) for one in safe.paper.done[before:])


async def test_a_picked_room_is_made_safe_too(safe: World) -> None:
    await safe.person("sam", Role.ADMIN)
    await picks(safe, "sam", "setup group crohns", NEW)
    assert [one.kind for one in doors(safe, NEW)] == ["secure", "admit"]


async def second_group(world: World, person_id: str, role: Role) -> None:
    """Put somebody in a second group, which has one room."""
    async with world.db.write() as db:
        now = world.clock.now()
        db.add(Group(id="g2", slug="uc", title="UC", condition="crohns", created_at=now))
        await db.flush()
        await groups.add_room(db, "g2", Address("paper:uc"), groups.GROUP, now)
        await people.admit(db, person_id, "g2", role, consent.VERSION, now)


async def picks(world: World, name: str, line: str, room: Address) -> str:
    """Pick a chat for the bot and return what is said to that."""
    alone = world.address(name)
    base = world.base(name, alone, None) | {"data": line, "room": room}
    await world.hears(RoomPicked.model_validate(base))
    return world.seen_by(name, alone)
