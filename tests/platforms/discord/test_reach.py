from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.actions import Send
from bot.errors import RetryLater
from bot.platforms.discord import wire
from bot.platforms.discord.reach import HERE_SECONDS, REMEMBERED, WAIT_SECONDS
from bot.store import groups, outbox, people
from bot.store.groups import GROUP, Group
from bot.store.people import Role
from tests.platforms.discord.booth import Booth, booth
from tests.world import FakeClock


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Booth]:
    async with booth(tmp_path) as made:
        made.ana.closes_dms()
        yield made


async def waits(here: Booth, action: Send) -> float:
    with pytest.raises(RetryLater) as told:
        await here.says(action)
    return told.value.after


async def test_who_takes_no_private_messages_is_called_once_in_a_thread_of_their_own(
    here: Booth,
) -> None:
    said = Send(to=here.person, room=here.room, key="k", text="about your bowels")
    for _ in range(2):
        assert await waits(here, said) == WAIT_SECONDS
    (thread,) = here.ana.threads(here.channel)
    assert here.ben.threads(here.channel) == []
    (line,) = [one for one in here.ana.sees(thread) if one.by_bot]
    assert (line.text, line.labels) == (
        f"<@{here.ana.id}> I have something for you. Only you can read it.",
        ["Read it"],
    )
    assert line.mentions == (here.ana.id,)
    assert here.ben.sees(here.channel) == []


async def test_what_waited_is_read_where_the_button_was_pressed_by_that_person_only(
    here: Booth,
) -> None:
    said = Send(to=here.person, room=here.room, key="k", text="your answer")
    await waits(here, said)
    await _put(here, said)

    async def pressed(token: str) -> None:
        assert await here.reach.found(here.person)
        await here.says(said)

    here.reacts = pressed
    (thread,) = here.ana.threads(here.channel)
    answer = await here.ana.presses("Read it", channel=thread)
    await here.ended()
    assert answer.seen is not None
    assert (answer.seen.text, answer.seen.ephemeral) == ("your answer", True)
    assert here.woken == 1
    async with here.desk.db.read() as db:
        row = await outbox.by_key(db, "k")
    assert row is not None
    assert row.due_at <= here.desk.clock.now()


async def test_somebody_for_whom_nothing_waits_is_told_so(here: Booth) -> None:
    assert not await here.reach.found(here.person)
    await here.reach.lost(here.person, None)
    assert not await here.reach.found(here.person)


async def test_who_has_asked_a_moment_ago_needs_no_call(here: Booth) -> None:
    here.reacts = here.replies.settle
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    for key in "ab":
        await here.says(Send(to=here.person, room=here.room, key=key, text=key))
    assert [words for words, hidden in here.lines() if hidden] == ["Done.", "a", "b"]
    assert here.ana.threads(here.channel) == []
    assert len(here.server.asked("POST", r"/users/@me/channels")) == 1


async def test_who_takes_private_messages_again_gets_them_again(here: Booth) -> None:
    said = Send(to=here.person, room=here.room, key="k", text="hello")
    await waits(here, said)
    here.ana.opens_dms()
    await here.says(said)
    assert here.ana.reads() == ["hello"]
    assert not await here.reach.found(here.person)


async def test_after_a_restart_it_is_known_who_was_not_reached(here: Booth) -> None:
    said = Send(to=here.person, room=here.room, key="k", text="hello")
    await waits(here, said)
    here.restarts()
    await _put(here, said)
    assert await here.reach.found(here.person)
    here.ana.opens_dms()
    await here.says(said)
    here.restarts()
    assert not await here.reach.found(here.person)


async def test_who_is_called_again_is_called_in_the_same_thread(here: Booth) -> None:
    await waits(here, Send(to=here.person, room=here.room, key="a", text="one"))
    await here.reach.found(here.person)
    await waits(here, Send(to=here.person, room=here.room, key="b", text="two"))
    (thread,) = here.ana.threads(here.channel)
    assert len([one for one in here.ana.sees(thread) if one.by_bot]) == 2


