import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.actions import Button, Delete, Edit, Pin, Send, SendFile
from bot.budget import Budget
from bot.errors import RetryLater, Undeliverable
from bot.platforms.discord import addresses, traces
from tests.platforms.discord.booth import FAST, Booth, booth

LONG = "\n\n".join(f"Paragraph {number} " + "word " * 150 for number in range(10))
MESSAGES = r"^/channels/\d+/messages$"
PRESS = ((Button(label="Press", press="x"),),)
FILE = "text/calendar"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Booth]:
    async with booth(tmp_path) as made:
        yield made


def together(words: list[str]) -> str:
    return " ".join(" ".join(words).split())


async def test_a_room_reads_what_is_said_to_it_without_a_ping_or_a_preview(here: Booth) -> None:
    words = "Look, @everyone and <@42>: https://example.org/a"
    receipt = await here.says(Send(to=here.room, key="a", text=words, silent=True))
    (line,) = here.ben.sees(here.channel)
    assert line.text == "Look, @\u200beveryone and \\<@42>: <https://example.org/a>"
    assert (line.silent, line.mentions) == (True, ())
    assert receipt.message == f"{here.channel.id}/{line.id}"
    assert receipt.link.endswith(f"/channels/{here.guild.id}/{here.channel.id}/{line.id}")


async def test_long_words_take_several_messages_with_the_buttons_under_the_last(
    here: Booth,
) -> None:
    receipt = await here.says(Send(to=here.room, key="a", text=LONG, buttons=PRESS))
    lines = here.ben.sees(here.channel)
    assert [line.id for line in lines] == [
        one.message for one in traces.read(receipt.message, here.room)
    ]
    assert [line.labels for line in lines] == [[]] * (len(lines) - 1) + [["Press"]]
    assert together([line.text for line in lines]) == together([LONG])
    assert len({line.nonce for line in lines}) == len(lines) > 1


async def test_long_words_that_had_to_wait_go_on_and_are_not_said_again(tmp_path: Path) -> None:
    async with booth(tmp_path, replace(FAST, chat="1/second")) as here:
        said = Send(to=here.room, key="a", text=LONG)
        saying = asyncio.create_task(here.says(said))
        await here.ben.hears("Paragraph 0", channel=here.channel, ever=True)
        here.desk.budget.paused(here.channel.id, 3)  # as if there were no turn for a while
        with pytest.raises(RetryLater):
            await saying
        assert len(here.ben.reads(here.channel)) == 1
        here.desk.budget = Budget(FAST)
        await here.says(said)
        assert together(here.ben.reads(here.channel)) == together([LONG])
        assert len(here.server.asked("POST", MESSAGES)) == len(here.ben.reads(here.channel))


async def test_words_whose_receipt_got_lost_are_shown_once_even_after_a_restart(
    here: Booth,
) -> None:
    for said in (Send(to=here.room, key="a", text=LONG), Send(to=here.person, key="b", text=LONG)):
        here.server.faults.next("POST", MESSAGES, done=True, reset=True)
        with pytest.raises(RetryLater):
            await here.says(said)
        here.restarts()
        first = await here.says(said)
        here.restarts()
        assert await here.says(said) == first
    assert together(here.ben.reads(here.channel)) == together([LONG])
    assert together(here.ana.reads()) == together([LONG])


async def test_a_whisper_goes_by_the_token_and_else_in_private_and_never_into_the_room(
    here: Booth,
) -> None:
    async def answered(token: str) -> None:
        assert (await here.says(here.whisper("first"))).message.startswith("~")

    here.reacts = answered
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    here.server.later(minutes=16)
    receipt = await here.says(here.whisper("second", "k2"))
    assert here.lines() == [("first", True)]
    assert here.ana.reads() == ["second"]
    assert (receipt.message[0], receipt.link) != ("~", "")
    assert here.ben.sees(here.channel) == []


async def test_a_token_that_ends_between_two_parts_leaves_the_rest_to_the_private_talk(
    here: Booth,
) -> None:
    here.reacts = here.replies.settle
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    said = here.whisper(LONG)
    parts = await here.sender._parcels(said)
    here.sender._begun["k"] = [await here.sender._deliver(said, parts[0], 0)]
    here.server.later(minutes=16)
    receipt = await here.says(said)
    (first,) = [words for words, _ in here.lines() if words != "Done."]
    assert together([first, *here.ana.reads()]) == together([LONG])
    assert [one.hidden for one in traces.read(receipt.message, said.to)] == [True] + [False] * (
        len(parts) - 1
    )


