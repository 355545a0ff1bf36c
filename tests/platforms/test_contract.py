"""The contract that every platform keeps: what is heard is answered once, what is done is shown."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import actions
from bot.actions import Address, Form, Question, Send
from bot.errors import Undeliverable
from bot.store import people
from bot.store.people import Role
from tests.platforms.contract import BOT, Stage, needs, one, words
from tests.platforms.stages import STAGES

HOSTILE = (
    "<b>bold</b> **stars** [link](https://x.example) &amp; \u202e\U0001f9d1\u200d\U0001f52c ~`"
)


@pytest.fixture(params=sorted(STAGES))
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """Each platform in turn, with Ana and Ben in the room."""
    made = await STAGES[request.param](tmp_path)
    for name in ("ana", "ben"):
        await made.enters(name)
    yield made
    await made.close()


async def test_what_one_says_all_see_under_their_name(stage: Stage) -> None:
    await stage.says("ana", "Good morning")
    for name in ("ana", "ben"):
        shown = (await stage.shown(name))[0]
        assert (shown.words, shown.by, shown.private) == ("Good morning", "Ana", False)


async def test_what_is_acknowledged_survives_a_restart(stage: Stage) -> None:
    await stage.says("ana", "do not lose me")
    await stage.restarts()
    assert await words(stage, "ben") == ["do not lose me"]
    await stage.says("ben", "I have it")
    assert await words(stage, "ana") == ["do not lose me", "I have it"]


async def test_the_same_update_twice_is_answered_once(stage: Stage) -> None:
    for line in ("hello", "/aloud hello"):
        update = await stage.says("ana", line)
        await stage.says("ana", line, update)
    await stage.restarts()
    await stage.says("ana", "/aloud hello", update)
    assert len(await words(stage, "ben")) == 2


async def test_the_order_of_a_chat_is_kept(stage: Stage) -> None:
    said = [f"line {number}" for number in range(30)]
    for number, line in enumerate(said):
        await stage.says("ana" if number % 3 else "ben", line)
    assert await words(stage, "ana") == await words(stage, "ben") == said


async def test_the_same_action_twice_is_shown_once(stage: Stage) -> None:
    needs(stage, "once")
    ask = Form(title="A form", fields=(Question(name="a", label="A"),))
    mine = stage.address("ana")
    for action in (
        Send(to=stage.room, key="k1", text="only once"),
        Send(to=mine, room=stage.room, key="k2", text="only for you"),
        actions.Ask(to=mine, room=stage.room, key="k3", form=ask, command="form"),
        actions.SendFile(to=mine, room=stage.room, key="k4", name="a.ics", type="text/calendar",
                         content=b"x"),
    ):  # fmt: skip
        first, second = [await stage.platform.perform(action) for _ in range(2)]
        assert first == second
        assert first.message
    assert len(await stage.shown("ana")) == 4


async def test_a_changing_action_twice_changes_once(stage: Stage) -> None:
    needs(stage, "once")
    said = await stage.platform.perform(Send(to=stage.room, key="k", text="first"))
    edit = actions.Edit(to=stage.room, key="e1", message=said.message, text="second")
    later = actions.Edit(to=stage.room, key="e2", message=said.message, text="third")
    for action in (edit, later, edit):  # an old one carried out again changes nothing
        await stage.platform.perform(action)
    assert await words(stage, "ben") == ["third"]
    gone = actions.Delete(to=stage.room, key="d", message=said.message)
    for key in ("d", "d", "d2"):
        await stage.platform.perform(gone.under(key))
    assert await words(stage, "ben") == []


async def test_a_whisper_is_seen_by_one(stage: Stage) -> None:
    await stage.says("ana", "/whisper psst")
    shown = await one(stage, "ana", "only you: psst")
    assert (shown.by, shown.private) == (BOT, True)
    assert await words(stage, "ben") == []


async def test_the_bot_changes_pins_and_takes_back_its_words(stage: Stage) -> None:
    await stage.says("ana", "/aloud watch me")
    await one(stage, "ben", "watch me")
    await stage.says("ana", "/pin aloud")
    assert (await one(stage, "ben", "watch me")).pinned
    await stage.says("ana", "/change aloud")
    assert await words(stage, "ben") == ["changed"]
    await stage.says("ana", "/take_back aloud")
    assert await words(stage, "ben") == []


async def test_people_change_and_take_back_their_words(stage: Stage) -> None:
    await stage.says("ana", "helo")
    await stage.says("ben", "hi")
    await stage.edits("ana", "helo", "hello")
    assert await words(stage, "ben") == ["hello", "hi"]
    await stage.takes_back("ana", "hello")
    assert await words(stage, "ben") == ["hi"]


async def test_a_form_is_asked_refused_with_its_error_and_answered(stage: Stage) -> None:
    await stage.says("ana", "/form")
    assert "How are you?" in (await one(stage, "ana", "About you")).words
    await stage.fills("ana", mood="well", number="many")
    assert "must be a whole number" in (await one(stage, "ana", "A number")).words
    await stage.fills("ana", mood="well", number="7")
    await one(stage, "ana", "you are well, 7")
    assert await words(stage, "ben") == []


async def test_a_button_is_pressed(stage: Stage) -> None:
    await stage.says("ana", "/buttons")
    assert (await one(stage, "ben", "Press one")).buttons == ("Go", "Site")
    await stage.presses("ben", "Go")
    await one(stage, "ben", "only you: pressed")
    assert len(await words(stage, "ana")) == 1


async def test_a_file_goes_both_ways(stage: Stage) -> None:
    await stage.says("ana", "/file")
    assert (await stage.shown("ana"))[-1].file == "note.ics"
    assert await stage.shown("ben") == []
    await stage.sends_file("ana", "cat.png", b"\x89PNG\r\n\x1a\n\0")
    shown = await stage.shown("ben")
    assert [(line.by, line.file) for line in shown] == [("Ana", "cat.png")]


async def test_what_people_type_is_shown_letter_by_letter(stage: Stage) -> None:
    await stage.says("ana", HOSTILE)
    assert await words(stage, "ben") == [HOSTILE]


async def test_long_words_of_the_bot_lose_nothing(stage: Stage) -> None:
    await stage.says("ana", "/long")
    told = " ".join(await words(stage, "ben")).split()
    assert told == [f"word{number}" for number in range(1, 1001)]


async def test_a_refusal_and_a_fault_are_said_to_who_asked(stage: Stage) -> None:
    await stage.says("ana", "/refuse this")
    assert (await one(stage, "ana", "No, not this")).private
    await stage.says("ana", "/fail")
    assert (await one(stage, "ana", "went wrong on our side")).private
    assert await words(stage, "ben") == []


async def test_words_that_are_held_back_are_seen_by_nobody_else(stage: Stage) -> None:
    await stage.says("ana", "write to ana@example.org")
    assert (await one(stage, "ana", "seems to hold")).private
    assert await words(stage, "ben") == []


async def test_a_private_talk_beside_the_room_is_read_by_one(stage: Stage) -> None:
    aside = actions.Aside(
        to=stage.room,
        key="k",
        who=stage.address("ana"),
        title="An answer",
        text="Only *you* read this.",
        buttons=((actions.Button(label="Go", press="press"),),),
    )
    await stage.platform.perform(aside)
    shown = await one(stage, "ana", "you")
    assert "read this." in shown.words
    assert (shown.private, shown.buttons) == (True, ("Go",))
    assert await words(stage, "ben") == []


async def test_an_event_is_told_to_everybody_in_the_room(stage: Stage) -> None:
    occasion = actions.Occasion(
        to=stage.room,
        key="k",
        title="A talk about sleep",
        about="Bring your questions.",
        where="Room 2",
        starts_at=datetime(2030, 1, 15, 18, 30, tzinfo=UTC),
        ends_at=datetime(2030, 1, 15, 19, 30, tzinfo=UTC),
    )
    await stage.platform.perform(occasion)
    for name in ("ana", "ben"):
        told = (await one(stage, name, "A talk about sleep")).words
        assert "Tuesday 15 January, 18:30 to 19:30 (Europe/London)" in told
        assert "Where: Room 2" in told
        assert "Bring your questions." in told


async def test_securing_a_room_locks_nobody_out_who_belongs_there(stage: Stage) -> None:
    secure = actions.Secure(to=stage.room, key="k", title="A group")
    for _ in range(2):
        await stage.platform.perform(secure)
    await stage.says("ana", "/aloud still here")
    await one(stage, "ben", "still here")


@pytest.mark.parametrize("kind", ["room", "person", "edit", "elsewhere", "deleted", "writer"])
async def test_what_can_never_be_shown_is_undeliverable(stage: Stage, kind: str) -> None:
    needs(stage, "undeliverable")
    await stage.says("ana", "here")
    kept = (await stage.shown("ana"))[0].id
    platform = stage.platform
    nowhere, nobody = Address(f"{platform.name}:gone"), Address(f"{platform.name}:@gone")
    if kind == "deleted":
        await stage.takes_back("ana", "here")
        await stage.shown("ana")
    impossible: dict[str, actions.Action] = {
        "room": Send(to=nowhere, text="hello", key="k"),
        "person": Send(to=nobody, text="hello", key="k"),
        "edit": actions.Edit(to=stage.room, message="gone", text="hello", key="k"),
        "elsewhere": actions.Edit(to=stage.address("ana"), message=kept, text="hello", key="k"),
        "deleted": actions.Pin(to=stage.room, message=kept, key="k"),
        "writer": actions.Post(to=stage.room, author=nobody, message="m.1", text="x", key="k"),
    }
    with pytest.raises(Undeliverable, match=r"gone|nobody"):
        await platform.perform(impossible[kind])


async def test_who_is_taken_out_sees_nothing_new_and_who_is_let_in_does(stage: Stage) -> None:
    needs(stage, "admission")
    await stage.enters("sam", Role.ADMIN)
    await stage.says("ana", "before")
    person = await _person(stage, "ben")
    await stage.says("sam", "/remove Ben")
    await stage.shown("sam")
    await stage.says("ana", "between")
    assert await stage.shown("ben") == []
    await stage.says("sam", f"/admit {person} member")
    await stage.says("ana", "after")
    assert "after" in await words(stage, "ben")


async def test_who_may_only_read_reads_on(stage: Stage) -> None:
    needs(stage, "restriction")
    await stage.says("ana", f"/restrict {await _person(stage, 'ben')}")
    await stage.shown("ana")
    await stage.says("ben", "may I?")
    await stage.says("ana", "you can read this")
    assert await words(stage, "ben") == ["you can read this"]


async def _person(stage: Stage, name: str) -> str:
    async with stage.bot.db.read() as db:
        person = await people.find(db, stage.address(name))
        assert person is not None
        return person.id


def test_the_contract_has_more_than_one_platform() -> None:
    assert len(STAGES) >= 2
