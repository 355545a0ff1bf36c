"""Profile: what people see of the bot before they use it: its menus, and a few neutral words.

A menu is display only: whether somebody may use a command is checked when they do. Anybody can
look the bot up, so what anybody sees says nothing about a clinic or a condition:

    everywhere else      the commands that are open to somebody outside
    a group's room       what its members can do
    a staff room         what the team can do, then what everybody can
    a private talk       what that person's role can do, once they have one

Nothing is sent that Telegram shows already, and nothing here stops the bot from starting.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

import structlog
from sqlmodel import col, select
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.actions import Address
from bot.platforms.telegram.addresses import NAME, chat_of
from bot.routing import STAFF, Route, Table
from bot.store.db import Database
from bot.store.groups import STAFF as STAFF_ROOM
from bot.store.groups import Room
from bot.store.people import Role

log = structlog.get_logger(__name__)

DESCRIPTION = "A private service. If you have an invite, open its link."
MOST_COMMANDS = 100
LONGEST_HELP = 256
_FITS = re.compile(r"[a-z0-9_]{1,32}")


async def publish(bot: Bot, table: Table, db: Database) -> None:
    """Set whatever differs from what it should be; what fails is logged, and due again next time.

    To be called at each start, and when a room has been bound.
    """
    await _tried(partial(_show, bot, commands(table.menu(None)), BotCommandScopeDefault()))
    await _tried(partial(_words, bot))
    for chat, purposes in (await bound(db)).items():
        await _tried(partial(_show_room, bot, table, chat, purposes))


async def _tried(part: Callable[[], Awaitable[None]]) -> None:
    """Publish one part; without it the others are shown all the same."""
    try:
        await part()
    except TelegramError as error:
        log.warning("profile not published", fault=type(error).__name__)


async def show_person(bot: Bot, table: Table, person: int, role: Role | None) -> None:
    """Show somebody in their private talk what their role can do; None takes that away again.

    To be called when a person was admitted, got another role or has left.
    """
    scope = BotCommandScopeChat(person)
    try:
        if role is not None:
            await _show(bot, commands(_of_role(table, role)), scope)
        elif await bot.get_my_commands(scope):
            await bot.delete_my_commands(scope)
    except TelegramError as error:
        log.warning("menu of a person not published", fault=type(error).__name__)


def commands(routes: Iterable[Route]) -> tuple[BotCommand, ...]:
    """Return the routes as Telegram's commands, without those that it cannot take."""
    fit = []
    for route in routes:
        if _FITS.fullmatch(route.name):
            fit.append(BotCommand(route.name, route.help[:LONGEST_HELP]))
        else:
            log.warning("left out of Telegram's menu: its name does not fit", command=route.name)
    return tuple(fit[:MOST_COMMANDS])


async def bound(db: Database) -> dict[int, set[str]]:
    """Return every chat that a group is bound to, with what its rooms are for.

    A forum whose topics are rooms of their own is one chat with several rooms.
    """
    query = select(Room).where(Room.platform == NAME).order_by(col(Room.created_at))
    async with db.read() as session:
        rooms = (await session.execute(query)).scalars().all()
    chats: dict[int, set[str]] = {}
    for room in rooms:
        chats.setdefault(chat_of(Address(room.address)), set()).add(room.purpose)
    return chats


async def _words(bot: Bot) -> None:
    if (await bot.get_my_description()).description != DESCRIPTION:
        await bot.set_my_description(DESCRIPTION)
    if (await bot.get_my_short_description()).short_description != DESCRIPTION:
        await bot.set_my_short_description(DESCRIPTION)


async def _show_room(bot: Bot, table: Table, chat: int, purposes: set[str]) -> None:
    """Show a room's menu; in a forum that has both kinds of rooms the members' one."""
    role = Role.OWNER if purposes == {STAFF_ROOM} else Role.MEMBER
    await _show(bot, commands(_of_role(table, role)), BotCommandScopeChat(chat))


def _of_role(table: Table, role: Role) -> Sequence[Route]:
    """Return a role's menu, with what only the team can do first."""
    menu = table.menu(role)
    return sorted(menu, key=lambda route: not route.who <= STAFF)


async def _show(bot: Bot, menu: tuple[BotCommand, ...], scope: BotCommandScope) -> None:
    if await bot.get_my_commands(scope) != menu:
        await bot.set_my_commands(menu, scope)
