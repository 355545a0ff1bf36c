import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.actions import Action, Button, Delete, Edit, Pin, Receipt, Send, SendFile
from bot.budget import Budget
from bot.errors import RetryLater, Undeliverable
from bot.platforms.telegram import addresses
from bot.platforms.telegram.sending import ids
from bot.store import groups
from tests.platforms.telegram.clinic import FAST, Clinic, clinic
from tests.platforms.telegram_server import Person

LONG = "\n\n".join(f"Paragraph {number} " + "word " * 150 for number in range(10))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with clinic(tmp_path) as made:
        yield made


@pytest.fixture
async def ana(here: Clinic) -> Person:
    return await here.enters("ana")


async def does(here: Clinic, action: Action) -> Receipt:
    return await here.telegram.perform(action)


async def test_sensitive_words_cannot_be_passed_on_and_quiet_ones_make_no_sound(
    here: Clinic, ana: Person
) -> None:
    await does(here, Send(to=here.room, key="a", text="plain"))
    await does(here, Send(to=here.room, key="b", text="quiet", silent=True, sensitive=True))
    plain, quiet = [line for line in ana.sees(here.group) if line.by_bot]
    assert (plain.protected, plain.silent) == (False, False)
    assert (quiet.protected, quiet.silent) == (True, True)


async def test_the_buttons_stand_under_the_last_part_of_long_words(
    here: Clinic, ana: Person
) -> None:
    said = Send(to=here.room, key="a", text=LONG, buttons=((Button(label="Tip", press="tip"),),))
    numbers = ids((await does(here, said)).message)
    lines = [line for line in ana.sees(here.group) if line.by_bot]
    assert len(numbers) > 1
    assert [line.id for line in lines] == numbers
    assert [line.labels for line in lines] == [[]] * (len(numbers) - 1) + [["Tip"]]
    assert " ".join(" ".join(line.text for line in lines).split()) == " ".join(LONG.split())


async def test_long_words_that_had_to_wait_go_on_and_are_not_said_again(tmp_path: Path) -> None:
    async with clinic(tmp_path, limits=replace(FAST, chat="1/second")) as here:
        ana = await here.enters("ana")
        said = Send(to=here.room, key="a", text=LONG)
        saying = asyncio.create_task(does(here, said))
        await ana.hears("Paragraph 0", chat=here.group, ever=True)
        here.telegram.desk.budget.paused(here.group.id, 3)  # as if Telegram asked to wait now
        with pytest.raises(RetryLater):
            await saying
        assert len(ana.reads(here.group)) == 1
        here.telegram.desk.budget = Budget(FAST)
        await does(here, said)
        lines = ana.reads(here.group)
        assert " ".join(" ".join(lines).split()) == " ".join(LONG.split())


async def test_an_edit_that_is_shorter_leaves_no_message_behind(here: Clinic, ana: Person) -> None:
    receipt = await does(here, Send(to=here.room, key="a", text=LONG))
    await does(here, Edit(to=here.room, key="e", message=receipt.message, text="short"))
    assert ana.reads(here.group) == ["short"]


async def test_an_edit_that_is_longer_ends_where_a_message_ends(here: Clinic, ana: Person) -> None:
    receipt = await does(here, Send(to=here.room, key="a", text="short"))
    await does(here, Edit(to=here.room, key="e", message=receipt.message, text=LONG))
    (line,) = [line for line in ana.sees(here.group) if line.by_bot]
    assert line.text.startswith("Paragraph 0")
    assert line.text.endswith("…")


async def test_the_same_edit_twice_is_no_fault(here: Clinic, ana: Person) -> None:
    receipt = await does(here, Send(to=here.room, key="a", text="first"))
    for _ in range(2):
        await does(here, Edit(to=here.room, key="e", message=receipt.message, text="second"))
    assert ana.reads(here.group) == ["second"]


async def test_taking_back_twice_is_no_fault(here: Clinic, ana: Person) -> None:
    receipt = await does(here, Send(to=here.room, key="a", text=LONG))
    for _ in range(2):
        await does(here, Delete(to=here.room, key="d", message=receipt.message))
    assert ana.reads(here.group) == []


async def test_what_is_too_old_to_be_deleted_is_blanked_if_it_is_our_own(
    here: Clinic, ana: Person
) -> None:
    receipt = await does(here, Send(to=here.room, key="a", text="wrong"))
    theirs = ana.says(here.group, "an old word of somebody’s")
    await here.settled()
    here.server.later(hours=49)
    await does(here, Delete(to=here.room, key="d", of="a", message=receipt.message))
    assert ana.reads(here.group) == ["This was taken back."]
    with pytest.raises(Undeliverable, match="48 hours"):
        await does(here, Delete(to=here.room, key="x", message=str(theirs.id)))


async def test_what_is_gone_cannot_be_pinned(here: Clinic, ana: Person) -> None:
    with pytest.raises(Undeliverable, match="gone"):
        await does(here, Pin(to=here.room, key="p", message="999999"))


async def test_words_and_files_go_to_the_topic_they_are_for(here: Clinic, ana: Person) -> None:
    forum = here.server.group("Forum", admin=here.owner, members=[ana], forum=True)
    topic = here.server.topic(forum, "Food")
    to = addresses.room(forum.id, topic)
    await does(here, Send(to=to, key="a", text="hello"))
    await does(here, SendFile(to=to, key="f", name="a.ics", type="text/calendar", content=b"x"))
    lines = [line for line in ana.sees(forum) if line.by_bot]
    assert [(line.thread, line.file_name) for line in lines] == [(topic, ""), (topic, "a.ics")]


async def test_a_link_that_telegram_takes_on_no_button_stands_in_the_words(
    here: Clinic, ana: Person
) -> None:
    button = Button(label="Open the desk", url="http://localhost:8080/desk")
    await does(here, Send(to=here.room, key="a", text="Look.", buttons=((button,),)))
    (line,) = [line for line in ana.sees(here.group) if line.by_bot]
    assert line.labels == []
    assert "Open the desk: http://localhost:8080/desk" in line.text


async def test_a_limit_of_telegrams_is_told_to_the_outbox_to_the_letter(
    here: Clinic, ana: Person
) -> None:
    here.server.faults.next("sendMessage", status=429, retry_after=7)
    with pytest.raises(RetryLater) as told:
        await does(here, Send(to=here.room, key="a", text="hello"))
    assert told.value.after == 7
    with pytest.raises(RetryLater) as again:  # and nothing is tried before that
        await does(here, Send(to=here.room, key="a", text="hello"))
    assert 6 < again.value.after <= 7
    assert len(here.server.asked("sendMessage")) == 1


async def test_a_group_that_got_a_new_number_is_written_to_there(here: Clinic) -> None:
    group = here.server.group("Old", admin=here.owner, kind="group")
    async with here.bot.db.write() as db:
        await groups.add_room(
            db, "g1", addresses.room(group.id), groups.GROUP, here.bot.clock.now()
        )
    here.server.world.updates.allowed = frozenset({"callback_query"})  # nobody tells of the move
    new = here.server.migrate(group)
    with pytest.raises(RetryLater, match="another number"):
        await does(here, Send(to=addresses.room(group.id), key="a", text="hello"))
    async with here.bot.db.read() as db:
        assert addresses.room(new.id) in await groups.rooms(db, "g1")
