from bot.actions import File, Priority, Send
from bot.events import Command, Message, Typed
from bot.platforms import Status
from bot.store import cases
from bot.store.people import Role
from tests.world import World


async def test_a_phone_number_is_held_and_given_back(world: World) -> None:
    await world.person("ana")
    seen = await world.says("ana", "call me on 020 7946 0018")
    assert "was not shown" in seen
    assert "020 7946 0018" in seen.replace("\\", "")
    assert not [action for action in world.paper.done if action.kind == "post"]


async def test_the_clinic_may_share_its_own_number(world: World) -> None:
    await world.person("okafor", Role.CLINICIAN)
    assert "020 7946 0018" in await world.says("okafor", "The ward is on 020 7946 0018")


async def test_medicine_advice_appears_with_a_kind_word_and_the_team_is_told(
    world: World,
) -> None:
    await world.person("ana")
    seen = await world.says("ana", "You should stop taking your meds and drink juice")
    assert "drink juice" in seen
    assert "talk to their own team" in seen
    assert "unsafe advice" in world.seen_by("okafor", world.staff_room)


async def test_somebody_in_crisis_gets_the_local_helpline_and_is_not_silenced(
    world: World,
) -> None:
    await world.person("ana")
    seen = await world.says("ana", "I want to die")
    assert "I want to die" in seen
    assert "116 123" in seen
    assert "999" in seen
    assert "Ask the clinic for help" in seen


async def test_the_team_is_told_of_a_crisis_once_without_the_words(world: World) -> None:
    await world.person("ana")
    await world.says("ana", "I want to die")
    await world.says("ana", "I still want to die")
    alerts = [
        action
        for action in world.paper.done
        if isinstance(action, Send) and action.to == world.staff_room
    ]
    assert len(alerts) == 1
    assert alerts[0].priority is Priority.CRISIS
    assert "die" not in alerts[0].text
    assert "Ana" not in alerts[0].text


async def test_a_crisis_opens_a_case_that_the_desk_shows(world: World) -> None:
    person = await world.person("ana")
    await world.says("ana", "i don't want to live like this")
    async with world.db.read() as db:
        case = await cases.current(db, world.group.id, person)
    assert case is not None
    assert case.red_flag
    assert case.urgent


async def test_crisis_words_in_a_command_are_heard_too(world: World) -> None:
    await world.person("ana")
    assert "116 123" in await world.says("ana", "/ask how do i kill myself")


async def test_crisis_words_in_an_unknown_command_are_heard_too(world: World) -> None:
    await world.person("ana")
    seen = await world.says("ana", "/nothing I want to die")
    assert "116 123" in seen
    assert "no such command" in seen


async def test_crisis_words_that_were_heard_when_they_were_typed_are_answered_once(
    world: World,
) -> None:
    await world.person("ana")
    words = "how do i kill myself"
    await world.hears(Typed.model_validate(world.base("ana", None, "1#typed") | {"text": words}))
    assert "116 123" in world.seen_by("ana")
    filled = {"name": "ask", "answers": {"question": words}, "heard": True}
    await world.hears(Command.model_validate(world.base("ana", None, "1#form") | filled))
    assert "116 123" not in world.seen_by("ana")


async def test_a_stranger_in_crisis_learns_nothing_of_the_group(world: World) -> None:
    seen = await world.says("eve", "I want to die")
    assert "Crohn" not in seen
    assert "private service" in seen


async def test_held_words_come_back_even_if_they_name_a_dose(world: World) -> None:
    await world.person("ana")
    seen = await world.says("ana", "I take 5 mg, ask me at ana@example.org")
    assert "was not shown" in seen
    assert "5 mg" in seen
    assert not [action for action in world.paper.done if action.kind == "post"]


async def test_the_name_of_a_file_is_read_like_words(world: World) -> None:
    await world.person("ana")
    file = File(id="f", name="ana@example.org.png", type="image/png", size=1)
    base = world.base("ana", None, None) | {"message": "m-1", "text": "", "files": (file,)}
    outcome = await world.hears(Message.model_validate(base))
    assert outcome.status is Status.HELD
    file = file.model_copy(update={"name": "i want to die.txt"})
    base = world.base("ana", None, None) | {"message": "m-2", "text": "", "files": (file,)}
    await world.hears(Message.model_validate(base))
    assert "116 123" in world.seen_by("ana")


async def test_the_team_is_told_again_of_a_crisis_that_nobody_has_seen(world: World) -> None:
    await world.person("ana")
    await world.says("ana", "/appointment flag")
    for hours in (0, 0, 1):
        world.clock.advance(hours=hours)
        await world.says("ana", "I want to die")
    crisis = [
        action
        for action in world.paper.done
        if isinstance(action, Send) and action.to == world.staff_room and "crisis" in action.text
    ]
    assert len(crisis) == 2
    async with world.db.read() as db:
        assert len(await cases.waiting(db, world.group.id)) == 1


async def test_nobody_can_bury_the_team_in_notices(world: World) -> None:
    await world.person("ana")
    for hours in (0, 0, 0, 1):
        world.clock.advance(hours=hours)
        await world.says("ana", "You should stop taking your meds")
    assert world.seen_by("okafor", world.staff_room).count("unsafe advice") == 2
