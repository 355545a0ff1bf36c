"""Check-up: what an operator should know about the bot on Telegram, in plain words.

It changes nothing and confirms no update. It never names the token, a person or a chat's number.
"""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
from telegram import Bot
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot import machines
from bot.platforms import Finding
from bot.platforms.telegram import arrivals, profile, rooms
from bot.platforms.telegram.arrivals import Visitor
from bot.platforms.telegram.wire import AioRequest
from bot.routing import Table
from bot.settings import Telegram
from bot.store.db import Database


async def check(
    settings: Telegram, db: Database | None, table: Table, *, running: bool = False
) -> list[Finding]:
    """Return what there is to say, most basic things first.

    `running` says that our own bot runs on this database: its updates are then left alone.
    Without a database the rooms are not looked at.
    """
    found: list[Finding] = []
    try:
        found += await machines.greet(settings.api_url, "The Bot API server")
        async with Visitor(
            settings.token,
            base_url=settings.api_url,
            base_file_url=settings.file_url,
            request=AioRequest(4),
            get_updates_request=AioRequest(1),
        ) as bot:
            async for finding in _all(bot, settings, db, table, running=running):
                found.append(finding)
    except (TelegramError, aiohttp.ClientError, TimeoutError) as error:
        found.append(_trouble(error, settings.api_url))
    return found


async def _all(
    bot: Visitor, settings: Telegram, db: Database | None, table: Table, *, running: bool
) -> AsyncIterator[Finding]:
    for finding in _account(bot):
        yield finding
    for finding in await arrivals.check(bot, settings, running=running):
        yield finding
    yield await _menu(bot, table)
    if db is None:
        return
    async for finding in rooms.check(bot, db):
        yield finding


def _trouble(error: Exception, api_url: str) -> Finding:
    """Put an error in plain words; its own text may hold the token, and is never shown."""
    server = urlsplit(api_url).hostname
    match error:
        case InvalidToken():
            what = "Telegram does not know this token (401 or 404)."
            advice = (
                "Copy it again from @BotFather (/mybots, API Token). If it was revoked, use the "
                "new one. If you run your own Bot API server, check [telegram] api_url as well."
            )
        case RetryAfter():
            what = "Telegram asks to wait before more is asked (429)."
            advice = "Try again in a few minutes."
        case BadRequest() | Forbidden():
            what, advice = "Telegram refused a question of this check-up.", "Try again later."
        case NetworkError() | aiohttp.ClientError() | TimeoutError():
            what = f"The Bot API server {server} cannot be reached, or is out of order."
            advice = "Check the network, the firewall and [telegram] api_url; then try again."
        case _:
            what, advice = "Telegram gave an answer that makes no sense.", "Try again later."
    return Finding("wrong", what, advice)


def _account(bot: Bot) -> list[Finding]:
    me = bot.bot
    found = [Finding("ok", f"The token is valid: it is @{me.username}.")]
    if me.can_read_all_group_messages:
        found.append(
            Finding(
                "warn",
                "Privacy mode is off: the bot hears every message in any group it is added to.",
                "Turn it on with /setprivacy at @BotFather. As an administrator the bot still "
                "hears all it has to in its own rooms.",
            )
        )
    if me.can_join_groups:
        found.append(
            Finding(
                "warn",
                "Anybody can add the bot to a group of their own.",
                "Once your rooms are bound, say Disable to /setjoingroups at @BotFather.",
            )
        )
    return found


async def _menu(bot: Bot, table: Table) -> Finding:
    if await bot.get_my_commands() == profile.commands(table.menu(None)):
        return Finding("ok", "The menu of commands is published.")
    what = "The menu of commands is not published, or is an old one."
    return Finding("warn", what, "Start Roundtable: it publishes it.")
