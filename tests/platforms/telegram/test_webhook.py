import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.events import Event
from bot.platforms import Outcome
from bot.platforms.telegram import webhook
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.polling import ALLOWED
from bot.platforms.telegram.webhook import LARGEST, SECRET, Webhook
from bot.settings import Telegram
from bot.store import events as seen
from bot.web.site import Elsewhere
from tests.platforms.telegram.clinic import clinic
from tests.platforms.telegram.lines import Heard, line, locked
from tests.platforms.telegram.test_intake import TABLE
from tests.platforms.telegram.test_polling import MALFORMED
from tests.platforms.telegram.updates import GROUP, Json, said
from tests.web.house import house

URL = "https://clinic.example"
TOLD = {SECRET: "a-secret_of-16-or-more"}


def settings(url: str = URL) -> Telegram:
    return Telegram(mode="webhook", webhook_url=url, webhook_secret=TOLD[SECRET])


def update(number: int, words: str, chat: int = 1) -> Json:
    return {"update_id": number, "message": said({"id": chat, "type": "private"}, text=words)}


@pytest.fixture
async def here() -> AsyncIterator[Heard]:
    async with line() as made:
        yield made


@pytest.fixture
def hook(here: Heard) -> Webhook:
    return Webhook(settings(), here.take)


@pytest.fixture
async def telegram(hook: Webhook) -> AsyncIterator[httpx.AsyncClient]:
    """Telegram's own calls; what breaks answers 500, as behind a real server."""
    site = Starlette(routes=[Route(webhook.path(hook.settings), hook.called, methods=["POST"])])
    wire = httpx.ASGITransport(site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=wire, base_url=URL, headers=TOLD) as client:
        yield client


async def test_a_call_is_answered_once_its_update_is_stored(
    telegram: httpx.AsyncClient, here: Heard
) -> None:
    here.held["one"] = asyncio.Event()
    call = asyncio.create_task(telegram.post("/telegram", json=update(1, "one")))
    await asyncio.sleep(0.05)
    assert not call.done()
    here.held["one"].set()
    assert (await call).status_code == 200
    assert here.words == ["one"]


@pytest.mark.parametrize("secret", ["", "wrong", TOLD[SECRET][:-1], TOLD[SECRET] + "x", "é" * 16])
async def test_who_does_not_know_the_secret_is_turned_away(
    telegram: httpx.AsyncClient, here: Heard, secret: str
) -> None:
    raw = {SECRET.encode(): secret.encode("latin-1")}
    answer = await telegram.post("/telegram", json=update(1, "one"), headers=raw)
    assert answer.status_code == 403
    assert here.taken == []


async def test_who_says_no_secret_is_turned_away(telegram: httpx.AsyncClient, here: Heard) -> None:
    del telegram.headers[SECRET]
    assert (await telegram.post("/telegram", json=update(1, "one"))).status_code == 403
    assert here.taken == []


async def test_only_a_post_is_a_call(telegram: httpx.AsyncClient) -> None:
    assert (await telegram.get("/telegram")).status_code == 405


async def test_what_is_too_large_is_not_read(telegram: httpx.AsyncClient, here: Heard) -> None:
    answer = await telegram.post("/telegram", content=b" " * (LARGEST + 1))
    assert answer.status_code == 413
    exactly = b'{"update_id": 1}'.rjust(LARGEST)
    assert (await telegram.post("/telegram", content=exactly)).status_code == 200
    assert len(here.taken) == 1


async def test_a_body_of_unknown_length_is_not_read(
    telegram: httpx.AsyncClient, here: Heard
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"update_id": 1}'

    assert (await telegram.post("/telegram", content=pieces())).status_code == 413
    assert here.taken == []


BAD = (b"", b"{", b"\xff\xfe", b'{"a": "\xff"}', b"[" * 200_000, b"[]", b"7", b'"x"', b"null")


@pytest.mark.parametrize("body", BAD, ids=lambda body: str(body[:8]))
async def test_what_is_no_update_is_refused(
    telegram: httpx.AsyncClient, here: Heard, body: bytes
) -> None:
    assert (await telegram.post("/telegram", content=body)).status_code == 400
    assert here.taken == []


@pytest.mark.parametrize("odd", MALFORMED, ids=str)
async def test_a_malformed_update_is_the_intakes_to_judge(
    telegram: httpx.AsyncClient, here: Heard, odd: Json
) -> None:
    assert (await telegram.post("/telegram", json=odd | {"update_id": 1})).status_code == 200
    assert len(here.taken) == 1


