from pathlib import Path

import pytest
from sqlalchemy import delete
from structlog.testing import capture_logs

from bot.actions import Action, Button, Form, Question
from bot.context import Context
from bot.events import Base, Command, Edited, RoomPicked, Typed
from bot.platforms.telegram import intake
from bot.platforms.telegram.tables import TelegramButton
from bot.routing import Listener, Route, Table
from bot.store import events as seen
from bot.store.people import Role
from tests.platforms.telegram.clinic import Clinic, clinic
from tests.platforms.telegram.test_polling import MALFORMED
from tests.platforms.telegram.updates import GROUP, said

LONG = "say " + "aloud " * 20
heard: list[Base] = []


async def show(event: Command, ctx: Context) -> list[Action]:
    buttons = (
        Button(label="Aloud", press="say this"),
        Button(label="Quietly", press="hush that"),
        Button(label="At length", press=LONG),
        Button(label="Ask me", press="fill"),
    )
    return [event.reply("Choose.", *buttons)]


async def pick(event: Command, ctx: Context) -> list[Action]:
    return [event.whisper("Which group?", Button(label="Pick", press="bind g1", picks_room=True))]


async def say(event: Command, ctx: Context) -> list[Action]:
    return [event.reply(f"Aloud: {event.args}")]


async def hush(event: Command, ctx: Context) -> list[Action]:
    return [event.whisper(f"Quietly: {event.args}")]


async def fill(event: Command, ctx: Context) -> list[Action]:
    return [event.whisper(f"Filled: {sorted((event.answers or {}).items())}")]


async def cancel(event: Command, ctx: Context) -> list[Action]:
    return [event.whisper("Nothing to cancel.")]


async def listen(event: Base, ctx: Context) -> list[Action]:
    heard.append(event)
    return []


FORM = Form(
    title="Two things",
    fields=(Question(name="one", label="First?"), Question(name="two", label="Second?")),
)
TABLE = Table(
    [
        *(Route(one.__name__, one, open=True) for one in (show, pick, say, hush, cancel)),
        Route("fill", fill, form=FORM, open=True),
    ],
    [Listener(kind, listen) for kind in (Typed, Edited, RoomPicked)],
)


@pytest.fixture(autouse=True)
def nothing_heard() -> None:
    heard.clear()


async def failures(here: Clinic) -> list[str | None]:
    async with here.bot.db.read() as db:
        return [row.failure for row in await seen.failed(db)]


