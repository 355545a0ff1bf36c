"""Reports: the team hears of a message by a link, and never its words."""

from sqlalchemy import delete
from sqlmodel import col

from bot.actions import Address, Priority, Send, is_person
from bot.app import NEUTRAL
from bot.events import Reported
from bot.platforms import Status
from bot.store import audit, groups
from bot.store.people import Role
from tests.world import World

LINK = "https://chat.example/room/m1"


async def reports(
    world: World, name: str, text: str = "", message: str = "m1", chat: Address | None = None
) -> str:
    base = world.base(name, chat, None)
    event = Reported.model_validate(base | {"message": message, "text": text, "link": LINK})
    await world.hears(event)
    return world.seen_by(name, chat)


def told(world: World) -> list[Send]:
    """Return what the staff room was told."""
    return [one for one in world.paper.done if isinstance(one, Send) and one.to == world.staff_room]


async def test_the_team_gets_a_link_and_the_reporter_thanks(world: World) -> None:
    await world.person("ana")
    thanks = await reports(world, "ana", "You are all fools")
    assert "The team has been asked to look at this message" in thanks
    (said,) = told(world)
    assert said.text == "Somebody asks you to look at a message in the room on the clinic’s page."
    assert said.buttons[0][0].url == LINK
    assert said.priority is Priority.STAFF
    async with world.db.read() as db:
        assert [entry.action for entry in await audit.every(db)] == ["reported"]


async def test_who_reported_and_what_was_written_stay_out_of_the_room(world: World) -> None:
    await world.person("ana")
    await reports(world, "ana", "Ben takes 40 mg of something")
    words = " ".join(one.text for one in told(world))
    assert words
    assert not {"Ana", "Ben", "mg"} & set(words.replace(".", " ").split())


async def test_words_of_crisis_go_first_and_the_reporter_gets_the_number(world: World) -> None:
    await world.person("ana")
    thanks = await reports(world, "ana", "I want to die")
    assert "If somebody may be in danger now, call 999" in thanks
    assert "things are very hard" not in thanks  # it is not the reporter who wrote it
    (said,) = told(world)
    assert said.priority is Priority.CRISIS
    assert said.text.startswith("**Please look now: somebody may be in crisis.**")
    assert "die" not in said.text.split()


async def test_the_reason_is_named_where_the_words_show_it(world: World) -> None:
    await world.person("ana")
    await reports(world, "ana", "ring me on 020 7946 0018", "m1")
    await reports(world, "ana", "You should stop taking your meds", "m2")
    first, second = (one.text for one in told(world))
    assert "contact details" in first
    assert "unsafe advice about medicines" in second


async def test_one_message_is_reported_once_a_day_and_everybody_is_thanked(world: World) -> None:
    await world.person("ana")
    await world.person("ben")
    await reports(world, "ana")
    assert "Thank you" in await reports(world, "ben")
    assert len(told(world)) == 1
    world.clock.advance(days=1)
    await reports(world, "ben")
    assert len(told(world)) == 2


async def test_nobody_can_bury_what_else_the_team_is_told(world: World) -> None:
    await world.person("ana")
    for number in range(20):
        assert "Thank you" in await reports(world, "ana", message=f"m{number}")
    assert len(told(world)) == 11
    assert "more than 10 messages" in told(world)[-1].text
    await reports(world, "ana", "I want to die", "m99")
    assert told(world)[-1].priority is Priority.CRISIS
    world.clock.advance(hours=2)
    await reports(world, "ana", message="m100")
    assert "look at a message" in told(world)[-1].text


async def test_a_stranger_reports_nothing(world: World) -> None:
    assert await reports(world, "eve") == NEUTRAL
    assert world.last is not None
    assert world.last.status is Status.REFUSED
    assert told(world) == []


async def test_without_a_staff_room_the_team_is_told_in_private(world: World) -> None:
    await world.person("ana")
    await world.person("okafor", Role.CLINICIAN)
    async with world.db.write() as db:
        await db.execute(delete(groups.Room).where(col(groups.Room.purpose) == groups.STAFF))
    await reports(world, "ana")
    assert "look at a message" in world.seen_by("okafor")
    alone = [one for one in world.paper.done if isinstance(one, Send) and "look" in one.text]
    assert all(is_person(one.to) for one in alone)


async def test_a_typed_report_asks_the_team_to_look_at_the_room_once_an_hour(world: World) -> None:
    await world.person("ana")
    thanks = await world.says("ana", "/report")
    assert "look at this room" in thanks
    assert "passed on" not in thanks
    await world.says("ana", "/report")
    assert [one.text for one in told(world)] == [
        "Somebody asks you to look at the room on the clinic’s page."
    ]
    world.clock.advance(hours=1)
    await world.says("ana", "/report")
    assert len(told(world)) == 2


async def test_words_behind_the_command_are_not_passed_on_and_that_is_said(world: World) -> None:
    await world.person("ana")
    assert "was not passed on" in await world.says("ana", "/report Ben sells pills")
    assert "pills" not in " ".join(one.text for one in told(world))


async def test_in_a_chat_app_the_room_is_named_by_the_app(app: World) -> None:
    await app.person("ana")
    await reports(app, "ana")
    assert "in the room on Paper." in told(app)[0].text
    await app.says("ana", "/report", app.address("ana"))
    assert "look at the group’s rooms" in told(app)[1].text


async def test_the_staff_room_can_be_reported_from_by_the_team(world: World) -> None:
    await world.person("okafor", Role.CLINICIAN)
    await reports(world, "okafor", chat=world.staff_room)
    assert "in the staff room on" in told(world)[0].text
