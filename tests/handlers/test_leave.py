from datetime import timedelta

from bot.actions import Address, Remove, Send
from bot.app import NEUTRAL
from bot.events import Command
from bot.platforms import Status
from bot.store import audit, bookings, groups, people
from bot.store.people import Role
from tests.world import World


def removed(world: World) -> list[tuple[str, str]]:
    return [(a.to, a.who) for a in world.paper.done if isinstance(a, Remove)]


async def test_leaving_is_asked_once_more_and_then_done(world: World) -> None:
    await world.person("ana")
    asked = await world.says("ana", "/leave")
    assert "Do you want to leave Crohn’s circle?" in asked
    assert "appointment" not in asked
    assert "You have left Crohn’s circle" in await world.presses("ana", "Leave the group")
    assert removed(world) == [(world.room, "paper:@ana")]
    assert NEUTRAL in await world.says("ana", "/help")
    async with world.db.read() as db:
        assert [entry.action for entry in await audit.every(db)] == ["left"]


async def test_somebody_may_change_their_mind(world: World) -> None:
    await world.person("ana")
    await world.says("ana", "/leave")
    assert "still in the group" in await world.presses("ana", "Stay")
    assert removed(world) == []


async def test_a_page_that_has_asked_already_is_not_asked_again(world: World) -> None:
    await world.person("ana")
    assert "You have left" in await world.says("ana", "/leave", form={"sure": "yes"})
    await world.person("bo")
    assert "Do you want to" in await world.says("bo", "/leave", form={"sure": "no"})


async def test_the_last_in_charge_has_to_stay(world: World) -> None:
    await world.person("sam", Role.OWNER)
    await world.person("kim", Role.ADMIN)
    assert "last person in charge" in await world.says("sam", "/leave yes")
    assert "You have left" in await world.says("kim", "/leave yes")
    await world.person("kay", Role.OWNER)
    assert "You have left" in await world.says("sam", "/leave yes")


async def test_the_last_admin_of_a_group_without_an_owner_has_to_stay(world: World) -> None:
    await world.person("kim", Role.ADMIN)
    assert "last person in charge" in await world.says("kim", "/leave")
    assert world.last is not None
    assert world.last.status is Status.REFUSED


async def test_the_team_hears_of_it_without_a_reason(world: World) -> None:
    await world.person("ana")
    await world.person("sam", Role.ADMIN)
    await world.says("ana", "/leave yes")
    assert world.seen_by("sam", world.staff_room) == "Ana has left the group."
    await world.person("kim", Role.OWNER)
    await world.says("sam", "/leave yes")
    assert (world.staff_room, "paper:@sam") in removed(world)


async def test_every_account_is_taken_out_of_the_rooms_of_its_platform(world: World) -> None:
    person_id = await world.person("ana")
    async with world.db.write() as db:
        web = await people.web_address(db, person_id, world.clock.now())
        page = Address("web:page")
        await groups.add_room(db, world.group.id, page, groups.GROUP, world.clock.now())
    await world.says("ana", "/leave yes")
    assert world.last is not None
    gone = [(a.to, a.who) for a in world.last.actions if isinstance(a, Remove)]
    assert (page, web) in gone
    assert (page, "paper:@ana") not in gone


async def test_a_booked_appointment_is_mentioned_before_somebody_goes(world: World) -> None:
    person_id = await world.person("ana")
    now = world.clock.now()
    async with world.db.write() as db:
        db.add(
            bookings.Slot(
                id="s1", group_id="g1", starts_at=now + timedelta(days=1),
                ends_at=now + timedelta(days=1, minutes=30), state=bookings.BOOKED,
            )
        )  # fmt: skip
        await db.flush()
        db.add(
            bookings.Appointment(
                id="a1", slot_id="s1", group_id="g1", person_id=person_id, uid="u1",
                created_at=now, changed_at=now,
            )
        )  # fmt: skip
    assert "Your appointment stays booked" in await world.says("ana", "/leave")


async def test_nobody_leaves_who_is_not_in(world: World) -> None:
    assert await world.says("eve", "/leave yes", world.address("eve")) == NEUTRAL


async def test_the_farewell_is_not_said_where_it_cannot_be_read_any_more(world: World) -> None:
    await world.person("ana")
    base = world.base("ana", world.room, None)
    await world.hears(
        Command.model_validate(base | {"name": "leave", "args": "yes", "reply_token": "1:k"})
    )
    (farewell,) = [a for a in world.paper.done if isinstance(a, Send) and "have left" in a.text]
    assert (farewell.to, farewell.reply_token) == ("paper:@ana", "")