async def test_without_private_threads_the_room_gets_a_line_that_names_nobody(here: Booth) -> None:
    here.server.allow_bot(
        here.guild, discord.Permissions(view_channel=True, send_messages=True).value
    )
    await waits(here, Send(to=here.person, room=here.room, key="k", text="hello"))
    (line,) = here.ben.sees(here.channel)
    assert line.text == "I have something for one of you. Only that person can read it."
    assert (line.labels, line.silent, line.mentions) == (["Read it"], True, ())


async def test_who_is_not_in_the_server_any_more_leaves_no_thread_behind(here: Booth) -> None:
    refusal = {"code": 50001, "message": "Missing Access"}
    here.server.faults.next("PUT", "/thread-members/", status=403, body=refusal)
    await waits(here, Send(to=here.person, room=here.room, key="k", text="hello"))
    made = here.server.world.backend.channels.values()
    assert [one for one in made if one.is_thread] == []
    assert here.ben.sees(here.channel) == []


async def test_who_is_to_be_told_outside_any_room_is_called_in_a_room_of_their_group(
    here: Booth,
) -> None:
    now = here.desk.clock.now()
    async with here.desk.db.write() as db:
        db.add(
            Group(
                id="g1", slug="crohns", title="Circle", condition="crohns",
                timezone="Europe/London", created_at=now,
            )
        )  # fmt: skip
        await db.flush()
        await groups.add_room(db, "g1", here.room, GROUP, now)
        known = await people.create(db, "Ana", now)
        await people.connect(db, known.id, here.person, now)
        await people.admit(db, known.id, "g1", Role.MEMBER, "v1", now)
    await waits(here, Send(to=here.person, key="k", text="your appointment"))
    assert len(here.ana.threads(here.channel)) == 1


async def test_who_is_in_no_group_and_cannot_be_told_just_waits(here: Booth) -> None:
    assert await waits(here, Send(to=here.person, key="k", text="hello")) == WAIT_SECONDS
    assert here.ana.threads(here.channel) == []


async def test_a_call_that_fails_is_no_fault(here: Booth) -> None:
    here.server.faults.next("POST", r"/threads$", reset=True)
    await waits(here, Send(to=here.person, room=here.room, key="k", text="hello"))
    assert here.ana.threads(here.channel) == []


async def test_who_was_reached_is_looked_up_again_after_a_while(
    here: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock(here.desk.clock.now())
    here.desk.clock = clock
    assert not await here.reach.found(here.person)
    await here.reach.lost(here.person, None)
    here.reach._reached[here.person] = clock.now()  # as if another process had lost them
    assert not await here.reach.found(here.person)
    clock.advance(seconds=REMEMBERED.total_seconds())
    await _put(here, Send(to=here.person, key="k", text="x"))
    monkeypatch.setattr("bot.platforms.discord.reach.MOST_REMEMBERED", 0)
    assert await here.reach.found(here.person)


async def _put(here: Booth, action: Send) -> None:
    async with here.desk.db.write() as db:
        await outbox.put(db, action, None, here.desk.clock.now())


async def test_who_writes_in_private_is_answered_there(here: Booth) -> None:
    here.reacts = here.replies.settle
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    await here.says(Send(to=here.person, room=here.room, key="a", text="by the token"))
    here.ana.opens_dms()
    await here.reach.heard(here.person)
    await here.says(Send(to=here.person, key="b", text="in private"))
    assert here.ana.reads() == ["in private"]


async def test_who_comes_in_while_it_is_tried_is_written_to_soon(
    here: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = wire.post

    async def comes(*given: Any) -> wire.Shown:  # noqa: ANN401
        assert not await here.reach.found(here.person)
        return await tried(*given)

    monkeypatch.setattr(wire, "post", comes)
    said = Send(to=here.person, room=here.room, key="k", text="hello")
    assert await waits(here, said) == HERE_SECONDS
