from collections.abc import Sequence

from bot.actions import Address, Send
from bot.events import NOBODY, Moved, Standing
from bot.platforms import Capabilities
from bot.store import audit, groups, outbox
from bot.store.groups import GROUP, STAFF
from bot.store.people import Role
from tests.world import Paper, World

ROOM, DESK = Address("letter:-1"), Address("letter:-2")
NEW = Address("letter:-1001")


async def bound(world: World, *rooms: tuple[Address, str]) -> None:
    async with world.db.write() as db:
        for address, purpose in rooms:
            await groups.add_room(db, world.group.id, address, purpose, world.clock.now())


async def stands(
    world: World, chat: Address, *, inside: bool, able: bool, problems: Sequence[str] = ()
) -> None:
    base = world.base("nobody", chat, None) | {"user": NOBODY, "problems": tuple(problems)}
    await world.hears(Standing.model_validate(base | {"inside": inside, "able": able}))


async def moves(world: World, chat: Address, room: Address) -> None:
    base = world.base("nobody", chat, None) | {"user": NOBODY, "room": room}
    await world.hears(Moved.model_validate(base))


def said(paper: Paper) -> Sequence[tuple[str, str]]:
    return [(a.to, a.text) for a in paper.done if isinstance(a, Send)]


async def test_the_staff_hear_elsewhere_that_the_bot_was_taken_out(
    both: World, letter: Paper
) -> None:
    await bound(both, (ROOM, GROUP), (DESK, STAFF))
    await stands(both, ROOM, inside=False, able=False)
    ((to, words),) = said(both.paper)
    assert to == both.staff_room
    assert "I was taken out of the room on Letter." in words
    assert said(letter) == [(DESK, words)]


async def test_no_word_goes_to_the_room_that_the_bot_is_not_in(both: World, letter: Paper) -> None:
    await bound(both, (DESK, STAFF))
    await stands(both, DESK, inside=False, able=False)
    assert "taken out of the staff room on Letter" in said(both.paper)[0][1]
    assert said(letter) == []


async def test_the_staff_hear_what_the_bot_cannot_do_and_that_it_can_again(
    both: World, letter: Paper
) -> None:
    await bound(both, (Address(f"{ROOM}/7"), GROUP), (DESK, STAFF))
    await stands(both, ROOM, inside=True, able=False)
    await stands(both, ROOM, inside=True, able=True)
    lost, back = (words for _, words in said(letter))
    assert "I can no longer remove messages or keep strangers out in the room on Letter" in lost
    assert back == "I can do all my work in the room on Letter now. Thank you."
    assert [a.silent for a in letter.done if isinstance(a, Send)] == [False, True]
    async with both.db.read() as db:
        notes = [(e.action, e.detail) for e in await audit.every(db, both.group.id)]
    assert notes == [("standing changed", "unable"), ("standing changed", "able")]


async def test_the_staff_hear_what_is_wrong_and_what_to_do(both: World, letter: Paper) -> None:
    await bound(both, (ROOM, GROUP), (DESK, STAFF))
    problems = ("Everybody can see it. Shut it.", "A bot reads along. Take it out.")
    await stands(both, ROOM, inside=True, able=False, problems=problems)
    ((_, words),) = said(letter)
    assert "Please look at the room on Letter." in words
    assert "- Everybody can see it. Shut it.\n- A bot reads along. Take it out.\n" in words
    assert "type `/setup` in that room" in words


async def test_where_admins_see_everything_nobody_is_asked_to_make_the_bot_one(
    both: World, letter: Paper
) -> None:
    letter.capabilities = Capabilities(secures=True)
    await bound(both, (ROOM, GROUP), (DESK, STAFF))
    await stands(both, ROOM, inside=False, able=False)
    ((_, words),) = said(letter)
    assert "I cannot see the room on Letter any more." in words
    assert "admin" not in words


async def test_what_it_may_do_in_other_chats_is_nobodys_business(both: World) -> None:
    await stands(both, Address("letter:-9"), inside=False, able=False)
    assert both.paper.done == []


async def test_a_room_that_moved_is_still_the_groups(both: World, letter: Paper) -> None:
    await bound(both, (ROOM, GROUP), (Address("letter:-10"), GROUP))
    await moves(both, ROOM, NEW)
    async with both.db.read() as db:
        rooms = await groups.rooms(db, both.group.id, GROUP)
        notes = [(e.action, e.detail) for e in await audit.every(db, both.group.id)]
    assert rooms == [both.room, NEW, "letter:-10"]
    assert notes == [("room moved", "letter")]
    await moves(both, ROOM, NEW)  # a platform may say so twice
    assert letter.done == []


async def test_what_waited_for_the_old_address_goes_to_the_new_one(
    both: World, letter: Paper
) -> None:
    await bound(both, (ROOM, GROUP))
    actions = (
        Send(to=ROOM, key="a", text="for all"),
        Send(to=Address("letter:@ana"), room=ROOM, key="b", text="for Ana"),
        Send(to=Address("letter:-10"), key="c", text="for others"),
    )
    async with both.db.write() as db:
        await groups.add_room(db, "g1", Address("letter:-10"), GROUP, both.clock.now())
        for action in actions:
            await outbox.put(db, action, "g1", both.clock.now())
    await moves(both, ROOM, NEW)
    assert [(a.to, a.room) for a in letter.done] == [
        (NEW, None),
        ("letter:@ana", NEW),
        ("letter:-10", None),
    ]


async def test_topics_move_with_their_chat(both: World) -> None:
    await bound(both, (Address(f"{ROOM}/7"), GROUP))
    await moves(both, ROOM, NEW)
    async with both.db.read() as db:
        assert f"{NEW}/7" in await groups.rooms(db, both.group.id, GROUP)


async def test_a_move_to_a_bound_room_or_of_an_unbound_one_changes_nothing(both: World) -> None:
    await bound(both, (ROOM, GROUP), (NEW, GROUP))
    await moves(both, ROOM, NEW)
    await moves(both, Address("letter:-5"), Address("letter:-6"))
    async with both.db.read() as db:
        assert await groups.rooms(db, both.group.id, GROUP) == [both.room, ROOM, NEW]
        assert await audit.every(db) == []


async def test_after_a_move_people_talk_on(both: World) -> None:
    await both.person("sam", Role.ADMIN)
    await moves(both, both.room, Address("paper:new"))
    assert "What you can do" in await both.says("sam", "/help", Address("paper:new"))
