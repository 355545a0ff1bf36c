"""The client: discord.py on the gateway, with as few intents as will do.

Messages are not kept in memory, and presences are never asked for. Members are asked for where
the developer portal allows it, so that somebody who is let in by hand is noticed.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.settings import Discord

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice here

LONGEST_WAIT = 30.0  # for a limit; whoever has to wait longer goes back to the outbox
BETWEEN_SESSIONS = 5.0
DOUBLED = 5  # times: half a minute between two tries to reach Discord, at most
READY_SECONDS = 1.0  # without news of another server; a later one is looked after when it comes

Ear = Callable[[str, tuple[Any, ...]], None]
"""Is told of each thing that the gateway tells, by discord.py's name of it; returns at once."""


def intents(settings: Discord, *, members: bool) -> discord.Intents:
    """Return what is asked of the gateway."""
    asked = discord.Intents.none()
    asked.guilds = asked.members = True
    asked.members = members
    asked.dm_messages = asked.guild_messages = True
    asked.auto_moderation_configuration = asked.auto_moderation_execution = True
    asked.message_content = settings.content_mode
    return asked


class Client(discord.AutoShardedClient):
    """discord.py's client; what it hears goes to `ear`."""

    def __init__(self, settings: Discord, ear: Ear, asked: discord.Intents) -> None:
        """Point discord.py at the servers of the settings."""
        Route.BASE = settings.api_url
        if settings.gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.gateway_url)
        self._ear = ear
        self._settings = settings
        self._turn, self._began = asyncio.Lock(), -BETWEEN_SESSIONS
        super().__init__(
            intents=asked,
            shard_count=settings.shards or None,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_WAIT,
            chunk_guilds_at_startup=asked.members,
            guild_ready_timeout=READY_SECONDS,
            member_cache_flags=discord.MemberCacheFlags.from_intents(asked),
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard; once Discord is back from an outage, it soon is there again too."""
        await super().launch_shard(gateway, shard_id, initial=initial)
        shard = self.get_shard(shard_id)
        if shard is not None:  # its pauses double each time, up to 17 minutes
            shard._parent._backoff._max = DOUBLED  # noqa: SLF001 - it cannot be told otherwise

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Keep the pause that Discord wants between two sessions, and none where that is over."""
        del shard_id, initial
        async with self._turn:
            now = asyncio.get_running_loop().time
            await asyncio.sleep(max(0.0, self._began + BETWEEN_SESSIONS - now()))
            self._began = now()

    async def launch_shards(self) -> None:
        """Connect as many shards as the settings, or Discord, say; to the gateway they name."""
        if not self._settings.shards and self._settings.gateway_url:
            self.shard_count, _, _ = await self.http.get_bot_gateway()
        await super().launch_shards()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - its own
        """Hand over what was heard."""
        super().dispatch(event, *args, **kwargs)
        self._ear(event, args)
