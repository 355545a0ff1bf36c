"""The wire: the few calls that say, change and take back, each with an end to waiting for it.

discord.py waits five minutes for an answer. A call must not be cancelled while discord.py waits
for a limit to pass, or it never asks again; so the end is aiohttp's, and of one request only.
"""

from typing import Any, NamedTuple

import aiohttp
import discord
from discord.http import Route

from bot.platforms.discord.parcels import Parcel

ANSWER = aiohttp.ClientTimeout(total=15)
MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"


class Shown(NamedTuple):
    """Where a message stands; a `hidden` one is before one person's eyes only, a `card` framed."""

    channel: int
    message: int
    hidden: bool = False
    card: bool = False


async def post(client: discord.Client, channel: int, parcel: Parcel, nonce: str = "") -> Shown:
    """Say something in a channel; the same nonce again within minutes shows nothing new."""
    params = parcel.packed(parcel.data(nonce=nonce))
    route = Route("POST", MESSAGES, channel_id=channel)
    if params.files:
        answer = await client.http.request(
            route, files=params.files, form=params.multipart, timeout=ANSWER
        )
    else:
        answer = await client.http.request(route, json=params.payload, timeout=ANSWER)
    return shown(answer)


async def patch(client: discord.Client, at: Shown, parcel: Parcel) -> None:
    """Change what was said."""
    route = Route("PATCH", MESSAGE, channel_id=at.channel, message_id=at.message)
    await client.http.request(route, json=parcel.change(), timeout=ANSWER)


async def drop(client: discord.Client, at: Shown) -> None:
    """Take back what was said."""
    route = Route("DELETE", MESSAGE, channel_id=at.channel, message_id=at.message)
    await client.http.request(route, timeout=ANSWER)


async def talk(client: discord.Client, user: int) -> int:
    """Return the channel of the private talk with somebody."""
    route = Route("POST", "/users/@me/channels")
    answer = await client.http.request(route, json={"recipient_id": str(user)}, timeout=ANSWER)
    return int(answer["id"])


def shown(answer: dict[str, Any], *, hidden: bool = False) -> Shown:
    """Return where the message of Discord's answer stands."""
    return Shown(int(answer["channel_id"]), int(answer["id"]), hidden)
