"""Words about care are marked, so that a chat app can see to it that they stay where they are."""

import pytest

from bot.actions import Action, Address, Priority, Send, SendFile
from bot.errors import Refusal
from bot.store import people
from bot.store.people import Role
from handlers.discreet import discreet
from tests.handlers import visits
from tests.world import Paper, World


def marked(actions: list[Action]) -> set[bool]:
    return {action.sensitive for action in actions}


async def test_what_a_patient_and_the_staff_are_told_of_a_visit_is_sensitive(app: World) -> None:
    await visits.meet(app)
    await visits.opened(app)
    app.paper.done.clear()
    await app.says("ana", "/appointment routine")
    await app.says("ana", "/times")
    await app.presses("ana", "Thursday 26 November, 09:00")
    await app.presses("ana", "Book it")
    await app.says("ana", "/status")
    await app.says("ana", "/details")
    await app.says("dr", "/cases", app.staff_room)
    app.clock.advance(days=1)
    await app.tick()
    said = [action for action in app.paper.done if isinstance(action, Send)]
    assert len(said) > 8
    assert marked(list(said)) == {True}


async def test_a_number_to_call_and_a_calendar_file_may_be_saved(app: World) -> None:
    await visits.meet(app)
    await visits.opened(app)
    await app.says("ana", "/appointment flag")
    helping = [a for a in app.paper.done if isinstance(a, Send) and a.priority is Priority.CRISIS]
    assert [(a.to, a.sensitive) for a in helping] == [
        (app.address("ana"), False),
        (app.staff_room, True),
    ]
    (slot, *_) = await visits.slots(app)
    await app.says("ana", f"/book {slot.id}")
    assert marked([a for a in app.paper.done if isinstance(a, SendFile)]) == {False}


async def test_a_refusal_about_a_visit_is_sensitive_too() -> None:
    async def no(_event: object, _ctx: object) -> None:
        raise Refusal("You have an appointment already.")

    with pytest.raises(Refusal, match="already") as refused:
        await discreet(no)(None, None)
    assert refused.value.sensitive
    assert not Refusal("No.").sensitive


async def test_other_words_are_not_marked(app: World) -> None:
    await app.person("sam", Role.ADMIN)
    form = {"role": "member", "label": "", "days": "7", "uses": "1"}
    await app.says("sam", "/invite", app.address("sam"), form=form)
    await app.says("sam", "/tip", app.address("sam"))
    assert marked(app.paper.done) == {False}


async def test_a_patient_is_told_on_every_platform_that_can(both: World, letter: Paper) -> None:
    """A chat app reaches them though the group has no room there."""
    await visits.meet(both)
    mine = Address("letter:@ana")
    async with both.db.write() as db:
        person = await people.find(db, both.address("ana"))
        assert person is not None
        await people.connect(db, person.id, mine, both.clock.now())
        await people.connect(db, person.id, Address("stone:@ana"), both.clock.now())
    await both.says("ana", "/appointment routine")
    case = await visits.the_case(both)
    await both.says("dr", f"/case seen {case.ref}", both.staff_room)
    assert "was seen by the team" in both.seen_by("ana")
    (told,) = letter.done
    assert isinstance(told, Send)
    assert (told.to, told.room, told.sensitive) == (mine, None, True)
    assert "was seen by the team" in told.text