async def test_before_the_bot_runs_telegram_is_to_call_again(
    telegram: httpx.AsyncClient, hook: Webhook
) -> None:
    hook.take = None
    assert (await telegram.post("/telegram", json=update(1, "one"))).status_code == 503


async def test_what_could_not_be_stored_is_called_for_again(
    telegram: httpx.AsyncClient, here: Heard
) -> None:
    here.faults["one"] = [locked()]
    with capture_logs() as logs:
        assert (await telegram.post("/telegram", json=update(1, "one"))).status_code == 503
    assert [one["event"] for one in logs] == ["update not stored, it comes again"]
    assert (await telegram.post("/telegram", json=update(1, "one"))).status_code == 200
    assert here.words == ["one"]


async def test_calls_at_once_keep_the_order_of_each_chat(
    telegram: httpx.AsyncClient, here: Heard
) -> None:
    here.held["a1"] = asyncio.Event()
    calls = []
    for number, (words, chat) in enumerate([("a1", 1), ("a2", 1), ("b1", 2), ("a3", 1)]):
        post = telegram.post("/telegram", json=update(number, words, chat))
        calls.append(asyncio.create_task(post))
        await asyncio.sleep(0.01)
    await here.has("b1")
    assert here.words == ["b1"]
    here.held["a1"].set()
    assert {(await call).status_code for call in calls} == {200}
    assert here.words == ["b1", "a1", "a2", "a3"]


async def test_a_chat_is_forgotten_once_its_turn_is_over(
    telegram: httpx.AsyncClient, hook: Webhook
) -> None:
    for chat in range(5):
        await telegram.post("/telegram", json=update(chat, "x", chat))
    assert not hook._turns


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("https://clinic.example", "https://clinic.example/telegram"),
        ("https://clinic.example/", "https://clinic.example/telegram"),
        ("https://clinic.example:8443/bot/hook/", "https://clinic.example:8443/bot/hook"),
    ],
)
async def test_telegram_learns_where_to_call_and_about_what(
    here: Heard, given: str, called: str
) -> None:
    await Webhook(settings(given)).publish(here.bot)
    (asked,) = here.server.asked("setWebhook")
    assert asked["url"] == called
    assert asked["secret_token"] == TOLD[SECRET]
    assert list(asked["allowed_updates"]) == list(ALLOWED)
    assert not asked.get("drop_pending_updates")


async def test_the_platform_has_this_page_and_a_bug_behind_it_ends_in_the_records(
    tmp_path: Path,
) -> None:
    async with clinic(tmp_path, TABLE) as here:
        whole = here.settings()
        told = settings().model_copy(update=whole.telegram.model_dump(include=CONNECTION))
        whole = whole.model_copy(update={"telegram": told})
        platform = TelegramPlatform(here.bot.db, here.bot.clock, whole, TABLE)
        wire = httpx.ASGITransport(Starlette(routes=platform.pages))
        running = asyncio.create_task(platform.run(_breaks))
        async with httpx.AsyncClient(transport=wire, base_url=URL, headers=TOLD) as telegram:
            async with asyncio.timeout(10):
                while (await _post(telegram)).status_code == 503:
                    await asyncio.sleep(0.01)
            assert (await _post(telegram)).status_code == 200
            running.cancel()
            await asyncio.wait([running])
            assert (await _post(telegram)).status_code == 503
        async with here.bot.db.read() as db:
            assert [row.failure for row in await seen.failed(db)] == ["KeyError"]


CONNECTION = {"token", "api_url", "file_url"}


async def _post(telegram: httpx.AsyncClient) -> httpx.Response:
    return await telegram.post("/telegram", json=update(1, "one"))


async def _breaks(event: Event) -> Outcome:
    raise KeyError(event.kind)


async def test_telegram_calls_the_site_over_the_wire_until_all_is_stored(
    here: Heard, tmp_path: Path
) -> None:
    here.faults["two"] = [locked()]
    hook = Webhook(settings(), here.take)
    page = Route(webhook.path(hook.settings), hook.called, methods=["POST"])
    async with house(tmp_path, elsewhere=Elsewhere(calls=[page])) as home:
        hook.settings = settings(home.url)
        await hook.publish(here.bot)
        here.server.inject({"message": said(GROUP, text="one")})
        here.say(1, "two", "three")
        await here.server.quiet()
        assert here.words == ["one", "two", "three"]
        await here.bot.delete_webhook()
