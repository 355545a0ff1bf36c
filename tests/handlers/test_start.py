from datetime import timedelta

from bot.actions import Address, Admit, Ask
from bot.app import NEUTRAL
from bot.events import Command
from bot.store import invites, people
from bot.store.people import Role
from tests.world import World

YES = {"name": "Ana", "consent": "yes"}


async def code(world: World, role: Role = Role.MEMBER) -> str:
    async with world.db.write() as db:
        until = world.clock.now() + timedelta(days=7)
        issued = await invites.issue(
            db, world.group.id, role, now=world.clock.now(), expires_at=until
        )
    return issued[1]


async def test_a_link_with_an_invite_asks_for_consent_and_then_a_name(app: World) -> None:
    alone = app.address("ana")
    assert "Not medical care" in await app.says("ana", f"/start {await code(app)}", alone)
    ask = app.paper.done[-1]
    assert isinstance(ask, Ask)
    assert [field.name for field in ask.form.fields] == ["consent", "name"]
    welcome = await app.answers("ana", alone, **YES)
    assert "Welcome to Crohn’s circle, Ana" in welcome
    assert "You will get a link into the room. It is for you alone." in welcome
    admitted = [(a.to, a.who) for a in app.paper.done if isinstance(a, Admit)]
    assert admitted == [(app.room, alone)]


async def test_the_team_is_promised_a_link_into_each_room(app: World) -> None:
    form = {"name": "Dr. Okafor", "consent": "yes"}
    line = f"/start {await code(app, Role.CLINICIAN)}"
    welcome = await app.says("okafor", line, app.address("okafor"), form=form)
    assert "You will get a link into each room." in welcome


async def test_nobody_is_promised_a_link_where_none_is_needed(world: World) -> None:
    joined = await world.says("ana", f"/start {await code(world)}", form=YES)
    assert "Welcome" in joined
    assert "link into" not in joined


async def test_a_link_that_opens_nothing_gets_the_neutral_words(app: World) -> None:
    alone = app.address("eve")
    used = await code(app)
    await app.says("ana", f"/start {used}", app.address("ana"), form=YES)
    for line in ("/start", "/start open", "/start nothing", f"/start {used}"):
        assert await app.says("eve", line, alone) == NEUTRAL
    assert await app.says("eve", f"/start {used}", alone, form=YES) == NEUTRAL


async def test_a_member_is_greeted_with_what_they_can_do(app: World) -> None:
    await app.person("ana")
    alone = app.address("ana")
    for line in ("/start", "/start open"):
        greeting = await app.says("ana", line, alone)
        assert greeting.startswith("**Hello, Ana.**")
        assert "just write it here" in greeting
        assert "[Get the link into the room]" in greeting
    assert "What you can do" in await app.presses("ana", "What can I do here?", alone)
    assert "to be safe" in await app.presses("ana", "Ask the clinic for an appointment", alone)
    assert "Another tip" in await app.presses("ana", "Give me a tip", alone)


async def test_a_member_with_an_old_invite_needs_none(app: World) -> None:
    await app.person("ana")
    assert "You are in already" in await app.says("ana", "/start old", app.address("ana"))


async def test_where_rooms_need_no_link_none_is_offered(world: World) -> None:
    await world.person("ana")
    greeting = await world.says("ana", "/start")
    assert "type `/ask` and your question" in greeting
    assert "link" not in greeting


async def test_a_group_without_a_room_here_offers_no_link(both: World) -> None:
    person_id = await both.person("ana")
    address = Address("letter:@ana")
    async with both.db.write() as db:
        await people.connect(db, person_id, address, both.clock.now())
    base = both.base("ana", address, None) | {"user": address, "name": "start"}
    outcome = await both.hears(Command.model_validate(base))
    assert [b.label for a in outcome.actions for row in a.buttons for b in row] == [  # type: ignore[union-attr]
        "Give me a tip",
        "Ask the clinic for an appointment",
        "What can I do here?",
    ]
