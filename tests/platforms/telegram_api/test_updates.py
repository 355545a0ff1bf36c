import asyncio
import time

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from tests.platforms.telegram_api.conftest import fetch
from tests.platforms.telegram_server import TelegramServer, telegram_server


async def test_updates_come_again_until_they_are_confirmed(
    server: TelegramServer, bot: Bot
) -> None:
    ana = server.person("Ana")
    for text in ("one", "two", "three"):
        ana.writes(text)
    first = await bot.get_updates(timeout=0)
    again = await bot.get_updates(timeout=0)
    assert [one.message.text for one in first if one.message] == ["one", "two", "three"]
    assert [one.update_id for one in again] == [one.update_id for one in first]
    rest = await bot.get_updates(offset=first[0].update_id + 1, timeout=0)
    assert [one.update_id for one in rest] == [one.update_id for one in first[1:]]
    await bot.get_updates(offset=first[-1].update_id + 1, timeout=0)
    await server.quiet(seconds=1)
    assert (server.world.updates.confirmed, server.violations) == (3, [])


async def test_a_long_poll_ends_when_something_happens(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    started = time.monotonic()
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    ana.writes("hello")
    assert len(await poll) == 1
    assert time.monotonic() - started < 5


async def test_a_long_poll_ends_with_nothing_in_time(bot: Bot) -> None:
    assert await bot.get_updates(timeout=1) == ()


async def test_limit_and_negative_offset_choose(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    for number in range(120):
        ana.writes(str(number))
    assert len(await bot.get_updates(timeout=0)) == 100
    assert len(await bot.get_updates(timeout=0, limit=7)) == 7
    last = await bot.get_updates(offset=-2, timeout=0)
    assert [one.message.text for one in last if one.message] == ["118", "119"]
    assert len(server.world.updates.waiting) == 2


async def test_a_second_poll_ends_the_first(server: TelegramServer, bot: Bot) -> None:
    async with Bot(server.token, base_url=server.api_url) as other:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(other.get_updates(timeout=1))
        with pytest.raises(Conflict, match="only one bot instance"):
            await first
        assert await second == ()


async def test_members_coming_and_going_are_told_only_if_asked_for(
    server: TelegramServer, bot: Bot
) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room", admin=ana)
    server.join(room, ben)
    kinds = [one.to_dict().keys() - {"update_id"} for one in await fetch(bot)]
    assert kinds == [{"message"}, {"my_chat_member"}, {"message"}]
    assert await fetch(bot, "chat_member") == []
    ben.leaves(room)
    told = [one.chat_member for one in await fetch(bot, "chat_member")]
    assert [one.new_chat_member.status for one in told if one] == ["left"]


async def test_a_web_address_gets_updates_in_order_until_it_takes_them(
    server: TelegramServer, bot: Bot
) -> None:
    got: list[str] = []
    answers = iter([500, 200, 502, 200, 200])

    async def take(request: web.Request) -> web.Response:
        status = next(answers)
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        update = Update.de_json(await request.json(), bot)
        if status == 200 and update.message and update.message.text:
            got.append(update.message.text)
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", take)
    async with TestServer(app) as mine:
        url = str(mine.make_url("/hook"))
        await bot.set_webhook(url, secret_token="s3cret")
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates(timeout=0)
        ana = server.person("Ana")
        for number in range(3):
            ana.writes(str(number))
        await server.quiet()
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == (url, 0)
        assert info.last_error_message == "Wrong response from the webhook: 502 Bad Gateway"
        await bot.delete_webhook()
    assert got == ["0", "1", "2"]
    assert await bot.get_updates(timeout=0) == ()


async def test_a_web_address_that_is_not_there_is_tried_again(
    server: TelegramServer, bot: Bot
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", allowed_updates=["message"])
    server.person("Ana").writes("hello")
    async with asyncio.timeout(5):
        while not (info := await bot.get_webhook_info()).last_error_message:
            await asyncio.sleep(0.02)
    assert info.last_error_message == "Connection failed: ClientConnectorError"
    assert (info.pending_update_count, info.allowed_updates) == (1, ("message",))


async def test_a_web_address_must_be_one_that_telegram_would_call(
    server: TelegramServer, bot: Bot
) -> None:
    for url, words in (("http://example.org", "https url"), ("https://example.org:5000", "ports")):
        with pytest.raises(BadRequest, match=words):
            await bot.set_webhook(url)
    server.person("Ana").writes("hello")
    await bot.set_webhook("", drop_pending_updates=True)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_privacy_mode_hides_talk_but_not_commands_replies_or_events() -> None:
    async with telegram_server(reads_all=False) as server:
        bot = Bot(server.token, base_url=server.api_url)
        async with bot:
            ana = server.person("Ana")
            room = server.group("Room", admin=ana, bot="member")
            said = await bot.send_message(room.id, "I am here")
            ana.says(room, "my belly hurts")
            ana.says(room, "/help")
            ana.says(room, "/help@other_bot")
            ana.says(room, "@roundtable_test_bot hello")
            ana.says(room, "thanks", reply_to=said.message_id)
            heard = [one.message for one in await fetch(bot) if one.message]
            texts = [one.text for one in heard]
            assert texts == [None, "/help", "@roundtable_test_bot hello", "thanks"]
            server.add_bot(room)
            ana.says(room, "all of it now")
            assert (await fetch(bot))[-1].message.text == "all of it now"  # type: ignore[union-attr]
            assert (await bot.get_me()).can_read_all_group_messages is False