async def test_an_answer_to_all_goes_on_in_the_channel_and_so_does_a_late_one(here: Booth) -> None:
    async def aloud(token: str) -> None:
        await here.says(here.aloud(LONG))

    here.reacts = aloud
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    assert together(here.ben.reads(here.channel)) == together([LONG])

    async def slow(token: str) -> None:
        await asyncio.sleep(2.4)
        await here.says(here.aloud("late", "late"))

    here.reacts = slow
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"
    await here.ended()
    assert here.lines()[-1] == ("late", False)
    assert not any(one.loading for one in here.ana.sees(here.channel))
    here.server.later(minutes=16)
    await here.says(here.aloud("later still", "later"))
    assert here.ben.reads(here.channel)[-2:] == ["late", "later still"]


async def test_a_file_is_handed_over_in_the_room_in_private_and_as_a_whisper(here: Booth) -> None:
    file = SendFile(to=here.room, key="f", name="a.ics", type=FILE, content=b"x", caption="**Yes**")
    await here.says(file)
    await here.says(file.model_copy(update={"to": here.person, "key": "g"}))

    async def whispered(token: str) -> None:
        told = {"to": here.person, "room": here.room, "reply_token": token, "key": "h"}
        await here.says(file.model_copy(update=told))
        await here.says(file.model_copy(update=told | {"key": "i", "caption": ""}))

    here.reacts = whispered
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    lines = [*here.ana.sees(here.channel), *here.ana.sees()]
    assert [(line.file_name, line.file, line.text) for line in lines if line.by_bot] == [
        ("a.ics", b"x", "**Yes**"),
        ("a.ics", b"x", "**Yes**"),
        ("a.ics", b"x", ""),
        ("a.ics", b"x", "**Yes**"),
    ]


async def test_thinking_is_filled_with_a_file(here: Booth) -> None:
    async def slow(token: str) -> None:
        await asyncio.sleep(2.4)
        told = {"to": here.person, "room": here.room, "reply_token": token}
        await here.says(SendFile(key="f", name="a.ics", type=FILE, content=b"x", **told))

    here.reacts = slow
    assert (await here.ana.runs(here.channel, "ask")).kind == "deferred"
    await here.ended()
    (line,) = [one for one in here.ana.sees(here.channel) if one.by_bot]
    assert (line.file_name, line.file, line.loading) == ("a.ics", b"x", False)


async def test_an_edit_that_is_shorter_leaves_no_message_behind(here: Booth) -> None:
    receipt = await here.says(Send(to=here.room, key="a", text=LONG, buttons=PRESS))
    edit = Edit(to=here.room, key="e", message=receipt.message, text="short")
    for _ in range(2):
        changed = await here.sender.change(edit)
    (line,) = here.ben.sees(here.channel)
    assert (line.text, line.labels) == ("short", [])
    assert changed.message == f"{here.channel.id}/{line.id}"


async def test_an_edit_that_is_longer_ends_where_a_message_ends(here: Booth) -> None:
    receipt = await here.says(Send(to=here.room, key="a", text="short"))
    edit = Edit(to=here.room, key="e", message=receipt.message, text=LONG, buttons=PRESS)
    await here.sender.change(edit)
    (line,) = here.ben.sees(here.channel)
    assert line.text.startswith("Paragraph 0")
    assert (line.text[-1], line.labels) == ("…", ["Press"])


async def test_a_line_for_one_person_is_changed_and_taken_back_while_its_token_lives(
    here: Booth,
) -> None:
    receipts = []

    async def two(token: str) -> None:
        receipts.extend([await here.says(here.whisper(key, key)) for key in ("one", "two")])

    here.reacts = two
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    one, other = (receipt.message for receipt in receipts)
    await here.sender.change(Edit(to=here.person, key="e", message=one, text="changed"))
    await here.sender.change(Delete(to=here.person, key="d", message=other))
    assert here.lines() == [("changed", True)]
    with pytest.raises(Undeliverable, match="cannot be pinned"):
        await here.sender.change(Pin(to=here.person, key="p", message=one))


async def test_a_line_for_one_person_that_cannot_be_changed_any_more_is_said_anew(
    here: Booth,
) -> None:
    message = f"~{here.channel.id}/123"
    await here.sender.change(Edit(to=here.person, key="e", message=message, text="anew"))
    await here.sender.change(Delete(to=here.person, key="d", message=message))
    assert here.ana.reads() == ["anew"]


