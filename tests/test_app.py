import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot import actions, events
from bot.actions import Action, Address, Choice, Form, Question, Send
from bot.context import Context
from bot.errors import BadInput, Refusal, Stranger
from bot.platforms import Status
from bot.routing import ADMINS, Listener, Route, Schedule, Table, Where
from bot.store import events as seen
from bot.store import groups, outbox, people
from bot.store.groups import Group
from bot.store.people import Person, Role
from tests.world import World


async def hello(event: events.Command, ctx: Context) -> Action:
    return event.reply(f"Hello {people.name_of(ctx.db, ctx.me)} {event.args}".strip())


async def half(event: events.Command, ctx: Context) -> Action:
    """Change something and then refuse."""
    await people.create(ctx.db, "Ghost", ctx.now)
    ctx.here.title = "Ghosts"
    ctx.me.language = "xx"
    await ctx.db.flush()
    raise Refusal("Not today.")


async def broken(event: events.Command, ctx: Context) -> Action:
    await people.create(ctx.db, "Ghost", ctx.now)
    raise KeyError("secret of ana")


async def gossip(event: events.Command, ctx: Context) -> Action:
    """Try to tell another room."""
    return Send(to=Address("paper:other"), text="Ana is here")


async def told(event: events.Command, ctx: Context) -> list[Action]:
    answers = event.answers or {}
    return [event.whisper(f"You said {answers['a']} and {event.args}")]


async def silent(event: events.Command, ctx: Context) -> None:
    del event, ctx


async def private(event: events.Command, ctx: Context) -> Action:
    return event.whisper(f"group {ctx.here.slug} zone {ctx.zone} purpose {ctx.purpose}")


FORM = Form(title="Tell", fields=(Question(name="a", label="What", max=5),))


async def maybe(event: events.Command, ctx: Context) -> Form | None:
    return None if event.args == "none" else FORM


def use(world: World, *routes: Route, listeners: Sequence[Listener] = ()) -> None:
    world.bot.app.table = Table(routes, listeners)


async def ghosts(world: World) -> int:
    async with world.db.read() as db:
        everybody = (await db.execute(select(Person))).scalars().all()
        return sum(people.name_of(db, person) == "Ghost" for person in everybody)


async def test_a_command_is_answered_once_however_often_it_is_delivered(world: World) -> None:
    use(world, Route("hello", hello, open=False))
    await world.person("ana")
    assert await world.says("ana", "/hello you", event_id="e1") == "Hello Ana you"
    assert await world.says("ana", "/hello you", event_id="e1") == ""
    assert world.last is not None
    assert world.last.status is Status.REPEATED


async def test_a_refusal_undoes_what_the_handler_did_and_says_why(world: World) -> None:
    use(world, Route("half", half))
    await world.person("ana")
    assert await world.says("ana", "/half") == "Not today."
    assert await ghosts(world) == 0


async def test_a_bug_undoes_everything_is_noted_and_said_once(world: World) -> None:
    use(world, Route("broken", broken))
    await world.person("ana")
    answer = await world.says("ana", "/broken", event_id="e1")
    assert "our side" in answer
    assert "secret" not in answer
    assert await ghosts(world) == 0
    assert await world.says("ana", "/broken", event_id="e1") == ""
    async with world.db.read() as db:
        assert [row.failure for row in await seen.failed(db)] == ["KeyError"]


async def test_somebody_in_crisis_is_helped_even_if_the_rest_is_broken(world: World) -> None:
    use(world, Route("broken", broken))
    await world.person("ana")
    answer = await world.says("ana", "/broken I want to die", event_id="e1")
    assert "116 123" in answer
    assert "our side" in answer
    assert await world.says("ana", "/broken I want to die", event_id="e1") == ""


async def test_a_handler_cannot_speak_to_another_group(world: World) -> None:
    use(world, Route("gossip", gossip))
    async with world.db.write() as db:
        other = Group(
            id="g2", slug="o", title="O", condition="crohns", created_at=world.clock.now()
        )
        db.add(other)
        await db.flush()
        await groups.add_room(db, "g2", Address("paper:other"), "group", world.clock.now())
    await world.person("ana")
    assert "our side" in await world.says("ana", "/gossip")
    assert not [action for action in world.paper.done if action.to == "paper:other"]


async def test_a_stranger_gets_the_same_words_for_everything(world: World) -> None:
    use(world, Route("hello", hello))
    answers = {await world.says("eve", words) for words in ("/hello", "/nothing", "/help", "hi")}
    assert len(answers) == 1
    assert "private service" in answers.pop()


