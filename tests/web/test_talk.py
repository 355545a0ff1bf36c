"""The chat over real sockets: what is acknowledged is shown, once and in order."""

import asyncio
import uuid
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import sqlalchemy
import websockets

from bot.safety import consent
from bot.store import groups, people
from bot.store.groups import Group
from bot.store.people import Role
from tests.web import commands
from tests.web.house import House, house, words_of

HOSTILE = (
    "<script>alert(1)</script> **bold** [x](javascript:alert(1)) &amp; \u202eright to left\u202c "
    "\U0001f9d1\u200d\U0001f52c e\u0301 \0 ' \" \\"
)


async def test_what_one_says_the_other_sees(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        assert (await hers.says("Good morning"))["ok"]
        mine, seen = await hers.sees("Good morning"), await his.sees("Good morning")
    assert (mine["mine"], seen["mine"], seen["author"]["name"]) == (True, False, "Ana")
    assert mine["client_id"]
    assert seen["client_id"] is None
    assert ana.address.partition("@")[2] not in str(seen)


async def test_what_is_typed_is_shown_as_typed(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await talk.says(HOSTILE)
        line = await talk.sees("alert")
    assert (line["text"], line["html"]) == (HOSTILE, None)


async def test_many_lines_keep_their_order_and_none_is_lost(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        acks = [await hers.says(f"line {number}.") for number in range(60)]
        await his.sees("line 59.")
    assert all(ack["ok"] for ack in acks)
    assert [line["text"] for line in his.lines] == [f"line {number}." for number in range(60)]
    assert len(his.of("line")) == 60


async def test_the_same_twice_is_shown_once(small: House) -> None:
    ana, same = await small.enters("ana"), str(uuid.uuid4())
    async with ana.talks() as talk:
        assert (await talk.says("once", same))["ok"]
        assert (await talk.says("once", same))["ok"]
        await talk.says("after")
        await talk.sees("after")
    assert [line["text"] for line in talk.lines] == ["once", "after"]


async def test_a_browser_that_comes_back_gets_exactly_what_it_missed(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ben.talks() as his:
        await his.says("before")
        await his.sees("before")
        kept = his.cursors
    async with ana.talks() as hers:
        for number in range(3):
            await hers.says(f"missed {number}")
        await hers.sees("missed 2")
    async with ben.talks(kept) as again:
        assert [line["text"] for line in again.lines] == ["missed 0", "missed 1", "missed 2"]
        assert not again.of("reset")
    async with ben.talks(again.cursors) as last:
        assert last.lines == []


async def test_a_fresh_browser_gets_the_last_fifty_and_asks_for_the_rest(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        for number in range(55):
            await talk.says(f"line {number}.")
        await talk.sees("line 54.")
        await talk.says("/whisper psst")
        await talk.sees("psst")
    async with ana.talks() as fresh:
        room = [line for line in fresh.lines if line["stream"] != "me"]
        assert [room[0]["text"], len(room)] == ["line 5.", 50]
    asked = {"room": fresh.room, "before": str(room[0]["seq"])}
    older = (await ana.get("/chat/history", params=asked)).json()["lines"]
    assert [line["text"] for line in older] == [f"line {number}." for number in range(5)]
    newest = (await ana.get("/chat/history", params={"room": fresh.room, "limit": "2"})).json()
    assert words_of(newest["lines"][0]).strip() == "line 54."
    assert "psst" in words_of(newest["lines"][1])


async def test_a_browser_that_is_too_far_behind_begins_afresh(
    small: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.web.feed.FAR_BEHIND", 5)
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        for number in range(9):
            await talk.says(f"line {number}.")
        await talk.sees("line 8.")
    for heard in (1, 1000):  # long ago, or of another database
        async with ana.talks({talk.room: heard}) as back:
            assert back.of("reset") == [{"t": "reset", "stream": talk.room}]
            assert len(back.lines) == 9


async def test_a_whisper_is_seen_by_one(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        await hers.says("/whisper secret")
        line = await hers.sees("secret")
        await hers.says("/aloud open")
        await his.sees("open")
    assert (line["private"], line["stream"], line["room"]) == (True, "me", hers.room)
    assert line["author"] == {"id": "bot", "name": "Roundtable", "role": "bot"}
    assert not his.holding("secret")


async def test_the_bots_words_are_safe_html(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await talk.says("/aloud <img src=x onerror=alert(1)>")
        line = await talk.sees("everybody")
    assert "<strong>everybody</strong>" in line["html"]
    assert "<img" not in line["html"]


async def test_far_too_much_gets_a_sentence_and_the_socket_lives(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        long, huge = await talk.says("x" * 4001), await talk.says("y" * 200_000)
        empty = await talk.says("   ")
        assert (await talk.says("x" * 4000))["ok"]
    assert [ack["ok"] for ack in (long, huge, empty)] == [False, False, False]
    assert "4,001" in long["why"]
    assert "far too long" in huge["why"]


@pytest.mark.parametrize(
    "frame",
    [
        "{", "[]", "1", '"hello"', '{"t":"dance"}', '{"t":"say"}', "[" * 5000,
        '{"t":"say","id":"12345678-1","room":5,"text":"x"}',
        '{"t":"say","id":"12345678-1","room":"r","text":"\\ud800"}',
        '{"t":"say","id":{"a":1},"room":"r","text":"x"}', '{"t":"say","id":"\\ud800"}',
        '{"t":"hello"}',
    ],
)  # fmt: skip
async def test_nonsense_gets_an_answer_and_nothing_breaks(small: House, frame: str) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await talk.socket.send(frame)
        await talk.until(lambda: talk.of("ack"))
        assert talk.of("ack")[0]["ok"] is False
        assert (await talk.says("still here"))["ok"]


async def test_endless_nonsense_ends_with_a_goodbye(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        for _ in range(50):
            await talk.socket.send(b"\x00")
        await talk.until(lambda: talk.closed)
    assert (talk.closed, len(talk.of("bye"))) == (1008, 1)


async def test_the_first_word_must_be_hello(small: House) -> None:
    ana = await small.enters("ana")
    for first in ('{"t":"read","room":"x","rev":1}', "{", b"\x00"):
        async with ana.socket() as socket:
            await socket.send(first)
            assert '"bye"' in str(await socket.recv())
            with pytest.raises(websockets.ConnectionClosedError):
                await socket.recv()


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": ""},
        {"Cookie": "roundtable=" + "a" * 43},
        {"Origin": ""},
        {"Origin": "https://evil.example"},
    ],
)
async def test_strangers_and_other_sites_get_no_socket(
    small: House, headers: dict[str, str]
) -> None:
    ana = await small.enters("ana")
    with pytest.raises(websockets.InvalidStatus) as refused:
        await ana.socket(**headers).__aenter__()
    assert refused.value.response.status_code == 403


async def test_one_person_has_only_so_many_open_chats(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with AsyncExitStack() as stack:
        for _ in range(20):
            await stack.enter_async_context(ana.talks())
        with pytest.raises(websockets.InvalidStatus):
            await stack.enter_async_context(ana.talks())
        his = await stack.enter_async_context(ben.talks())
        assert (await his.says("still here"))["ok"]
    async with ana.talks() as talk:
        assert (await talk.says("back"))["ok"]


async def test_ones_own_words_can_be_changed_and_taken_back(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        await hers.says("helo")
        line = (await his.sees("helo"))["id"]
        for kind, more in (("edit", {"text": "mine now"}), ("delete", {})):
            ack = await his.act(kind, line=line, **more)
            assert ack["why"] == "Only your own messages can be changed."
        assert (await hers.act("edit", line=line, text="hello"))["ok"]
        changed = await his.sees("hello")
        assert (await hers.act("delete", line=line))["ok"]
        await his.until(lambda: his.lines[0]["deleted"])
        gone = await hers.act("edit", line=line, text="back")
    assert (changed["edited"], changed["seq"]) == (True, his.lines[0]["seq"])
    assert changed["born"] < changed["rev"]  # so that a change is not taken for something new
    assert his.lines[0]["text"] is None
    assert gone["why"] == "This message is not there any more."


async def test_words_that_are_held_back_come_back_to_their_writer(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        ack = await hers.says("write to ana@example.org")
        await hers.sees("not shown")
        await hers.says("hello")
        line = (await his.sees("hello"))["id"]
        assert not (await hers.act("edit", line=line, text="call ana@example.org"))["ok"]
    assert (ack["ok"], "e-mail address" in ack["why"]) == (False, True)
    assert not his.holding("example.org")


async def test_a_button_works_for_who_sees_it_and_only_with_its_own_words(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        await hers.says("/buttons")
        line = await his.sees("Press one")
        assert (await his.act("press", line=line["id"], data="whisper pressed"))["ok"]
        await his.sees("only you: pressed")
        made_up = await his.act("press", line=line["id"], data="whisper hacked")
        await hers.says("/whisper mine")
        private = await hers.sees("mine")
        foreign = await his.act("press", line=private["id"], data="whisper x")
    assert [row[0]["label"] for row in line["buttons"]] == ["Go", "Site"]
    assert line["buttons"][1][0]["url"] == "https://example.org/"
    assert [made_up["ok"], foreign["ok"]] == [False, False]
    assert not hers.holding("pressed")


async def test_a_button_of_a_group_one_has_left_does_nothing_in_another(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await talk.says("/mine")
        line = await talk.sees("Press one")
    async with small.bot.db.write() as db:
        now = small.clock.now()
        other = Group(id="g2", slug="uc", title="UC", condition="crohns", created_at=now)
        await groups.add(db, other)
        person = await people.find(db, ana.address)
        assert person is not None
        place = await people.membership(db, person.id, small.group.id)
        assert place is not None
        place.left_at = now
        db.add(place)
        await people.admit(db, person.id, "g2", Role.MEMBER, consent.VERSION, now)
    async with ana.talks() as talk:
        ack = await talk.act("press", line=line["id"], data="whisper pressed")
        await small.settled()
    assert ack.get("why") == "You are not in this room any more."


async def test_a_form_is_asked_corrected_and_answered(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await talk.says("/form")
        asked = await talk.sees("About you")
        form = {"line": asked["id"], "command": "form", "args": ""}
        assert (await talk.act("answer", **form, values={"mood": "well", "number": "x"}))["ok"]
        again = await talk.sees("must be a whole number")
        form["line"] = again["id"]
        assert (await talk.act("answer", **form, values={"mood": "well", "number": "7"}))["ok"]
        await talk.sees("you are well, 7")
        late = await talk.act("answer", **form, values={"mood": "ill"})
        await talk.until(lambda: not any(line["form"] for line in talk.lines))
    assert again["form"]["fields"][0]["value"] == "well"
    assert late["why"] == "This form was already sent or is no longer in use."


async def test_a_form_cannot_be_turned_into_another_command(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await talk.says("/form")
        asked = await talk.sees("About you")
        ack = await talk.act("answer", line=asked["id"], command="remove", args="Ana", values={})
    assert ack["ok"] is False


async def test_a_refused_or_failed_command_is_answered_in_words(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        assert (await talk.says("/refuse this"))["ok"]
        await talk.sees("No, not this.")
        assert (await talk.says("/fail"))["ok"]
        await talk.sees("went wrong on our side")
        assert (await talk.says("/nothing"))["ok"]
        await talk.sees("no such command")


async def test_who_is_taken_out_hears_nothing_more_at_once(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    sam = await small.enters("sam", Role.ADMIN)
    async with ana.talks() as hers, ben.talks() as his, sam.talks() as admin:
        await admin.says("/remove Ben")
        await his.until(lambda: his.of("hello")[-1]["rooms"] == [])
        await hers.says("only for us")
        await hers.sees("only for us")
        ack = await his.says("can you hear me?")
        assert not his.holding("only for us")
    assert ack["why"] == "You are not in this room any more."
    assert (await ben.get("/chat")).status_code == 401


async def test_who_is_let_in_sees_the_room_without_loading_the_page(small: House) -> None:
    sam, ana = await small.enters("sam", Role.ADMIN), await small.enters("ana")
    async with sam.talks() as admin, ana.talks() as hers:
        await admin.says("welcome")
        await hers.sees("welcome")
        person = await _person_id(small, "Ana")
        await admin.says(f"/admit {person} clinician")
        await hers.until(lambda: len(hers.of("hello")[-1]["rooms"]) == 2)
        await hers.until(lambda: hers.count("caught_up") == 2)
    assert [room["purpose"] for room in hers.of("hello")[-1]["rooms"]] == ["group", "staff"]
    assert len(hers.of("line")) == 1


async def _person_id(home: House, name: str) -> str:
    async with home.bot.db.read() as db:
        found = await people.members(db, home.group.id)
        return next(one.id for one, _ in found if people.name_of(db, one) == name)


async def test_who_may_only_read_is_told_until_when(small: House) -> None:
    sam, ana = await small.enters("sam", Role.ADMIN), await small.enters("ana")
    async with sam.talks() as admin, ana.talks() as hers:
        await admin.says(f"/restrict {await _person_id(small, 'Ana')}")
        await small.settled()
        ack = await hers.says("let me speak")
        small.clock.advance(hours=2)
        assert (await hers.says("now I can"))["ok"]
    assert ack["why"] == "You can read in this room, but not write until 24 November 2026."


async def test_the_staff_room_is_for_staff(small: House) -> None:
    ana, eze = await small.enters("ana"), await small.enters("eze", Role.CLINICIAN)
    async with eze.talks(room=small.staff_room) as staff, ana.talks() as hers:
        await staff.says("a case")
        await staff.sees("a case")
        ack = await hers.act("say", room=staff.room, text="may I?")
        await hers.says("/nothing")
        await hers.sees("no such command")
    assert [room["title"] for room in staff.of("hello")[0]["rooms"]] == [
        "Crohn’s circle",
        "Staff: Crohn’s circle",
    ]
    assert ack["ok"] is False
    assert not hers.holding("a case")
    assert (await ana.get("/chat/history", params={"room": staff.room})).status_code == 404


async def test_what_was_read_is_remembered_and_what_is_new_is_counted(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers:
        for number in range(4):
            await hers.says(f"line {number}.")
        last = await hers.sees("line 3.")
    assert [hers.of("hello")[0]["rooms"][0][name] for name in ("unread", "read")] == [0, 0]
    async with ben.talks() as his:
        assert his.of("hello")[0]["rooms"][0]["unread"] == 4
        await his.send({"t": "read", "room": his.room, "rev": last["rev"] - 1})
        await his.send({"t": "read", "room": "elsewhere", "rev": 1})
        await his.send({"t": "read", "room": his.room, "rev": 1})
        await his.says("/nothing")
    async with ben.talks() as again:
        room = again.of("hello")[0]["rooms"][0]
    assert (room["unread"], room["read"]) == (1, last["rev"] - 1)


async def test_a_newcomer_is_not_told_that_all_is_unread(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as hers:
        await hers.says("long ago")
        await hers.sees("long ago")
    small.clock.advance(days=1)
    ben = await small.enters("ben")
    async with ben.talks() as his:
        assert his.of("hello")[0]["rooms"][0]["unread"] == 0
        assert his.holding("long ago")


async def test_the_hello_lists_what_this_role_can_ask(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        hello = talk.of("hello")[0]
    names = [command["name"] for command in hello["commands"]]
    assert ("whisper" in names, "remove" in names) == (True, False)
    assert hello["me"]["name"] == "Ana"


async def test_signing_out_closes_the_open_chat_with_a_goodbye(small: House) -> None:
    ana = await small.enters("ana")
    other = await small.signs_in(ana.address)
    async with ana.talks() as hers, other.talks() as elsewhere:
        await ana.send("/signout", page="/chat")
        await hers.until(lambda: hers.closed)
        assert (await elsewhere.says("still signed in here"))["ok"]
    assert (hers.closed, len(hers.of("bye"))) == (4401, 1)
    assert (await ana.get("/chat")).status_code == 401


async def test_a_stop_sends_browsers_away_and_a_start_loses_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, commands.table()) as home:
        ana = await home.enters("ana")
        async with ana.talks() as talk:
            await talk.says("before")
            await talk.sees("before")
            stop = asyncio.create_task(home.stack.aclose())
            await talk.until(lambda: talk.closed)
            await stop
    assert talk.closed == 1001
    async with house(tmp_path, commands.table()) as home:
        again = home.browser(ana.token)
        async with again.talks(talk.cursors) as back:
            assert back.lines == []
            await back.says("after")
            assert (await back.sees("after"))["rev"] == talk.lines[0]["rev"] + 1


async def test_what_could_not_be_stored_is_not_acknowledged(small: House) -> None:
    ana, same = await small.enters("ana"), str(uuid.uuid4())
    async with small.bot.db.write() as db:
        await db.execute(sqlalchemy.text("PRAGMA busy_timeout=20"))
    lock = sqlalchemy.create_engine(f"sqlite:///{small.bot.db.path}").connect()
    async with ana.talks() as talk:
        lock.exec_driver_sql("BEGIN IMMEDIATE")
        await talk.send({"t": "say", "id": same, "room": talk.room, "text": "hold on"})
        await talk.until(lambda: talk.closed)
    lock.close()
    assert (talk.closed, talk.of("ack")) == (1011, [])
    async with ana.talks(talk.cursors) as back:
        assert (await back.says("hold on", same))["ok"]
        await back.sees("hold on")
        assert len(back.lines) == 1


async def test_a_burst_is_slowed_and_not_dropped(tmp_path: Path) -> None:
    async with house(tmp_path, commands.table(), pace="5/second") as home:
        ana = await home.enters("ana")
        async with ana.talks() as talk:
            began = asyncio.get_running_loop().time()
            sent = [f"line {number}." for number in range(12)]
            for text in sent:
                frame = {"t": "say", "id": str(uuid.uuid4()), "room": talk.room, "text": text}
                await talk.send(frame)
            await talk.until(lambda: len(talk.of("ack")) == 12)
            took = asyncio.get_running_loop().time() - began
            await talk.sees("line 11.")
    assert took >= 1.5
    assert [line["text"] for line in talk.lines] == sent


async def test_a_session_runs_out(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        for _ in range(4):  # in use, it lasts longer than thirty days
            small.clock.advance(days=20)
            assert (await ana.get("/chat")).status_code == 200
        small.clock.advance(days=20)
        await talk.send({"t": "say", "id": str(uuid.uuid4()), "room": talk.room, "text": "hello"})
        await talk.until(lambda: talk.closed)
    assert talk.closed == 4401
    assert (await ana.get("/chat")).status_code == 401


async def test_old_lines_files_and_sessions_are_dropped(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await talk.says("to be forgotten")
        await talk.sees("to be forgotten")
    small.clock.advance(days=366)
    await small.web.tidy()
    ana = await small.signs_in(ana.address)
    async with ana.talks() as talk:
        assert talk.lines == []
