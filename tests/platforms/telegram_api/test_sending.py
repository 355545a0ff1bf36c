import asyncio

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from tests.platforms.telegram_api.conftest import fetch
from tests.platforms.telegram_server import MayNot, TelegramServer


def keys(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one, callback_data=f"do {one}")] for one in labels]
    )


async def test_a_stranger_cannot_be_written_to(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(ana.id, "hello")
    server.group("Room", admin=ana)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ana.id, "hello")
    ana.writes("/start")
    await bot.send_message(ana.id, "hello")
    ana.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ana.id, "hello")
    with pytest.raises(MayNot):
        ana.writes("hm")
    ana.unblocks()
    await bot.send_message(ana.id, "again")
    ana.deletes_account()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ana.id, "hello")
    assert ana.reads() == ["hello", "again"]
    told = [one.my_chat_member for one in await fetch(bot) if one.my_chat_member]
    assert [one.new_chat_member.status for one in told][-2:] == ["kicked", "member"]


async def test_a_person_sees_what_was_sent(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    asked = ana.writes("hello")
    await bot.send_message(
        ana.id,
        "<b>Ana</b> &lt;3 see https://example.org/a.",
        parse_mode=ParseMode.HTML,
        reply_markup=keys("Yes", "No"),
        protect_content=True,
        disable_notification=True,
        reply_parameters=ReplyParameters(asked.id),
    )
    seen = await ana.hears("Ana <3 see")
    assert seen.source.startswith("<b>Ana</b> &lt;3")
    assert [one["type"] for one in seen.entities] == ["bold", "url"]
    assert (seen.labels, seen.reply_to) == (["Yes", "No"], asked.id)
    assert (seen.protected, seen.silent, seen.edited, seen.pinned) == (True, True, False, False)


async def test_edits_and_pins_show(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    room = server.group("Room", admin=ana)
    said = await bot.send_message(room.id, "one", reply_markup=keys("Go"))
    await bot.edit_message_text("two", room.id, said.message_id, reply_markup=keys("Go"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("two", room.id, said.message_id, reply_markup=keys("Go"))
    await bot.edit_message_reply_markup(room.id, said.message_id)
    await bot.pin_chat_message(room.id, said.message_id)
    (seen,) = ana.sees(room)
    assert (seen.text, seen.labels, seen.edited, seen.pinned) == ("two", [], True, True)
    assert ana.sees(room, service=True)[-1].service == "pinned_message"
    pinned = (await bot.get_chat(room.id)).pinned_message
    assert pinned is not None
    await bot.unpin_chat_message(room.id, said.message_id)
    assert not ana.sees(room)[0].pinned
    for number, words in ((99, "Message to edit not found"), (1, "Message can't be edited")):
        with pytest.raises(BadRequest, match=words):
            await bot.edit_message_text("x", room.id, number)
    assert server.violations == []


async def test_deleting_has_its_limits(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    room = server.group("Room", admin=ana)
    bad = ana.says(room, "buy pills")
    old = ana.says(room, "old pills")
    await bot.delete_message(room.id, bad.id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(room.id, bad.id)
    server.later(hours=49)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(room.id, old.id)
    new = ana.says(room, "new pills")
    server.add_bot(room, rights=["can_manage_chat"])
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(room.id, new.id)
    server.add_bot(room)
    assert await bot.delete_messages(room.id, [new.id, 999])
    assert [one.text for one in ana.sees(room)] == ["old pills"]


async def test_a_press_is_answered_once_and_in_time(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    ana.writes("hello")
    await bot.send_message(ana.id, "choose", reply_markup=keys("Go"))
    await fetch(bot)
    press = asyncio.create_task(ana.presses("Go"))
    await asyncio.sleep(0)
    query = (await fetch(bot))[0].callback_query
    assert query is not None
    assert query.data == "do Go"
    await query.answer("done", show_alert=True)
    answer = await press
    assert (answer.text, answer.alert) == ("done", True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer("done")
    await ana.presses("Go", seconds=0)
    server.later(minutes=5)
    late = (await fetch(bot))[0].callback_query
    assert late is not None
    with pytest.raises(BadRequest, match="query id is invalid"):
        await late.answer()
    with pytest.raises(MayNot, match="no button 'Stop'"):
        await ana.presses("Stop")
    with pytest.raises(TimeoutError):
        await ana.presses("Go", seconds=0.05)


async def test_files_go_there_and_back(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    mine = ana.sends_file(None, "diary.pdf", b"%PDF", type="application/pdf", caption="mine")
    ana.sends_photo(None, b"jpeg")
    big = ana.sends_file(None, "film.mp4", b"", size=21 * 2**20)
    heard = [one.message for one in await fetch(bot)]
    assert heard[0] is not None
    assert heard[0].document is not None
    assert heard[0].document.file_name == mine.file_name == "diary.pdf"
    got = await bot.get_file(heard[0].document.file_id)
    assert await got.download_as_bytearray() == b"%PDF"
    assert heard[2] is not None
    assert heard[2].document is not None
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(heard[2].document.file_id)
    assert big.file == b""
    sent = await bot.send_document(ana.id, b"BEGIN:VCALENDAR", filename="a.ics", caption="visit")
    assert sent.document is not None
    await bot.send_document(ana.id, sent.document.file_id)
    await bot.send_photo(ana.id, b"jpeg")
    await bot.edit_message_caption(ana.id, sent.message_id, caption="your visit")
    first, again, photo = [one for one in ana.sees() if one.by_bot]
    assert (first.file_name, first.file, first.text) == ("a.ics", b"BEGIN:VCALENDAR", "your visit")
    assert (again.file, photo.file) == (first.file, b"jpeg")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(ana.id, "https://example.org/a.ics")
    assert server.violations == []


async def test_an_owner_picks_a_chat_for_the_bot(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    room = server.group("Room", admin=ana, bot="")
    ana.writes("/setup")
    asked = KeyboardButtonRequestChat(
        7, chat_is_channel=False, request_title=True, bot_is_member=True
    )
    board = ReplyKeyboardMarkup([[KeyboardButton("Pick", request_chat=asked)], ["Cancel"]])
    await bot.send_message(ana.id, "Which group?", reply_markup=board)
    picked = ana.picks_chat("Pick", room)
    shared = (await fetch(bot))[-1].message
    assert shared is not None
    assert shared.chat_shared is not None
    assert (shared.chat_shared.chat_id, shared.chat_shared.title) == (room.id, "Room")
    assert picked.service == "chat_shared"
    await ana.presses("Cancel")
    assert ana.sees()[-1].text == "Cancel"
    with pytest.raises(MayNot, match="asks for no chat"):
        ana.picks_chat("Cancel", room)
