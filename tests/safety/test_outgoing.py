from datetime import date

import pytest

from bot.actions import (
    Action,
    Address,
    Admit,
    Aside,
    Decline,
    Delete,
    Edit,
    Occasion,
    Remove,
    Secure,
    Send,
    SendFile,
)
from bot.context import Context
from bot.errors import OutgoingBlocked
from bot.events import Left
from bot.safety import outgoing
from bot.store import groups, people
from bot.store.groups import Group
from bot.store.people import Role
from tests.world import World

ANA = Address("paper:@ana")


async def check(world: World, action: Action) -> str | None:
    event = Left(id="e", at=world.clock.now(), chat=world.room, user=ANA)
    async with world.db.read() as db:
        ctx = Context(
            db=db,
            now=world.clock.now(),
            library=world.bot.library,
            booking=world.bot.app.booking,
            settings=world.bot.settings,
            table=world.bot.table,
            group=world.group,
        )
        return await outgoing.check(ctx, event, action)


async def other_room(world: World) -> Address:
    async with world.db.write() as db:
        group = Group(
            id="g2", slug="other", title="Other", condition="crohns", created_at=world.clock.now()
        )
        db.add(group)
        await db.flush()
        await groups.add_room(db, "g2", Address("paper:other"), "group", world.clock.now())
    return Address("paper:other")


async def test_a_room_of_another_group_is_never_written_to(world: World) -> None:
    room = await other_room(world)
    with pytest.raises(OutgoingBlocked, match="outside its group"):
        await check(world, Send(to=room, text="hello"))


async def test_somebody_outside_the_group_is_never_written_to(world: World) -> None:
    with pytest.raises(OutgoingBlocked, match="does not know"):
        await check(world, Send(to=Address("paper:@eve"), text="hello"))


async def test_a_member_and_the_one_who_asks_may_be_answered(world: World) -> None:
    await world.person("ben")
    assert await check(world, Send(to=Address("paper:@ben"), text="hello")) == "g1"
    assert await check(world, Send(to=ANA, text="hello")) == "g1"


async def test_an_amount_of_medicine_needs_a_reviewed_source(world: World) -> None:
    with pytest.raises(OutgoingBlocked, match="amount"):
        await check(world, Send(to=ANA, text="Take 40 mg each morning."))


async def test_something_not_reviewed_cannot_be_cited(world: World) -> None:
    with pytest.raises(OutgoingBlocked, match="not reviewed"):
        await check(world, Send(to=ANA, text="Juice heals.", cites=("juice",)))


async def test_an_empty_message_is_never_sent(world: World) -> None:
    with pytest.raises(OutgoingBlocked, match="empty"):
        await check(world, Send(to=ANA, text=" "))


async def test_what_expired_since_is_not_sent(world: World) -> None:
    item = world.bot.library.tips("crohns", today=date(2026, 11, 24))[0]
    action = Send(to=world.room, text="tip", cites=(item.id,))
    async with world.db.read() as db:
        library = world.bot.library
        assert await outgoing.still_right(db, library, "g1", action, date(2026, 11, 24))
        assert not await outgoing.still_right(db, library, "g1", action, date(2099, 1, 1))
        assert not await outgoing.still_right(db, library, None, action, date(2026, 11, 24))


async def test_nothing_is_sent_to_a_room_no_longer_bound(world: World) -> None:
    action = Send(to=Address("paper:gone"), text="hello")
    async with world.db.read() as db:
        assert not await outgoing.still_right(
            db, world.bot.library, "g1", action, date(2026, 11, 24)
        )


@pytest.mark.parametrize(
    "action",
    [
        Edit(to=ANA, of="key", text="Take 40 mg each morning."),
        SendFile(to=ANA, name="a", type="b", content=b"", caption="Take 40 mg each morning."),
    ],
)
async def test_whatever_the_bot_says_is_looked_at(world: World, action: Action) -> None:
    with pytest.raises(OutgoingBlocked, match="amount"):
        await check(world, action)


async def test_a_members_own_change_and_a_file_without_words_go_through(world: World) -> None:
    assert await check(world, Edit(to=world.room, message="m", text="I take 40 mg")) == "g1"
    assert await check(world, SendFile(to=ANA, name="a", type="b", content=b"")) == "g1"


async def test_the_address_of_a_source_is_no_amount(world: World) -> None:
    words = "To approve: [Trial](https://journal.example.org/drug-40mg-weekly)"
    assert await check(world, Send(to=ANA, text=words)) == "g1"


async def test_nobody_without_a_place_is_let_into_a_room(world: World) -> None:
    await world.person("ana")
    await world.person("sam", Role.ADMIN)
    sam = Address("paper:@sam")
    assert await check(world, Admit(to=world.room, who=ANA)) == "g1"
    assert await check(world, Admit(to=world.staff_room, who=sam)) == "g1"
    for action in (
        Admit(to=world.room, who=Address("paper:@eve")),
        Admit(to=world.staff_room, who=ANA),
    ):
        with pytest.raises(OutgoingBlocked, match="without a place"):
            await check(world, action)


