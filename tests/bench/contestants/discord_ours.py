"""Roundtable itself, as `roundtable run` starts it, on a server with a room of the group.

Nothing is changed: what is said by an interaction's token takes no turn of the bot's budget.
"""

import asyncio

from bot.platforms.discord.addresses import person, room
from bot.settings import Discord
from tests.bench.contestants.clinic import configured, prepare, until_told
from tests.bench.contestants.target import DiscordTarget


async def run(target: DiscordTarget) -> None:
    """Answer until told to stop."""
    discord = Discord(
        token=target.token,
        api_url=target.url,
        gateway_url=target.gateway_url,
        application_id=str(target.application),
    )
    known = configured(target, discord=discord)
    await prepare(known, target, person, room(target.channel))
    await until_told(known)


if __name__ == "__main__":
    asyncio.run(run(DiscordTarget.given()))
