import asyncio

import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram import Bot, ReplyKeyboardMarkup, WebAppInfo
from telegram import InlineKeyboardButton as InlineButton
from telegram import InlineKeyboardMarkup as InlineRows

from tests.platforms.telegram_api.conftest import fetch
from tests.platforms.telegram_server import MayNot, TelegramServer


async def test_aiogram_speaks_to_it_as_well(server: TelegramServer) -> None:
    api = TelegramAPIServer.from_base(server.url)
    ana = server.person("Ana")
    ana.writes("hello")
    async with AiogramBot(server.token, session=AiohttpSession(api=api)) as bot:
        assert (await bot.get_me()).username == "roundtable_test_bot"
        updates = await bot.get_updates(timeout=0)
        assert [one.message.text for one in updates if one.message] == ["hello"]
        board = InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="Open", url="https://example.org")]]
        )
        await bot.send_message(ana.id, "<i>hi</i>", parse_mode="HTML", reply_markup=board)
        await bot.send_document(ana.id, BufferedInputFile(b"abc", "a.txt"))
        with pytest.raises(TelegramBadRequest, match="can't parse entities"):
            await bot.send_message(ana.id, "<i>hi", parse_mode="HTML")
    assert (await ana.presses("Open")).url == "https://example.org"
    assert [one.file for one in ana.sees() if one.file] == [b"abc"]
    assert len(server.violations) == 1


async def test_a_person_hears_only_what_came_after_their_own_words(
    server: TelegramServer, bot: Bot
) -> None:
    ana = server.person("Ana")
    ana.writes("one")
    said = await bot.send_message(ana.id, "answer")
    first = await ana.hears("answer")
    ana.writes("two")
    with pytest.raises(TimeoutError, match="the bot said \\['answer'\\]"):
        await ana.hears("answer", seconds=0.05)
    assert await ana.hears("answer", ever=True) == first
    waiting = asyncio.create_task(ana.hears("changed"))
    await asyncio.sleep(0)
    await bot.edit_message_text("changed answer", ana.id, said.message_id)
    changed = await waiting
    assert (changed.id, changed.edited) == (first.id, True)
    assert await ana.hears(after=first) == changed


async def test_edits_reach_the_bot_and_deletions_do_not(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    said = ana.writes("/help me")
    ana.edits(said, "help me")
    picture = ana.sends_photo(None, b"x", caption="look")
    ana.edits(picture, "look /here")
    ana.deletes(said)
    told = [one.edited_message or one.message for one in await fetch(bot)]
    assert [one.text or one.caption for one in told if one] == [
        "/help me",
        "help me",
        "look",
        "look /here",
    ]
    assert [one.text for one in ana.sees()] == ["look /here"]


async def test_nobody_sees_a_room_from_outside(server: TelegramServer, bot: Bot) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room", admin=ana)
    await bot.send_message(room.id, "inside")
    assert (ana.reads(room), ben.reads(room)) == (["inside"], [])
    with pytest.raises(MayNot, match="not in this chat"):
        await ben.presses("Go", chat=room)
    with pytest.raises(MayNot):
        ben.says(room, "hello")
    server.join(room, ben)
    assert ben.reads(room) == ["inside"]
    server.remove(room, ben, ban=True)
    assert ben.reads(room) == []


async def test_a_page_in_the_app_opens(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    ana.writes("hello")
    page = WebAppInfo("https://example.org/care")
    rows = [[InlineButton("Care", web_app=page), InlineButton("Share", switch_inline_query="x")]]
    await bot.send_message(ana.id, "Here", reply_markup=InlineRows(rows))
    assert (await ana.presses("Care")).url == "https://example.org/care"
    with pytest.raises(MayNot, match="does nothing here"):
        await ana.presses("Share")


async def test_keys_go_when_they_are_taken_away(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    ana.writes("hello")
    await bot.send_message(ana.id, "Which?", reply_markup=ReplyKeyboardMarkup([["A", "B"]]))
    assert (await ana.hears("Which?")).labels == ["A", "B"]
    api = TelegramAPIServer.from_base(server.url)
    async with AiogramBot(server.token, session=AiohttpSession(api=api)) as other:
        await other.send_message(ana.id, "Thanks", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(MayNot, match="no button 'A'"):
        await ana.presses("A")
    with pytest.raises(MayNot, match="does not lead to the bot"):
        ana.opens("https://t.me/somebody_else")
    assert server.violations == []
