import asyncio
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from telegram import Bot, InputFile
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut

from bot.platforms.telegram import wire
from bot.platforms.telegram.wire import AioRequest

TOKEN = "123456:AAtheSecretThatNobodyMayRead_0123456"
OK = {"ok": True, "result": True}
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    wire._proxy.cache_clear()
    yield
    wire._proxy.cache_clear()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """A web server that answers everything in the same way."""
    app = web.Application(client_max_size=10**8)
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port := unused_port())
    await site.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A bare socket, for what a web server would never do."""

    async def and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(and_close, "127.0.0.1", 0, ssl=tls) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def bot_at(address: str, request: AioRequest) -> AsyncIterator[Bot]:
    async with request:
        yield Bot(TOKEN, base_url=f"{address}/bot", request=request)


def everything_said(error: BaseException | None) -> str:
    """All that a log could print of an error, the hidden ones included."""
    said = ""
    while error is not None:
        said += "".join(traceback.format_exception_only(error)) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return said


async def failure_of(call: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await call
    assert TOKEN not in everything_said(caught.value)
    assert "AAtheSecret" not in everything_said(caught.value)
    return caught.value


async def yes(request: web.Request) -> web.Response:
    return web.json_response(OK)


async def silence(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.6)


async def test_what_is_asked_arrives_letter_by_letter() -> None:
    heard: list[tuple[str, dict[str, object]]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append((request.path, dict(await request.post())))
        return web.json_response(OK)

    async with serving(hear) as address, bot_at(address, AioRequest()) as bot:
        await bot.set_my_name("Tom & Ana = 50 % ☕\n+1 \ud800", language_code="en")
        await bot.log_out()
    assert heard == [
        (f"/bot{TOKEN}/setMyName", {"name": "Tom & Ana = 50 % ☕\n+1 ?", "language_code": "en"}),
        (f"/bot{TOKEN}/logOut", {}),
    ]


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
async def test_a_file_arrives_whole_and_under_its_name(size: int) -> None:
    heard: dict[str, object] = {}

    async def hear(request: web.Request) -> web.Response:
        for name, part in (await request.post()).items():
            if isinstance(part, web.FileField):
                heard[name] = (part.filename, part.file.read())
            else:
                heard[name] = part
        return web.json_response(OK)

    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with serving(hear) as address, bot_at(address, AioRequest()) as bot:
        name = 'Ana’s "visit".ics'
        file = InputFile(BytesIO(content), filename=name, read_file_handle=False)
        await bot.set_webhook("https://example.org", certificate=file, secret_token="s" * 16)
        assert heard.pop("certificate") == (name, content)
        assert heard["url"] == "https://example.org"
        await bot.set_webhook("https://example.org", certificate=InputFile(content, "a.pem"))
        assert heard["certificate"] == ("a.pem", content)


async def test_a_redirect_is_not_followed_and_a_cookie_is_not_kept() -> None:
    heard: list[tuple[str, str | None]] = []

    async def send_away(request: web.Request) -> web.Response:
        heard.append((request.path, request.headers.get("Cookie")))
        headers = {"Location": "/elsewhere", "Set-Cookie": "a=b"}
        return web.Response(status=307, headers=headers)

    async with serving(send_away) as address, bot_at(address, AioRequest()) as bot:
        for _ in range(2):
            await failure_of(bot.log_out())
    assert heard == [(f"/bot{TOKEN}/logOut", None)] * 2


async def test_a_slow_answer_times_out_after_the_time_of_the_call() -> None:
    async def later(request: web.Request) -> web.Response:
        await asyncio.sleep(0.3)
        return web.json_response(OK)

    async with serving(later) as address, bot_at(address, AioRequest(read_timeout=0.05)) as bot:
        assert bot.request.read_timeout == 0.05
        assert isinstance(await failure_of(bot.log_out()), TimedOut)
        assert await bot.log_out(read_timeout=5)
        assert await bot.log_out(read_timeout=None)


async def test_no_free_connection_times_out_and_nothing_is_sent() -> None:
    heard = 0

    async def later(request: web.Request) -> web.Response:
        nonlocal heard
        heard += 1
        await asyncio.sleep(0.3)
        return web.json_response(OK)

    request = AioRequest(1, pool_timeout=0.05)
    async with serving(later) as address, bot_at(address, request) as bot:
        first = asyncio.create_task(bot.log_out())
        await asyncio.sleep(0.01)
        error = await failure_of(bot.log_out())
        assert isinstance(error, TimedOut)
        assert "not sent" in error.message
        assert await first
        assert heard == 1
        assert await bot.log_out()


async def test_more_calls_than_connections_all_get_through() -> None:
    open_now = most = 0

    async def count(request: web.Request) -> web.Response:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        return web.json_response(OK)

    request = AioRequest(3, pool_timeout=None)
    async with serving(count) as address, bot_at(address, request) as bot:
        assert all(await asyncio.gather(*(bot.log_out() for _ in range(20))))
    assert most == 3


async def test_a_line_that_stands_still_while_a_file_goes_out_times_out() -> None:
    request = AioRequest(media_write_timeout=0.1, read_timeout=5)
    async with listening(silence) as address, bot_at(address, request) as bot:
        call = bot.set_webhook("https://example.org", certificate=InputFile(b"x" * 20_000_000))
        assert isinstance(await failure_of(call), TimedOut)


async def test_a_server_that_never_shakes_hands_times_out() -> None:
    async with listening(silence) as address, AioRequest(connect_timeout=0.1) as request:
        bot = Bot(TOKEN, base_url=address.replace("http", "https") + "/bot", request=request)
        error = await failure_of(bot.log_out())
    assert isinstance(error, TimedOut)
    assert "not sent" in error.message


async def test_a_server_that_is_not_there_is_said_plainly() -> None:
    async with bot_at(f"http://127.0.0.1:{unused_port()}", AioRequest()) as bot:
        assert "refused" in (await failure_of(bot.log_out())).message


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"nonsense\r\n\r\n"],
    ids=["hangs up", "stops half way", "speaks no HTTP"],
)
async def test_a_broken_answer_is_a_loss_of_the_network(answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with listening(talk) as address, bot_at(address, AioRequest()) as bot:
        assert type(await failure_of(bot.log_out())) is NetworkError


@pytest.mark.parametrize("address", ["http://", "http://[nowhere", "ftp://example.org"])
async def test_an_address_that_is_none_is_a_loss_of_the_network(address: str) -> None:
    async with bot_at(address, AioRequest()) as bot:
        assert type(await failure_of(bot.log_out())) is NetworkError


@pytest.mark.parametrize(("status", "kind"), [(200, TelegramError), (404, InvalidToken)])
async def test_a_page_that_quotes_the_address_does_not_tell_the_token(
    status: int, kind: type[TelegramError]
) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=status, text=f"<p>{request.path} was not found</p>")

    async with serving(page) as address, bot_at(address, AioRequest()) as bot:
        with pytest.raises(kind) as caught:
            await bot.log_out()
        assert "AAtheSecret" not in everything_said(caught.value)
        if status == 200:
            content = await bot.request.retrieve(f"{address}/file/bot{TOKEN}/a.txt")
            assert TOKEN.encode() in content  # a file is handed over as it is


async def test_the_wire_can_be_closed_and_opened_again() -> None:
    request = AioRequest()
    await request.shutdown()
    async with serving(yes) as address:
        bot = Bot(TOKEN, base_url=f"{address}/bot", request=request)
        for _ in range(3):
            await request.initialize()
            await request.initialize()
            assert await bot.log_out()
            await request.shutdown()
            await request.shutdown()
            assert "closed" in everything_said(await closed(bot))


async def closed(bot: Bot) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        await bot.log_out()
    assert "AAtheSecret" not in everything_said(caught.value)
    return caught.value


async def test_a_proxy_of_the_environment_is_used_if_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        return web.json_response(OK)

    async with serving(proxy) as address:
        monkeypatch.setenv("http_proxy", address)
        async with bot_at("http://telegram.invalid", AioRequest()) as bot:
            assert await bot.log_out()
        assert asked == [f"http://telegram.invalid/bot{TOKEN}/logOut"]
        async with bot_at("http://telegram.invalid", AioRequest(trust_env=False)) as bot:
            assert type(await failure_of(bot.log_out())) is NetworkError
        monkeypatch.setenv("no_proxy", "telegram.invalid")
        wire._proxy.cache_clear()
        async with bot_at("http://telegram.invalid", AioRequest()) as bot:
            assert type(await failure_of(bot.log_out())) is NetworkError
    assert len(asked) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    tls = self_signed(tmp_path)
    async with listening(silence, tls) as address, AioRequest() as request:
        bot = Bot(TOKEN, base_url=address.replace("http", "https") + "/bot", request=request)
        assert "certificate" in (await failure_of(bot.log_out())).message


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "both.pem"
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(written + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
