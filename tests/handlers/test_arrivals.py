from bot.actions import Address, Admit, Decline, Remove, Send
from bot.events import Joined, JoinRequested, Left
from bot.safety import gate
from bot.store import audit, groups
from bot.store.people import Role
from tests.world import World


def told(world: World, to: Address) -> list[str]:
    return [a.text for a in world.paper.done if isinstance(a, Send) and a.to == to]


async def happens(
    world: World,
    kind: type[JoinRequested | Joined | Left],
    name: str,
    room: Address | None = None,
) -> None:
    await world.hears(kind.model_validate(world.base(name, room or world.room, None)))


def moves(world: World) -> list[tuple[str, str, str]]:
    return [
        (a.kind, a.to, a.who) for a in world.paper.done if isinstance(a, Admit | Decline | Remove)
    ]


async def test_a_member_who_asks_to_enter_is_let_in(app: World) -> None:
    await app.person("ana")
    await happens(app, JoinRequested, "ana")
    assert moves(app) == [("admit", app.room, "paper:@ana")]
    assert [a.name for a in app.paper.done if isinstance(a, Admit)] == ["Ana"]


async def test_a_stranger_who_asks_to_enter_is_turned_away_kindly(app: World) -> None:
    await happens(app, JoinRequested, "eve")
    assert moves(app) == [("decline", app.room, "paper:@eve")]
    (words,) = told(app, app.address("eve"))
    assert words == gate.ASKED
    assert "Crohn" not in words
    assert told(app, app.staff_room) == [
        "Somebody without an invite asked to enter the room and was turned away."
    ]


async def test_asking_again_that_day_is_told_only_once(app: World) -> None:
    for _ in range(3):
        await happens(app, JoinRequested, "eve")
    await happens(app, JoinRequested, "bob")
    assert len(moves(app)) == 4
    assert len(told(app, app.address("eve"))) == 1
    assert len(told(app, app.staff_room)) == 2
    app.clock.advance(days=1)
    await happens(app, JoinRequested, "eve")
    assert len(told(app, app.address("eve"))) == 2
    assert len(told(app, app.staff_room)) == 3


async def test_a_member_who_comes_in_is_welcome(app: World) -> None:
    await app.person("ana")
    await happens(app, Joined, "ana")
    assert app.paper.done == []


async def test_a_stranger_who_comes_in_is_taken_out(app: World) -> None:
    await happens(app, Joined, "eve")
    assert moves(app) == [("remove", app.room, "paper:@eve")]
    assert told(app, app.address("eve")) == [gate.TAKEN_OUT]
    assert told(app, app.staff_room) == [
        "Somebody without an invite came into the room and was taken out again."
    ]
    async with app.db.read() as db:
        entry = (await audit.every(db, app.group.id))[-1]
    assert (entry.actor, entry.action, entry.detail) == ("bot", "turned away", "joined")


async def test_somebody_who_has_left_the_group_is_a_stranger_to_its_room(app: World) -> None:
    await app.person("ana")
    await app.says("ana", "/leave yes", app.address("ana"))
    await happens(app, Left, "ana")
    assert gate.TAKEN_OUT not in told(app, app.address("ana"))
    await happens(app, Joined, "ana")
    assert moves(app)[-1] == ("remove", app.room, "paper:@ana")


async def test_the_staff_room_is_for_the_team_only(app: World) -> None:
    await app.person("ana")
    await app.person("sam", Role.ADMIN)
    for kind in (JoinRequested, Joined):
        await happens(app, kind, "ana", app.staff_room)
        await happens(app, kind, "sam", app.staff_room)
    assert moves(app) == [
        ("decline", app.staff_room, "paper:@ana"),
        ("admit", app.staff_room, "paper:@sam"),
        ("remove", app.staff_room, "paper:@ana"),
    ]
    assert told(app, app.address("ana")) == [gate.NOT_THE_TEAM]
    assert told(app, app.staff_room) == [
        "Somebody who is not in the team asked to enter the staff room and was turned away."
    ]


async def test_a_chat_that_is_nobodys_is_left_alone(app: World) -> None:
    for kind in (JoinRequested, Joined, Left):
        await happens(app, kind, "eve", Address("paper:elsewhere"))
        await happens(app, kind, "eve", app.address("eve"))
    assert app.paper.done == []


async def test_whoever_enters_a_chat_of_topics_enters_its_rooms(app: World) -> None:
    await app.person("ana")
    async with app.db.write() as db:
        for topic in ("paper:forum/1", "paper:forum/2"):
            await groups.add_room(db, "g1", Address(topic), groups.GROUP, app.clock.now())
    await happens(app, JoinRequested, "ana", Address("paper:forum"))
    await happens(app, Joined, "eve", Address("paper:forum"))
    assert moves(app) == [
        ("admit", "paper:forum/1", "paper:@ana"),
        ("remove", "paper:forum/1", "paper:@eve"),
    ]


async def test_leaving_the_room_is_not_leaving_the_group(app: World) -> None:
    await app.person("ana")
    alone = app.address("ana")
    await happens(app, Left, "ana")
    assert "you are still in the group" in app.seen_by("ana", alone)
    assert "link into the room" in await app.presses("ana", "Get a link into the room", alone)
    assert moves(app) == [("admit", app.room, "paper:@ana")]
    assert "Do you want to leave" in await app.presses("ana", "Leave the group for good", alone)
    assert told(app, app.staff_room) == []


async def test_a_private_word_about_a_room_does_not_wait_for_ever(app: World) -> None:
    await app.person("ana")
    await happens(app, Left, "ana")
    await happens(app, Joined, "eve")
    lasts = [
        a.expires_at
        for a in app.paper.done
        if isinstance(a, Send) and a.to in {app.address("ana"), app.address("eve")}
    ]
    assert lasts == [app.clock.now() + gate.PATIENCE] * 2
