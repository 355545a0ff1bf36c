"""The one state of things behind the server: simcord's backend, the clock, and what it lacks."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from simcord.backend.models import Channel, Interaction, User
from simcord.interactions import base_payload

from tests.platforms.discord_api.behind import Behind

ACKNOWLEDGED_WITHIN = 3.0


@dataclass
class Flags:
    """The privileged intents that are switched on in the developer portal."""

    members: bool = True
    message_content: bool = False
    presences: bool = False


@dataclass
class Grant:
    """What somebody allowed on the OAuth2 consent screen; a code until it is exchanged."""

    user_id: int
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str = ""
    until: float = 0.0


@dataclass
class World:
    """What is true at Discord. Everything of simcord's is in `backend`.

    `closed`: people who take no private messages. `invite_roles`: the roles that an invite gives.
    `nonces`: the nonce that a message was sent with. `redirects`: where OAuth2 may lead back to.
    `codes`, `bearers`, `refreshers`: what the consent screen and the token endpoint gave out.
    `sent`: channel, message and time by nonce.
    """

    token: str
    client_secret: str
    backend: Behind = field(default_factory=Behind)
    flags: Flags = field(default_factory=Flags)
    closed: set[int] = field(default_factory=set)
    invite_roles: dict[str, list[int]] = field(default_factory=dict)
    nonces: dict[int, str] = field(default_factory=dict)
    redirects: set[str] = field(default_factory=set)
    codes: dict[str, Grant] = field(default_factory=dict)
    bearers: dict[str, Grant] = field(default_factory=dict)
    refreshers: dict[str, Grant] = field(default_factory=dict)
    sent: dict[str, tuple[int, int, float]] = field(default_factory=dict)
    locales: dict[int, str] = field(default_factory=dict)
    unanswered: int = 0
    url: str = ""
    shards: int = 1
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: dict[int, "tuple[float, asyncio.Future[float]]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.backend.bot_user.name = "Round Table"
        self.owner = self.backend.make_user("Owner of the application")
        self.backend.subscribers.append(lambda _event, _payload: self.touch())

    @property
    def gateway_url(self) -> str:
        """Return where the gateway is reached."""
        return self.url.replace("http", "ws", 1) + "/gateway"

    @property
    def portal_flags(self) -> int:
        """Return the application's flags: which privileged intents it may use."""
        flags = self.flags
        return flags.presences << 13 | flags.members << 15 | flags.message_content << 19

    @property
    def bot(self) -> User:
        """Return the bot's own account."""
        return self.backend.bot_user

    def now(self) -> float:
        """Return the server's time, which tests move ahead."""
        return self.backend.clock.now().timestamp()

    def touch(self) -> None:
        """Wake those who wait for something to change (`await world.changed.wait()`)."""
        if not self.changed.is_set():
            self.changed.set()
            self.changed = asyncio.Event()

    def private(self, user_id: int) -> Channel:
        """Return the private talk between somebody and the bot, opening it if need be."""
        return self.backend.get_dm_channel(user_id)

    def meets(self, user_id: int) -> bool:
        """Tell whether somebody shares a guild with the bot."""
        guilds = self.backend.guilds.values()
        return any({user_id, self.bot.id} <= guild.members.keys() for guild in guilds)

    # --- Interactions ----------------------------------------------------------------------------

    def interact(
        self,
        kind: int,
        channel_id: int,
        user_id: int,
        data: dict[str, Any],
        **more: Any,  # noqa: ANN401
    ) -> "tuple[Interaction, asyncio.Future[float]]":
        """Send the bot an interaction; `more` are further fields of it, such as `message`.

        The future is done when the bot acknowledged it: with the seconds that it took.
        """
        guild_id = self.backend.get_channel(channel_id).guild_id
        record, payload = base_payload(
            self.backend,
            type=kind,
            channel_id=channel_id,
            guild_id=guild_id,
            user_id=user_id,
            data=data,
        )
        record.token = f"aW50ZXJhY3Rpb24.{record.id}.{secrets.token_urlsafe(24)}"
        self.backend.interaction_tokens.pop(payload["token"])
        self.backend.interaction_tokens[record.token] = record.id
        owners = {"0": str(guild_id)} if guild_id else {"0": "0"}
        payload |= {"token": record.token, "authorizing_integration_owners": owners, **more}
        payload["locale"] = self.locales.get(user_id, "en-GB")
        if "message" in more:
            record.source_message_id = int(more["message"]["id"])
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._answers[record.id] = (time.monotonic(), future)
        self.backend.emit("INTERACTION_CREATE", payload)
        return record, future

    def acknowledged(self, interaction_id: int) -> None:
        """Note that the bot answered an interaction for the first time (called by the wire)."""
        if interaction_id in self._answers:
            since, future = self._answers.pop(interaction_id)
            if not future.done():
                future.set_result(time.monotonic() - since)
        self.touch()

    def forget(self, interaction_id: int) -> None:
        """Give up on an interaction that nobody acknowledged in time."""
        self._answers.pop(interaction_id, None)
        self.unanswered += 1