async def test_an_unknown_command_points_to_help(world: World) -> None:
    use(world)
    await world.person("ana")
    assert "/help" in await world.says("ana", "/nothing")


async def test_a_role_is_checked_at_every_use(world: World) -> None:
    use(world, Route("hello", hello, who=ADMINS))
    await world.person("ana")
    assert "other roles" in await world.says("ana", "/hello")
    await world.person("sam", Role.ADMIN)
    assert await world.says("sam", "/hello") == "Hello Sam"


async def test_some_commands_belong_in_the_staff_room(world: World) -> None:
    use(world, Route("hello", hello, where=Where.STAFF_ROOM))
    await world.person("sam", Role.ADMIN)
    assert "staff room" in await world.says("sam", "/hello")
    assert await world.says("sam", "/hello", world.staff_room) == "Hello Sam"


async def test_a_patient_is_a_stranger_in_the_staff_room(world: World) -> None:
    await world.person("ana")
    assert "private service" in await world.says("ana", "hello", world.staff_room)


async def test_a_form_is_asked_first_and_comes_back_with_its_problem(world: World) -> None:
    use(world, Route("tell", told, form=FORM))
    await world.person("ana")
    assert "Tell" in await world.says("ana", "/tell it")
    assert "too long" in await world.answers("ana", a="far too long")
    assert world.last is not None
    assert world.last.status is Status.REFUSED
    assert await world.answers("ana", a="hi") == "You said hi and it"


async def picky(event: events.Command, ctx: Context) -> None:
    ctx.here.title = "Changed"
    await ctx.db.flush()
    raise BadInput("That is too plain.", "a")


async def test_what_a_handler_cannot_use_comes_back_with_all_that_was_typed(world: World) -> None:
    use(world, Route("tell", picky, form=FORM))
    await world.person("ana")
    await world.says("ana", "/tell it")
    assert "What That is too plain." in await world.answers("ana", a="hi")
    ask = world.paper.done[-1]
    assert isinstance(ask, actions.Ask)
    assert (ask.form.fields[0].value, ask.args) == ("hi", "it")


async def test_a_page_shows_by_itself_why_something_was_refused(world: World) -> None:
    use(world, Route("tell", picky, form=FORM), Route("half", half))
    await world.person("ana")
    told = {"reply_token": events.PAGE, "name": "tell", "answers": {"a": "hi"}}
    outcome = await world.hears(events.Command.model_validate(world.base("ana", None, None) | told))
    assert (outcome.sentence, world.paper.done) == ("That is too plain.", [])
    told = {"reply_token": events.PAGE, "name": "half"}
    outcome = await world.hears(events.Command.model_validate(world.base("ana", None, None) | told))
    assert (outcome.sentence, world.paper.done) == ("Not today.", [])


async def test_a_form_may_be_made_for_the_moment_or_not_needed(world: World) -> None:
    use(world, Route("tell", silent, form=maybe))
    await world.person("ana")
    assert "Tell" in await world.says("ana", "/tell some")
    assert await world.says("ana", "/tell none") == ""


async def test_a_button_is_a_command_line(world: World) -> None:
    use(world, Route("hello", hello))
    await world.person("ana")
    base = world.base("ana", None, None) | {"data": "hello again"}
    await world.hears(events.Pressed.model_validate(base))
    assert world.seen_by("ana") == "Hello Ana again"


async def test_what_a_member_says_appears(world: World) -> None:
    await world.person("ana")
    assert await world.says("ana", "hello all") == "hello all"
    post = world.paper.done[-1]
    assert isinstance(post, actions.Post)
    assert post.author == "paper:@ana"


async def test_an_edit_is_screened_like_a_message(world: World) -> None:
    await world.person("ana")
    base = world.base("ana", None, None) | {"message": "m-1", "text": "hello again"}
    await world.hears(events.Edited.model_validate(base))
    assert isinstance(world.paper.done[-1], actions.Edit)
    base = world.base("ana", None, None) | {"message": "m-1", "text": "me@example.org"}
    outcome = await world.hears(events.Edited.model_validate(base))
    assert outcome.status is Status.HELD


async def test_what_a_member_takes_back_is_taken_back(world: World) -> None:
    await world.person("ana")
    base = world.base("ana", None, None) | {"message": "m-1"}
    await world.hears(events.Deleted.model_validate(base))
    assert isinstance(world.paper.done[-1], actions.Delete)


