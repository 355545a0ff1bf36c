"""Check-up: what an operator should know about the bot on Discord, in plain words.

It changes nothing, and needs no gateway. It never names the token, the secret or a person.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

import aiohttp
import discord

from bot import machines
from bot.budget import Budget
from bot.clock import SystemClock
from bot.errors import RetryLater
from bot.platforms import Finding
from bot.platforms.discord import portal
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.inspection import Inspection
from bot.platforms.discord.platform import LIMITS
from bot.platforms.discord.policy import parity
from bot.platforms.discord.policy.compiled import Watch, compiled
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.servers import Outlook
from bot.platforms.discord.visitor import Visitor
from bot.routing import Table
from bot.settings import Settings
from bot.store.db import Database

PATIENCE = 60.0
TOO_MANY, FAULT = 429, 500
TROUBLE = (
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    RetryLater,
    KeyError,  # something that discord.py needs was left out
    TypeError,
    ValueError,
)


async def check(
    settings: Settings,
    db: Database | None,
    table: Table,
    watched: Sequence[Watch],
    *,
    running: bool = False,
) -> list[Finding]:
    """Return what there is to say, most basic things first.

    `running` says that our own bot runs on this database. Without a database neither servers nor
    rooms are looked at.
    """
    found: list[Finding] = []
    try:
        async with asyncio.timeout(PATIENCE):
            found += await machines.greet(settings.discord.api_url, "Discord")
            async with Visitor(settings.discord) as visitor:
                async for finding in _all(visitor, settings, db, table, watched, running=running):
                    found.append(finding)
    except TROUBLE as error:
        found.append(_trouble(error, settings.discord.api_url))
    return found


async def _all(
    visitor: Visitor,
    settings: Settings,
    db: Database | None,
    table: Table,
    watched: Sequence[Watch],
    *,
    running: bool,
) -> AsyncIterator[Finding]:
    told = await visitor.enter()
    name = visitor.user.name if visitor.user else ""
    for finding in (
        *portal.account(name, told, settings.discord),
        *portal.choices(settings.discord),
        *portal.intents(told, settings.discord),
        *portal.doors(told),
        *await portal.way_in(told, settings),
        *await portal.gateway(visitor.http, settings.discord),
    ):
        yield finding
    if db is None:
        return
    desk = Desk(visitor, Budget(LIMITS), db, SystemClock(), settings)
    rooms = Rooms(desk)
    await rooms.load()
    policy = {watch.kind: compiled(watch) for watch in watched}
    async for finding in _servers(visitor, Outlook(desk, rooms, table, policy, running)):
        yield finding
    async for finding in Inspection(desk, rooms).check():
        yield finding
    async with db.read() as session:
        for finding in await parity.findings(session, watched):
            yield finding


async def _servers(visitor: Visitor, outlook: Outlook) -> AsyncIterator[Finding]:
    for finding in await outlook.talks():
        yield finding
    servers = await visitor.servers()
    if not servers:
        what = "The bot is in no server yet."
        yield Finding("warn", what, "Open the link that adds it (docs/discord.md).")
    for number in servers:
        for finding in await outlook.server(await visitor.server(number)):
            yield finding


def _trouble(error: Exception, api_url: str) -> Finding:
    """Put an error in plain words; its own text is never shown."""
    server = urlsplit(api_url).hostname
    match error:
        case discord.LoginFailure():
            what = "Discord does not know this token (401)."
            advice = (
                "Developer portal, Bot: Reset Token gives a new one, and ends the one before. If "
                "another server than Discord's is meant, check [discord] api_url as well."
            )
        case discord.HTTPException(status=status) if status == TOO_MANY:
            what = "Discord asks to wait before more is asked (429)."
            advice = "Try again in a few minutes."
        case discord.HTTPException(status=status) if status < FAULT:
            what, advice = "Discord refused a question of this check-up.", "Try again later."
        case KeyError() | TypeError() | ValueError() | discord.InvalidData():
            what, advice = "Discord gave an answer that makes no sense.", "Try again later."
        case _:
            what = f"Discord ({server}) cannot be reached, or is out of order."
            advice = "Check the network, the firewall and [discord] api_url; then try again."
    return Finding("wrong", what, advice)
