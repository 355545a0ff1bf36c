import asyncio
import json
import signal
import sys
import textwrap
from datetime import timedelta

import aiohttp
import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.platforms.telegram_server import TelegramServer


@pytest.fixture(autouse=True)
def _waits_as_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def ana(server: TelegramServer) -> int:
    person = server.person("Ana")
    person.writes("hello")
    return person.id


async def test_a_wrong_token_and_an_unknown_method_are_refused(server: TelegramServer) -> None:
    async with aiohttp.ClientSession() as session:
        for path, status in (
            (f"/bot{server.token}/sendLove", 404),
            ("/bot1:x/getMe", 401),
            ("/file/bot1:x/a", 401),
            (f"/file/bot{server.token}/a", 404),
            ("/", 401),
        ):
            answer = await session.get(server.url + path)
            assert (path, answer.status) == (path, status)
            assert (await answer.json())["ok"] is False
        answer = await session.get(f"{server.api_url}{server.token}/sendDice")
        assert (answer.status, len(server.violations)) == (501, 1)


async def test_faults_come_as_ordered_and_then_all_is_well(
    server: TelegramServer, bot: Bot, ana: int
) -> None:
    faults = server.faults
    faults.next("sendMessage", retry_after=3)
    faults.next("sendMessage", status=502)
    faults.next("sendMessage", status=403, description="Forbidden: user is deactivated")
    faults.next("*", status=400, description="Bad Request: chat not found")
    faults.next("sendMessage", reset=True)
    faults.next("sendMessage", garbage=True)
    assert faults.left == 6
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ana, "hi")
    assert caught.value.retry_after == timedelta(seconds=3)
    for kind in (NetworkError, Forbidden, NetworkError, TelegramError, BadRequest):
        with pytest.raises(kind):
            await bot.send_message(ana, "hi")
    await bot.send_message(ana, "hi")
    assert [one.answer for one in server.requests if one.method == "sendMessage"] == [
        429, 502, 403, 0, 0, 400, 200,
    ]  # fmt: skip
    assert (faults.left, len(faults.happened)) == (0, 6)


async def test_a_lost_answer_is_not_a_lost_message(
    server: TelegramServer, bot: Bot, ana: int
) -> None:
    server.faults.next("sendMessage", reset=True, done=True)
    server.faults.next("sendMessage", hang=5)
    with pytest.raises(NetworkError):
        await bot.send_message(ana, "twice")
    with pytest.raises(TimedOut):
        await bot.send_message(ana, "never", read_timeout=0.1)
    await bot.send_message(ana, "twice")
    assert [one["text"] for one in server.asked("sendMessage")] == ["twice", "never", "twice"]
    server.faults.next("sendMessage", status=500, times=9)
    server.faults.clear()
    await bot.send_message(ana, "last")
    assert [post.words for post in server.world.chats[ana].posts.values()][1:] == [
        "twice",
        "twice",
        "last",
    ]


async def test_an_odd_update_goes_out_as_it_is(server: TelegramServer) -> None:
    number = server.inject({"message": {"message_id": "none"}})
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{server.api_url}{server.token}/getUpdates")
        body = await answer.json()
    assert body["result"] == [{"update_id": number, "message": {"message_id": "none"}}]


async def test_the_limits_bite_when_switched_on(server: TelegramServer, bot: Bot, ana: int) -> None:
    room = server.group("Room")
    server.rates.on = True
    server.rates.chat = (1, 0.4)
    server.rates.group = (2, 60)
    await bot.send_message(ana, "one")
    with pytest.raises(RetryAfter):
        await bot.send_message(ana, "two")
    await bot.send_chat_action(ana, "typing")
    await asyncio.sleep(0.4)
    await bot.send_message(ana, "two")
    for _ in range(2):
        await bot.send_message(room.id, "hello")
        await asyncio.sleep(0.4)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(room.id, "hello")
    assert isinstance(caught.value.retry_after, timedelta)
    assert caught.value.retry_after > timedelta(seconds=50)
    assert [one.chat for one in server.rate_log] == [ana, ana, room.id, room.id]
    assert server.rates.refused == 2


READER = textwrap.dedent("""
    import json, sys, time, urllib.request
    base, seen = sys.argv[1], 0
    while True:
        with urllib.request.urlopen(f"{base}/getUpdates?timeout=5") as answer:
            for one in json.load(answer)["result"]:
                print(one["message"]["text"], flush=True)
                time.sleep(30)
""")


async def test_the_server_outlives_a_bot_that_is_killed(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    base = f"{server.api_url}{server.token}"
    bot_process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", READER, base, stdout=asyncio.subprocess.PIPE
    )
    assert bot_process.stdout is not None
    ana.writes("are you there?")
    assert await bot_process.stdout.readline() == b"are you there?\n"
    bot_process.send_signal(signal.SIGKILL)
    assert await bot_process.wait() == -signal.SIGKILL
    again = await bot.get_updates(timeout=0)
    assert [one.message and one.message.text for one in again] == ["are you there?"]
    with pytest.raises(TimeoutError):
        await server.quiet(seconds=0.1)
    assert json.loads(server.world.updates.waiting[0][1])["update_id"] == again[0].update_id