async def test_taking_back_twice_is_no_fault_and_what_is_gone_cannot_be_changed(
    here: Booth,
) -> None:
    receipt = await here.says(Send(to=here.room, key="a", text=LONG))
    for _ in range(2):
        await here.sender.change(Delete(to=here.room, key="d", message=receipt.message))
    assert here.ben.sees(here.channel) == []
    with pytest.raises(Undeliverable, match="message is gone"):
        await here.sender.change(Edit(to=here.room, key="e", message=receipt.message, text="x"))
    with pytest.raises(Undeliverable, match="message is gone"):
        await here.sender.change(Pin(to=here.room, key="p", message=receipt.message))


async def test_what_is_said_can_be_pinned(here: Booth) -> None:
    receipt = await here.says(Send(to=here.room, key="a", text="important"))
    await here.sender.change(Pin(to=here.room, key="p", message=receipt.message))
    assert [line.pinned for line in here.ben.sees(here.channel)] == [True]


async def test_what_somebody_said_is_taken_back_by_its_bare_number(here: Booth) -> None:
    said = here.ana.says(here.channel, "my phone is 123")
    await here.server.quiet()
    await here.sender.change(Delete(to=here.room, key="d", message=str(said.id)))
    assert here.ben.sees(here.channel) == []


async def test_a_link_that_discord_takes_on_no_button_stands_in_the_words(here: Booth) -> None:
    button = Button(label="Open the desk", url="http://localhost:8080/desk")
    await here.says(Send(to=here.room, key="a", text="Look.", buttons=((button,),)))
    (line,) = here.ben.sees(here.channel)
    assert line.text == "Look.\n\nOpen the desk: <http://localhost:8080/desk>"


async def test_buttons_without_words_still_show(here: Booth) -> None:
    await here.says(Send(to=here.room, key="a", text=" ", buttons=PRESS))
    (line,) = here.ben.sees(here.channel)
    assert (line.text, line.labels) == ("…", ["Press"])


async def test_what_has_no_place_is_undeliverable(here: Booth) -> None:
    gone = here.server.channel(here.guild, "gone")
    here.server.delete_channel(gone)
    with pytest.raises(Undeliverable, match="channel is gone"):
        await here.says(Send(to=addresses.room(gone.id), key="a", text="x"))


async def test_a_limit_of_discords_is_told_to_the_outbox(here: Booth) -> None:
    here.server.faults.next("POST", MESSAGES, retry_after=7, via=False)
    with pytest.raises(RetryLater) as told:
        await here.says(Send(to=here.room, key="a", text="hello"))
    assert told.value.after == 7


async def test_how_far_words_got_is_not_kept_for_ever(
    here: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.discord.sending.MOST_BEGUN", 2)
    for key in "abc":
        here.sender._keep(key, [])
    assert [*here.sender._begun] == ["b", "c"]


async def test_what_cites_reviewed_content_is_a_card_and_stays_one(here: Booth) -> None:
    tip = Send(to=here.room, key="a", text="**Tip**\n\nDrink.", cites=("t1",), buttons=PRESS)
    receipt = await here.says(tip)
    (line,) = here.ben.sees(here.channel)
    assert (line.text, line.labels) == ("**Tip**\n\nDrink.", ["Press"])
    assert line.components[0]["type"] == 17
    assert receipt.message == f"={here.channel.id}/{line.id}"
    edit = Edit(to=here.room, key="e", message=receipt.message, text="Recalled.")
    await here.sender.change(edit)
    (line,) = here.ben.sees(here.channel)
    assert (line.text, line.labels, line.components[0]["type"]) == ("Recalled.", [], 17)


async def test_a_card_that_answers_for_all_is_known_again_after_a_restart(here: Booth) -> None:
    async def aloud(token: str) -> None:
        await here.says(here.aloud("a tip").model_copy(update={"cites": ("t1",)}))

    here.reacts = aloud
    await here.ana.runs(here.channel, "ask")
    await here.ended()
    here.restarts()
    await here.says(here.aloud("a tip").model_copy(update={"cites": ("t1",)}))
    assert here.ben.reads(here.channel) == ["a tip"]
    await here.says(here.aloud("another", "k2"))
    assert here.ben.reads(here.channel) == ["a tip", "another"]


async def test_words_for_one_person_are_no_card(here: Booth) -> None:
    await here.says(Send(to=here.person, key="a", text="A tip.", cites=("t1",)))
    (line,) = here.ana.sees()
    assert (line.text, line.components) == ("A tip.", ())
