"""A Discord of one's own: REST and gateway on a real socket, with people, guilds and mishaps.

    async with discord_server() as server:
        ana = server.person("Ana")
        clinic = server.guild("Clinic", owner=ana)
        lobby = server.channel(clinic, "lobby")
        ...  # start the bot against server.token, server.api_url and server.gateway_url
        answer = await ana.runs(lobby, "ask", question="What is a flare?")
        assert answer.seen.ephemeral
    assert server.violations == []

The block: discord_server(token=TOKEN, validate=True, heartbeat=41.25, shards=1, port=0).
`validate=False` leaves the vendor's schema out. Behind it is simcord's backend with a clock that
ticks. Addresses and secrets: token, api_url, gateway_url, application_id, client_secret,
authorize_url, bot_id; redirect(*urls) registers where OAuth2 may lead back to.

What a test sets up (all at once, nothing to await):
    person(name, locale="en-GB") -> Person
    guild(name, owner=Person, bot=True, permissions=USUAL_PERMISSIONS)
        -> Guild   (.id .name; .roles and .channels by name; `person in guild`)
    channel(guild, name, parent=category, kind=TEXT)      category(guild, name)
    delete_channel(channel)              overwrite(channel, role or person, allow=, deny=)
    role(guild, name, permissions=0)     delete_role(guild, role)
    join(guild, person, roles=())  kick  ban  give(guild, person, role)  take
    add_bot(guild, permissions=)   remove_bot(guild)   allow_bot(guild, permissions)
    flags(members=True, message_content=False, presences=False)   the intents of the portal
    later(seconds=, minutes=, hours=)   moves the clock
    faults.next(method, path, status=, retry_after=, is_global=False, via=True, body=,
        reset=False, hang=seconds, done=False, times=1)   ("*" is any method, `path` a pattern;
        `done`: it was carried out and only the answer is lost)   faults.clear()   faults.left
    rates.on = True    buckets by route and major id, and 50 requests a second over everything;
        rates.set("POST", "/channels/{channel_id}/messages", 5, 5.0)   rates.overall = (50, 1.0)
    gateway.drop(code=4000)   .reset()   .silence(seconds)   .reconnect()
        .invalidate(resumable=False)   all shards, or one with shard=
        After 4007 and 4009, and after invalidate(), a session cannot be resumed.

What a person does; a channel is what channel() returned, None is the private talk with the bot:
    .id .user .name .mention .modal (the form that is open)
    await runs(channel, "ask", question="…") -> Answer        await clicks(seen, "Report")
    await presses(label, channel=None, message=None)          await selects(*labels, channel=None)
    await fills(custom_id="…")   await fills_in({label: value})   closes_form()
    says(channel, text) -> Seen   writes(text)   sends_file(channel, name, content)
    edits(seen, text)   deletes(seen)   restarts() (ephemeral lines are gone)
    sees(channel=None) -> [Seen]   reads(channel=None) -> [what the bot said]
    channels(guild) -> names   threads(channel)   commands(channel) -> names
    await hears(words="", channel=None, after=None, ever=False, seconds=10) -> Seen
    follows(invite)   leaves(guild)   closes_dms()   opens_dms()
    authorizes(url) -> where the consent screen leads back to   declines(url)
    MayNot: their own Discord would not let them. Blocked: AutoMod would not (.message .rule).
    Unanswered: the bot did not acknowledge in three seconds.

Answer: kind ("message", "deferred", "modal", "update", "none")  after  seen  modal  url
Seen: id channel author by_bot text embeds buttons labels components ephemeral to pinned edited
    silent thread file_name file mentions nonce at reply

What is to be asked afterwards: violations, requests [(method, path, json, status, at)],
asked(method, path) -> [Request], invalid (answers with 401, 403, 429), unanswered,
rates.refused, gateway.sessions, gateway.identified, gateway.resumed,
await connected(shards=None), `await quiet(seconds=10, still=0.05)`.

Not here: voice, monetisation beyond simcord's, user-installed applications, HTTP interactions.
A request that this server does not know is answered with 501 and is a violation.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.platforms.discord_api.clicks import Answer
from tests.platforms.discord_api.faults import Faults
from tests.platforms.discord_api.gateway import Gateway
from tests.platforms.discord_api.maynot import Blocked, MayNot, Unanswered
from tests.platforms.discord_api.people import Person
from tests.platforms.discord_api.rates import Rates
from tests.platforms.discord_api.schema import spec
from tests.platforms.discord_api.seen import Seen
from tests.platforms.discord_api.stage import USUAL_PERMISSIONS, Guild, Stage
from tests.platforms.discord_api.wire import API, Request, Wire
from tests.platforms.discord_api.world import World
from tests.platforms.telegram_api.listening import listen

__all__ = [
    "USUAL_PERMISSIONS",
    "Answer",
    "Blocked",
    "DiscordServer",
    "Guild",
    "MayNot",
    "Person",
    "Request",
    "Seen",
    "Unanswered",
    "discord_server",
]

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.test00.token-for-the-local-discord-server"
SECRET = "client-secret-of-the-local-server"


class DiscordServer(Stage):
    """The server as a test sees it."""

    def __init__(self, token: str, *, validate: bool, heartbeat: float, shards: int) -> None:
        super().__init__(World(token, SECRET, shards=shards))
        self.token = token
        self.client_secret = SECRET
        self.faults = Faults()
        self.rates = Rates()
        self.gateway = Gateway(self.world, heartbeat)
        self._wire = Wire(self.world, self.gateway, self.faults, self.rates, validate)
        self.requests = self._wire.requests
        self.violations = self._wire.violations

    @property
    def url(self) -> str:
        """Return where the server listens."""
        return self.world.url

    @property
    def api_url(self) -> str:
        """Return what the bot takes for Discord's REST API."""
        return self.world.url + API

    @property
    def gateway_url(self) -> str:
        """Return what the bot takes for Discord's gateway."""
        return self.world.gateway_url

    @property
    def authorize_url(self) -> str:
        """Return what the web page takes for Discord's consent screen."""
        return self.world.url + "/oauth2/authorize"

    @property
    def application_id(self) -> int:
        """Return the application's id."""
        return self.world.backend.application_id

    @property
    def bot_id(self) -> int:
        """Return the id of the bot's own account."""
        return self.world.bot.id

    @property
    def unanswered(self) -> int:
        """Return how many interactions nobody acknowledged in time."""
        return self.world.unanswered

    @property
    def invalid(self) -> int:
        """Return how many requests were answered with 401, 403 or 429."""
        return self._wire.invalid

    def flags(
        self, *, members: bool = True, message_content: bool = False, presences: bool = False
    ) -> None:
        """Switch the privileged intents on or off in the developer portal."""
        flags = self.world.flags
        flags.members, flags.message_content = members, message_content
        flags.presences = presences

    def redirect(self, *urls: str) -> None:
        """Register where OAuth2 may lead back to."""
        self.world.redirects.update(urls)

    def later(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Move the server's clock ahead."""
        self.world.backend.advance_clock(seconds + 60 * minutes + 3600 * hours)

    def asked(self, method: str, path: str = "") -> list[Request]:
        """Return the requests of a method ("*" is any) whose path has this in it."""
        pattern = re.compile(path)
        return [
            one for one in self.requests if method in {"*", one.method} and pattern.search(one.path)
        ]

    async def connected(self, *, shards: int | None = None, seconds: float = 10) -> None:
        """Wait until the bot is at the gateway with so many shards (all unless said)."""
        wanted = shards or self.world.shards
        async with asyncio.timeout(seconds):
            while sum(one.connected for one in self.gateway.sessions) < wanted:
                await self.world.changed.wait()

    async def quiet(self, *, seconds: float = 10, still: float = 0.05) -> None:
        """Wait until no request has come, and no event has waited, for `still` seconds."""
        async with asyncio.timeout(seconds):
            since, before = time.monotonic(), -1
            while True:
                count = len(self.requests)
                if count != before or self._wire.busy or self.gateway.waiting:
                    since, before = time.monotonic(), count
                elif time.monotonic() - since >= still:
                    return
                await asyncio.sleep(0.005)


@asynccontextmanager
async def discord_server(
    *,
    token: str = TOKEN,
    validate: bool = True,
    heartbeat: float = 41.25,
    shards: int = 1,
    port: int = 0,
) -> AsyncIterator[DiscordServer]:
    """Run a server on a free port until the block ends."""
    if validate:
        spec()  # reading it should not fall on the first request
    server = DiscordServer(token, validate=validate, heartbeat=heartbeat, shards=shards)
    runner = await listen(server._wire.handle, port)
    server.world.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    server.world.backend.cdn.base = server.world.url
    try:
        yield server
    finally:
        await server.gateway.shut()
        await runner.cleanup()
