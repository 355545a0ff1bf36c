"""A Telegram of one's own: the Bot API on a real socket, with people, rooms and mishaps.

    async with telegram_server() as server:
        ana = server.person("Ana")
        room = server.group("Crohn's", admin=ana)
        ...  # start the bot against server.token, server.api_url and server.file_url
        ana.says(room, "/help")
        seen = await ana.hears("Here is what I can do", chat=room)
    assert server.violations == []

The block: telegram_server(token=TOKEN, username="roundtable_test_bot", validate=True,
reads_all=True, port=0). `reads_all=False` is privacy mode. `validate=False` leaves the schema out.

What a test sets up (all at once, nothing to await):
    person(name, username="", language="en") -> Person
    group(title, admin=Person, members=(), kind="supergroup"|"group", forum=False,
          bot="administrator"|"member"|"", rights=USUAL_RIGHTS) -> Chat   (.id .title .forum
          .kind .topics .pinned .links .requests .members; .primary().url is its own invite link)
    topic(chat, name) -> thread id      join(chat, person)      remove(chat, person, ban=False)
    promote(chat, person, rights=…, anonymous=False)            demote(chat, person)
    add_bot(chat, by=None, admin=True, rights=…)  (also changes rights)   remove_bot(chat, by=None)
    migrate(chat) -> the new Chat       later(seconds=, minutes=, hours=)   moves the clock
    inject(update) -> its id            faults.next(method, status=, description=, retry_after=,
          reset=, garbage=, hang=seconds, done=False, times=1)   ("*" is any method; `done` means
          that it was carried out and only the answer is lost)   faults.clear()   faults.left
    rates.on = True                     30/s, 1/s a chat, 20/min a group, with honest 429s

What a person does; a chat is what group() returned, None is the private talk with the bot:
    .id .user .talk
    says(chat, text, thread=None, reply_to=None, anonymous=None, as_channel="") -> Seen
    writes(text, reply_to=None) -> Seen         in private, starting the talk
    sends_file(chat, name, content, type=…, caption="", size=None, thread=None) -> Seen
    sends_photo(chat, content, caption="", thread=None) -> Seen
    edits(seen, text) -> Seen                   deletes(seen)
    opens("https://t.me/<bot>?start=…") -> Seen  enters(invite link) -> "joined"|"asked"
    leaves(chat)  withdraws(chat)  blocks()  unblocks()  deletes_account()
    await presses(label, chat=None, message=None, seconds=10) -> Answer(text, alert, url)
    picks_chat(label, chat) -> Seen
    sees(chat=None, service=False) -> [Seen]    reads(chat=None) -> [what the bot said]
    await hears(words="", chat=None, after=None, ever=False, seconds=10) -> Seen
          said or edited by the bot since this person last did something in that chat
    MayNot: the person's own Telegram would not let them. CannotEnter: the link leads nowhere.

Seen: id chat author author_id by_bot text source entities buttons labels markup file_name file
    protected silent pinned edited thread reply_to service at stamp

What is to be asked afterwards: violations, requests [(method, params, answer code)] without
getUpdates that went well, asked(method) -> [params], rate_log [(at, method, chat)],
world.updates (waiting, handed_out, confirmed), world.commands, world.names, world.actions,
`await quiet(seconds=10, still=0)`: all updates are confirmed, and no request for `still` seconds.

Not here: parse modes other than HTML, inline mode, business, payments, games, stickers, channels.
A method that Telegram has and this server has not is answered with 501 and is a violation.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.platforms.telegram_api.accounts import USUAL_RIGHTS, User
from tests.platforms.telegram_api.chats import Chat, Link
from tests.platforms.telegram_api.errors import ApiError, CannotEnter, MayNot, Violation
from tests.platforms.telegram_api.faults import Faults
from tests.platforms.telegram_api.listening import listen
from tests.platforms.telegram_api.people import Person
from tests.platforms.telegram_api.presses import Answer
from tests.platforms.telegram_api.pump import Pump
from tests.platforms.telegram_api.rates import Rates, Sent
from tests.platforms.telegram_api.schema import schemas
from tests.platforms.telegram_api.seen import Seen
from tests.platforms.telegram_api.stage import Stage
from tests.platforms.telegram_api.wire import Request, Wire
from tests.platforms.telegram_api.world import World

__all__ = [
    "USUAL_RIGHTS",
    "Answer",
    "ApiError",
    "CannotEnter",
    "Chat",
    "Link",
    "MayNot",
    "Person",
    "Request",
    "Seen",
    "TelegramServer",
    "Violation",
    "telegram_server",
]

TOKEN = "123456789:AAtest-token_for-the-local-server000"


class TelegramServer(Stage):
    """The server as a test sees it."""

    def __init__(self, token: str, username: str, *, validate: bool, reads_all: bool) -> None:
        bot = User(int(token.partition(":")[0]), "Round Table", username, is_bot=True)
        super().__init__(World(bot, reads_all=reads_all))
        self.token = token
        self.faults = Faults()
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.url = ""
        self._wire = Wire(self.world, token, self.faults, validate, self.requests, self.violations)

    @property
    def api_url(self) -> str:
        """Return what stands before the token in an address of the Bot API."""
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        """Return what stands before the token in an address of a file."""
        return f"{self.url}/file/bot"

    @property
    def bot(self) -> User:
        """Return the bot's own account."""
        return self.world.bot

    @property
    def rates(self) -> Rates:
        """Return the limits: `server.rates.on = True` lets them bite."""
        return self.world.rates

    @property
    def rate_log(self) -> list[Sent]:
        """Return every message that the bot sent: when, how, where."""
        return self.world.rates.log

    def later(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Move the server's clock ahead."""
        self.world.ahead += seconds + 60 * minutes + 3600 * hours

    def inject(self, update: dict[str, Any]) -> int:
        """Put in an update as it is, however odd; return its id."""
        return self.world.updates.raw(update)

    async def quiet(self, *, seconds: float = 10, still: float = 0) -> None:
        """Wait until all updates are confirmed, and no request has come for `still` seconds."""
        async with asyncio.timeout(seconds):
            since, count = time.monotonic(), len(self.requests)
            while True:
                await self.world.updates.emptied.wait()
                if len(self.requests) != count or self._wire.busy:
                    since, count = time.monotonic(), len(self.requests)
                elif time.monotonic() - since >= still and not self.world.updates.waiting:
                    return
                await asyncio.sleep(0.005)

    def asked(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of each request of a method."""
        return [one.params for one in self.requests if one.method.lower() == method.lower()]


@asynccontextmanager
async def telegram_server(
    *,
    token: str = TOKEN,
    username: str = "roundtable_test_bot",
    validate: bool = True,
    reads_all: bool = True,
    port: int = 0,
) -> AsyncIterator[TelegramServer]:
    """Run a server on a free port until the block ends."""
    schemas()  # reading them should not fall on the first request
    server = TelegramServer(token, username, validate=validate, reads_all=reads_all)
    runner = await listen(server._wire.handle, port)
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    pump = asyncio.create_task(Pump(server.world).run())
    try:
        yield server
    finally:
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)
        await runner.cleanup()
