import asyncio
import json
from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from tests.platforms.telegram_api.checks import check, decode
from tests.platforms.telegram_api.schema import SPEC, Schema, from_aiogram, from_page, schemas
from tests.platforms.telegram_server import TelegramServer, telegram_server

PRESS = {"text": "Go", "callback_data": "go"}
BAD = [
    ({"chat_id": 1}, "parameter text is missing"),
    ({"chat_id": 1, "text": "x", "loud": "1"}, "unknown parameter loud"),
    ({"chat_id": 1, "text": 5}, "sendmessage.text is no String: int"),
    ({"chat_id": 1, "text": "x", "protect_content": "maybe"}, "protect_content is no Boolean"),
    ({"chat_id": 1, "text": "x", "message_thread_id": "one"}, "message_thread_id is no Integer"),
    ({"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [PRESS]}}, "inline_keyboard"),
    ({"chat_id": 1, "text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
    ({"chat_id": 1, "text": "x", "entities": {"type": "bold"}}, "entities is no list"),
    ({"chat_id": [1], "text": "x"}, "chat_id is a list"),
    ({"chat_id": 1, "text": "x", "reply_parameters": 7}, "is no ReplyParameters"),
    (
        {
            "chat_id": 1,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[PRESS | {"colour": "red"}]]},
        },
        "unknown parameter colour",
    ),
]


@pytest.fixture(params=["at hand", "not at hand"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The vendor's page is at hand, or only aiogram."""
    if request.param == "at hand" and not SPEC.exists():
        pytest.skip("the vendor's page is not at hand")
    found = schemas() if request.param == "at hand" else (from_aiogram(),)
    monkeypatch.setattr("tests.platforms.telegram_api.checks.schemas", lambda: found)
    return str(request.param)


@pytest.mark.parametrize(("given", "words"), BAD)
async def test_what_the_schema_forbids_is_refused_and_written_down(
    source: str, server: TelegramServer, given: dict[str, Any], words: str
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{server.api_url}{server.token}/sendMessage"
        answer = await session.post(url, json=given)
        body = await answer.json()
    assert (answer.status, body["ok"], body["error_code"]) == (400, False, 400)
    assert words in body["description"]
    assert len(server.violations) == 1


def test_forms_are_read_by_their_types() -> None:
    read = decode(
        "sendmessage",
        {
            "chat_id": "-100",
            "text": "7",
            "protect_content": "true",
            "reply_markup": json.dumps({"inline_keyboard": [[PRESS]]}),
        },
    )
    assert (read["chat_id"], read["text"], read["protect_content"]) == (-100, "7", True)
    assert read["reply_markup"]["inline_keyboard"] == [[PRESS]]
    assert check("sendmessage", read) == []
    assert decode("sendlocation", {"latitude": "1.5"}) == {"latitude": 1.5}
    assert decode("sendmessage", {"chat_id": "@room"}) == {"chat_id": "@room"}


def test_a_scope_must_be_one_of_its_kinds() -> None:
    commands = [{"command": "a", "description": "b"}]
    good = {"commands": commands, "scope": {"type": "chat", "chat_id": 5}}
    assert check("setmycommands", good) == []
    found = check("setmycommands", {"commands": commands, "scope": {"type": "planet"}})
    assert found != []
    assert "must be one of" in found[0]


def test_both_sources_say_the_same_about_what_the_bot_uses() -> None:
    if not SPEC.exists():
        pytest.skip("the vendor's page is not at hand")
    page, typed = from_page(SPEC), from_aiogram()
    compared = 0
    for method in ("sendmessage", "senddocument", "setmycommands", "createchatinvitelink"):
        for name, slot in page.methods[method].items():
            assert typed.methods[method][name].required == slot.required
            compared += 1
    assert compared > 30
    assert isinstance(page, Schema)


async def test_limits_are_those_of_telegram(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    room = server.group("Room", admin=ana)
    ana.writes("hello")

    def press(**facts: Any) -> InlineKeyboardMarkup:  # noqa: ANN401
        return InlineKeyboardMarkup([[InlineKeyboardButton(**{"text": "Go"} | facts)]])

    async def refused(words: str, text: str = "x", **facts: Any) -> None:  # noqa: ANN401
        with pytest.raises(BadRequest, match=words):
            await bot.send_message(facts.pop("chat_id", ana.id), text, **facts)

    await bot.send_message(ana.id, "<b>" + "😀" * 2048 + "</b>", parse_mode="HTML")
    await refused("Message is too long", "😀" * 2049)
    await refused("Message text is empty", " \n ")
    await refused("Unsupported parse_mode", parse_mode="MarkdownV2")
    await refused("Button_data_invalid", reply_markup=press(callback_data="é" * 33))
    await refused("text must be non-empty", reply_markup=press(text=" ", callback_data="x"))
    await refused("Text buttons are unallowed", reply_markup=press())
    for url in ("http://localhost:80/a", "javascript:alert(1)", "not an address"):
        await refused("wrong http url", reply_markup=press(url=url))
    for url in ("https://example.org/a?b=c", "http://127.0.0.1:8080/care", "tg://user?id=1"):
        await bot.send_message(ana.id, "x", reply_markup=press(url=url))
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(ana.id, b"x", caption="c" * 1025)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query("1", "t" * 201)
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Help", "x")])
    with pytest.raises(BadRequest, match="Bot_command_description_invalid"):
        await bot.set_my_commands([BotCommand("help", "x" * 257)])
    with pytest.raises(BadRequest, match="too long"):
        await bot.set_my_short_description("x" * 121)
    await bot.send_message(room.id, "all well")
    assert len(server.violations) == 14


async def test_without_validation_only_telegrams_own_limits_hold() -> None:
    async with telegram_server(validate=False) as server, aiohttp.ClientSession() as session:
        ana = server.person("Ana")
        ana.writes("hello")
        url = f"{server.api_url}{server.token}/sendMessage"
        fine = await session.post(url, data={"chat_id": ana.id, "text": "hi", "loud": "yes"})
        missing = await session.get(url, params={"chat_id": str(ana.id)})
        assert (fine.status, missing.status) == (200, 400)
        assert ana.reads() == ["hi"]
        broken = await session.post(url, data=b"{", headers={"Content-Type": "application/json"})
        assert broken.status == 400
        await asyncio.sleep(0)