async def test_a_malformed_update_is_recorded_and_the_next_one_answered(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        with capture_logs() as logs:
            for odd in (*MALFORMED, {"message": said(GROUP, text=7, entities="x")}):
                here.server.inject(odd)
            ana.says(here.group, "/say hello")
            await here.settled()
        assert "Aloud: hello" in ana.reads(here.group)
        told = [one for one in logs if one["event"] == "update not usable"]
        assert told
        assert len(await failures(here)) == len(told)
        assert all(set(one) == {"event", "log_level", "update", "fault"} for one in told)


async def test_words_in_a_message_that_cannot_be_read_are_heard_all_the_same(
    tmp_path: Path,
) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        poll = {"id": "1", "question": "an older server leaves most of this out"}
        message = said(here.group.json, ana.user.json, text="I want to kill myself", poll=poll)
        here.server.inject({"message": message})
        await here.settled()
        assert "You do not have to carry this alone" in "".join(ana.reads())
        assert await failures(here)


async def test_an_update_that_comes_again_is_answered_once(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        intakes = here.telegram.intake
        assert intakes is not None
        entities = [{"type": "bot_command", "offset": 0, "length": 4}]
        message = said(here.group.json, ana.user.json, text="/say once", entities=entities)
        raw = {"update_id": 5, "message": message}
        await intakes.take(raw)
        await intakes.take(raw)
        await here.settled()
        assert ana.reads(here.group).count("Aloud: once") == 1


@pytest.mark.parametrize("label", ["Aloud", "At length"])
async def test_a_press_does_what_its_button_says(tmp_path: Path, label: str) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.says(here.group, "/show")
        await here.settled()
        answer = await ana.presses(label, chat=here.group)
        await here.settled()
        assert (answer.text, answer.url) == ("", "")
        assert any(words.startswith("Aloud: ") for words in ana.reads(here.group))


async def test_an_answer_in_private_is_told_of_at_the_button(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.says(here.group, "/show")
        await here.settled()
        answer = await ana.presses("Quietly", chat=here.group)
        await here.settled()
        assert answer.text == intake.WRITTEN
        assert ana.reads() == ["Quietly: that"]
        assert "Quietly: that" not in ana.reads(here.group)


async def test_at_a_private_button_nothing_needs_to_be_told(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.writes("/show")
        await here.settled()
        assert (await ana.presses("Quietly")).text == ""


async def test_a_button_that_nobody_knows_any_more_says_so(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.says(here.group, "/show")
        await here.settled()
        async with here.bot.db.write() as db:
            await db.execute(delete(TelegramButton))
        assert (await ana.presses("At length", chat=here.group)).text == intake.TOO_OLD


async def test_a_press_that_telegram_has_forgotten_is_done_all_the_same(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.says(here.group, "/show")
        await here.settled()
        old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        here.server.faults.next("answerCallbackQuery", status=400, description=old)
        await ana.presses("Aloud", chat=here.group, seconds=0)
        await here.settled()
        assert "Aloud: this" in ana.reads(here.group)


async def test_a_form_is_asked_in_private_and_every_word_is_heard(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.writes("/fill")
        await ana.hears("First?")
        ana.writes("alpha")
        await ana.hears("Second?")
        ana.writes("beta")
        await ana.hears("Filled: [('one', 'alpha'), ('two', 'beta')]")
        await here.settled()
        assert [one.text for one in heard if isinstance(one, Typed)] == ["alpha", "beta"]


async def test_a_form_can_be_ended_and_then_cancel_is_a_command_again(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.writes("/fill")
        await ana.hears("First?")
        ana.writes("/cancel")
        await here.settled()
        assert "Nothing to cancel." not in ana.reads()
        ana.writes("/cancel")
        await ana.hears("Nothing to cancel.")


async def test_another_command_goes_through_while_a_form_is_open(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.writes("/fill")
        await ana.hears("First?")
        ana.writes("/hush now")
        await ana.hears("Quietly: now")
        ana.writes("alpha")
        await ana.hears("Second?")
        assert [one.text for one in heard if isinstance(one, Typed)] == ["alpha"]


async def test_an_admin_who_hides_is_told_how_to_be_known(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        here.owner.says(here.group, "/say hello", anonymous=True)
        await here.settled()
        assert here.owner.reads(here.group) == [intake.FACELESS]


async def test_an_admin_who_hides_is_told_so_in_the_topic_where_they_asked(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        forum = here.server.group("Forum", admin=here.owner, forum=True)
        food = here.server.topic(forum, "Food")
        here.owner.says(forum, "/say hello", thread=food, anonymous=True)
        told = await here.owner.hears(intake.FACELESS[:20], chat=forum)
        assert told.thread == food


async def test_what_telegram_refuses_about_hiding_holds_up_nothing(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        here.server.faults.next("sendMessage", status=403, description="Forbidden: no")
        here.owner.says(here.group, "/say hello", anonymous=True)
        ana.says(here.group, "/say next")
        await here.settled()
        assert ana.reads(here.group) == ["Aloud: next"]


async def test_a_chat_picked_with_an_unknown_button_says_nothing(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana", Role.ADMIN)
        shared = said(ana.talk.json, ana.user.json, chat_shared={"request_id": 3, "chat_id": -1})
        here.server.inject({"message": shared})
        await here.settled()
        assert heard == []


async def test_a_picked_chat_comes_back_with_what_its_button_says(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        here.owner.writes("/pick")
        await here.owner.hears("Which group?")
        new = here.server.group("New", admin=here.owner)
        here.owner.picks_chat("Pick", new)
        await here.settled()
        (picked,) = [one for one in heard if isinstance(one, RoomPicked)]
        assert (picked.data, picked.room) == ("bind g1", f"telegram:{new.id}")


async def test_the_buttons_of_a_form_are_for_the_form(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.writes("/fill")
        await ana.hears("First?")
        ana.writes("alpha")
        await ana.hears("Second?")
        await ana.presses("Back")
        await ana.hears("First?")
        assert (await ana.presses("Cancel")).text == ""
        await ana.hears("Cancelled.")
        ana.writes("beta")
        await here.settled()
        assert not any("Filled" in words for words in ana.reads())


async def test_a_changed_message_is_heard(tmp_path: Path) -> None:
    async with clinic(tmp_path, TABLE) as here:
        ana = await here.enters("ana")
        ana.edits(ana.says(here.group, "before"), "after")
        await here.settled()
        assert [one.text for one in heard if isinstance(one, Edited)] == ["after"]