async def test_a_changed_consent_text_is_asked_before_anything_else(world: World) -> None:
    person = await world.person("ana")
    async with world.db.write() as db:
        member = await people.membership(db, person, world.group.id)
        assert member is not None
        member.consent_version = "1999"
        db.add(member)
    seen_words = await world.says("ana", "hello all")
    assert "hello all" not in seen_words
    assert "I agree" in seen_words
    assert world.last is not None
    assert world.last.status is Status.HELD
    assert "I agree" in await world.says("ana", "/tip")
    assert world.last.status is Status.HELD
    base = world.base("ana", None, None) | {"message": "m-1"}
    await world.hears(events.Deleted.model_validate(base))
    assert isinstance(world.paper.done[-1], actions.Delete)
    await world.presses("ana", "I agree")
    assert await world.says("ana", "hello all") == "hello all"


async def test_a_private_talk_finds_the_persons_group(world: World) -> None:
    use(world, Route("private", private))
    await world.person("ana")
    answer = await world.says("ana", "/private", world.address("ana"))
    assert answer == "group crohns zone Europe/London purpose None"


async def test_a_listener_hears_its_kind_of_event(world: World) -> None:
    async def heard(event: events.Left, ctx: Context) -> Action:
        return Send(to=world.room, text=f"{event.kind} in {ctx.here.slug}")

    use(world, listeners=[Listener(events.Left, heard)])
    await world.hears(events.Left.model_validate(world.base("ana", None, None)))
    assert world.seen_by("ana") == "left in crohns"


async def test_time_is_an_event_and_a_fault_in_it_is_tried_again(world: World) -> None:
    faults = [KeyError("x"), Refusal("no")]

    async def job(event: events.Tick, ctx: Context) -> Action:
        if faults:
            raise faults.pop(0)
        return Send(to=world.room, text=event.name)

    world.bot.app.table = Table((), (), (Schedule("dawn", "0 6 * * *", job),))
    tick = events.Tick(
        id="t1", at=world.clock.now(), chat=events.NOBODY, user=events.NOBODY, name="dawn"
    )
    assert (await world.hears(tick)).status is Status.FAILED
    assert (await world.hears(tick)).status is Status.REFUSED
    again = tick.model_copy(update={"id": "t2"})
    assert (await world.hears(again)).status is Status.DONE
    assert world.seen_by("ana") == "dawn"
    unknown = tick.model_copy(update={"id": "t3", "name": "none"})
    assert (await world.hears(unknown)).status is Status.DONE


async def test_nothing_stored_means_nothing_acknowledged(world: World) -> None:
    await world.person("ana")

    async def gone(event: events.Command, ctx: Context) -> None:
        raise OperationalError("x", {}, Exception("disk full"))

    use(world, Route("gone", gone))
    with pytest.raises(OperationalError):
        await world.says("ana", "/gone", event_id="e1")
    async with world.db.read() as db:
        assert await seen.is_new(db, "e1")


async def test_somebody_who_goes_away_cuts_nothing_off(world: World) -> None:
    use(world, Route("hello", hello))
    await world.person("ana")
    event = events.Command.model_validate(
        world.base("ana", None, "e1") | {"name": "hello", "args": "you"}
    )
    task = asyncio.create_task(world.bot.app.handle(event))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10):
        while world.seen_by("ana") != "Hello Ana you":
            await world.bot.deliver()
            await asyncio.sleep(0.01)
    assert (await world.hears(event)).status is Status.REPEATED


async def test_ten_events_at_once_are_each_answered_once(world: World) -> None:
    use(world, Route("hello", hello))
    await world.person("ana")
    base = world.base("ana", None, None) | {"name": "hello"}
    same = events.Command.model_validate(base)
    outcomes = await asyncio.gather(*(world.bot.app.handle(same) for _ in range(10)))
    assert [outcome.status for outcome in outcomes].count(Status.DONE) == 1
    await world.bot.deliver()
    assert world.seen_by("ana") == "Hello Ana"


async def test_the_outbox_keeps_no_words_of_what_was_sent(world: World) -> None:
    await world.person("ana")
    await world.says("ana", "a very private word")
    raw = world.db.path.read_bytes()
    wal = world.db.path.with_name(world.db.path.name + "-wal")
    raw += wal.read_bytes() if wal.exists() else b""
    assert b"a very private word" not in raw
    assert b"paper:@ana" not in raw
    assert b"Ana" not in raw
    async with world.db.read() as db:
        assert await outbox.counts(db) == {"sent": 1}


def test_a_choice_compares_by_value() -> None:
    assert Choice(value="a", label="A") == Choice(value="a", label="A")
    assert BadInput("x", "f").field == "f"
    assert issubclass(Stranger, Exception)
