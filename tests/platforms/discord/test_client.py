"""How the client comes back when its session is lost, or Discord was away."""

import asyncio
import time
from pathlib import Path

from bot.platforms.discord import client as clients
from tests.platforms.discord.clinic import clinic

LONGEST = 32.0  # seconds


async def test_a_lost_session_is_begun_anew_at_once_if_the_last_one_is_long_ago(
    tmp_path: Path,
) -> None:
    async with clinic(tmp_path) as here:
        gateway = here.server.gateway
        await asyncio.sleep(clients.BETWEEN_SESSIONS)
        waits = []
        for _ in range(2):
            begun, since = gateway.identified, time.monotonic()
            gateway.invalidate()
            while gateway.identified == begun:
                await asyncio.sleep(0.01)
            waits.append(time.monotonic() - since)
        at_once, again = waits
        assert at_once < 1
        assert again > clients.BETWEEN_SESSIONS - 1


async def test_while_discord_is_away_it_tries_again_within_half_a_minute(tmp_path: Path) -> None:
    async with clinic(tmp_path) as here:
        shard = here.discord.desk.client.get_shard(0)
        assert shard is not None
        pauses = [shard._parent._backoff.delay() for _ in range(200)]
        assert 1 < max(pauses) <= LONGEST