async def test_somebody_may_be_let_into_the_rooms_of_another_group_of_theirs_only(
    world: World,
) -> None:
    person_id, room = await world.person("ana"), await other_room(world)
    with pytest.raises(OutgoingBlocked, match="without a place"):
        await check(world, Admit(to=room, who=ANA))
    async with world.db.write() as db:
        await people.admit(db, person_id, "g2", Role.MEMBER, "", world.clock.now())
    assert await check(world, Admit(to=room, who=ANA)) == "g2"
    with pytest.raises(OutgoingBlocked, match="outside its group"):
        await check(world, Admit(to=room, who=Address("paper:@ben")))


async def test_a_stranger_and_their_words_may_be_taken_out_of_a_bound_room(world: World) -> None:
    eve = Address("paper:@eve")
    for action in (
        Remove(to=world.room, who=eve),
        Decline(to=world.room, who=eve),
        Delete(to=world.room, message="m"),
    ):
        assert await check(world, action) == "g1"


async def test_somebody_who_has_left_since_is_not_let_in(world: World) -> None:
    await world.person("ana")
    action, today = Admit(to=world.room, who=ANA), date(2026, 11, 24)
    async with world.db.read() as db:
        assert await outgoing.still_right(db, world.bot.library, "g1", action, today)
    await world.says("ana", "/leave yes")
    async with world.db.read() as db:
        assert not await outgoing.still_right(db, world.bot.library, "g1", action, today)
        gone = action.model_copy(update={"to": Address("paper:gone")})
        assert not await outgoing.still_right(db, world.bot.library, "g1", gone, today)


async def test_somebody_known_but_not_in_the_group_is_never_written_to(world: World) -> None:
    async with world.db.write() as db:
        person = await people.create(db, "Bob", world.clock.now())
        await people.connect(db, person.id, Address("paper:@bob"), world.clock.now())
    with pytest.raises(OutgoingBlocked, match="outside the group"):
        await check(world, Send(to=Address("paper:@bob"), text="hello"))


def aside(world: World, who: str, *also: str, text: str = "Yes.") -> Aside:
    others = tuple(Address(f"paper:@{name}") for name in also)
    return Aside(
        to=world.room,
        key="k",
        who=Address(f"paper:@{who}"),
        also=others,
        title="For you",
        text=text,
    )


async def test_in_a_private_talk_are_one_of_the_group_and_its_team_alone(world: World) -> None:
    await world.person("ana")
    await world.person("ben")
    await world.person("sam", Role.CLINICIAN)
    assert await check(world, aside(world, "ana", "sam")) == "g1"
    for action in (aside(world, "eve"), aside(world, "ana", "ben"), aside(world, "ana", "eve")):
        with pytest.raises(OutgoingBlocked, match="private talk"):
            await check(world, action)
    room = await other_room(world)
    with pytest.raises(OutgoingBlocked, match="outside its group"):
        await check(world, aside(world, "ana").model_copy(update={"to": room}))


async def test_nobody_who_has_left_since_is_talked_to_beside_a_room(world: World) -> None:
    await world.person("ana")
    action, today = aside(world, "ana"), date(2026, 11, 24)
    async with world.db.read() as db:
        assert await outgoing.still_right(db, world.bot.library, "g1", action, today)
    await world.says("ana", "/leave yes")
    async with world.db.read() as db:
        assert not await outgoing.still_right(db, world.bot.library, "g1", action, today)
        gone = action.model_copy(update={"to": Address("paper:gone")})
        assert not await outgoing.still_right(db, world.bot.library, "g1", gone, today)


@pytest.mark.parametrize("field", ["title", "about", "where"])
async def test_the_words_of_events_and_talks_are_looked_at(world: World, field: str) -> None:
    await world.person("ana")
    moment = world.clock.now()
    event = Occasion(
        to=world.room, key="k", title="A talk", about="About sleep", where="Room 2",
        starts_at=moment, ends_at=moment,
    )  # fmt: skip
    assert await check(world, event) == "g1"
    dose = "Take 40 mg each morning."
    wrong = (event.model_copy(update={field: dose}), aside(world, "ana", text=dose))
    for action in wrong:
        with pytest.raises(OutgoingBlocked, match="amount"):
            await check(world, action)


async def test_a_room_of_the_group_is_made_safe_and_no_other(world: World) -> None:
    assert await check(world, Secure(to=world.room, title="Circle")) == "g1"
    with pytest.raises(OutgoingBlocked, match="outside its group"):
        await check(world, Secure(to=await other_room(world), title="Circle"))
