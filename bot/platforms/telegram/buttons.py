"""Buttons: rows of our buttons as Telegram's keyboards, and the way back from a press.

Telegram gives back at most 64 bytes with a press. A command line that fits travels as it is; a
longer one is kept sealed in the database, and `#` with a token travels instead. `~` begins what
belongs to a form. When somebody picks a chat, Telegram gives back a number only; it is made of
the command line, and kept for that person.
"""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete
from telegram import (
    ChatAdministratorRights,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)

from bot import text
from bot.actions import Address, Button
from bot.platforms.telegram.tables import TelegramButton
from bot.store.db import vault_of

Rows = tuple[tuple[Button, ...], ...]

DATA_BYTES = 64
TOKEN = "#"  # noqa: S105 - the sign before a token, no secret
RESERVED = (TOKEN, "~")


async def keyboard(db: AsyncSession, rows: Rows, now: datetime) -> InlineKeyboardMarkup | None:
    """Return the buttons that stand under a message, or None if there are none.

    What `spoken` says in words and what `picker` shows is left out. If `keeps(rows)`, rows are
    written, and `db` must be one that writes.
    """
    shown = [
        [await _inline(db, button, now) for button in row if _is_inline(button)] for row in rows
    ]
    filled = [row for row in shown if row]
    return InlineKeyboardMarkup(filled) if filled else None


def keeps(rows: Rows) -> bool:
    """Tell whether a keyboard of these rows must keep a command line in the database."""
    return any(
        button.picks_room or (_is_inline(button) and not button.url and not _fits(button.press))
        for button in _each(rows)
    )


def spoken(rows: Rows) -> str:
    """Return as small Markdown the links that Telegram takes on no button; mostly nothing.

    It refuses a whole message for a button to an address such as http://localhost.
    """
    lost = [button for button in _each(rows) if button.url and not _is_web(button.url)]
    return "\n".join(f"{text.literal(one.label)}: {text.literal(one.url)}" for one in lost)


async def pressed(db: AsyncSession, data: str) -> str | None:
    """Return the command line behind a press, or None for a token that nobody knows (any more)."""
    if not data.startswith(RESERVED):
        return data
    return await _kept(db, data.removeprefix(TOKEN)) if data.startswith(TOKEN) else None


async def picker(
    db: AsyncSession, person: Address, rows: Rows, now: datetime
) -> ReplyKeyboardMarkup | None:
    """Return a keyboard on which `person` picks one of their groups, or None if no row asks so.

    Telegram makes the bot an administrator of the group that is picked.
    """
    wanted = [button for button in _each(rows) if button.picks_room]
    if not wanted:
        return None
    keys = [[await _picking(db, button, person, now)] for button in wanted]
    return ReplyKeyboardMarkup(keys, resize_keyboard=True, one_time_keyboard=True)


async def picked(db: AsyncSession, person: Address, request_id: int) -> str | None:
    """Return the command line of the button with which `person` picked a group, if known."""
    return await _kept(db, vault_of(db).lookup("pick", f"{person}:{request_id}"))


async def forget(db: AsyncSession, before: datetime) -> None:
    """Drop the command lines of buttons that were last shown before that."""
    await db.execute(delete(TelegramButton).where(col(TelegramButton.created_at) < before))


async def _inline(db: AsyncSession, button: Button, now: datetime) -> InlineKeyboardButton:
    label, style = _label(button), _style(button)
    if button.url:
        return InlineKeyboardButton(label, url=button.url, style=style)
    data = button.press
    if not _fits(data):
        token = vault_of(db).lookup("button", data)
        await _keep(db, token, data, now)
        data = TOKEN + token
    return InlineKeyboardButton(label, callback_data=data, style=style)


async def _picking(
    db: AsyncSession, button: Button, person: Address, now: datetime
) -> KeyboardButton:
    vault = vault_of(db)
    number = crc32(vault.lookup("pick", button.press).encode()) >> 1  # it must fit 31 bits
    await _keep(db, vault.lookup("pick", f"{person}:{number}"), button.press, now)
    request = KeyboardButtonRequestChat(
        number,
        chat_is_channel=False,
        user_administrator_rights=_rights(promotes=True),
        bot_administrator_rights=_rights(promotes=False),
    )
    return KeyboardButton(_label(button), request_chat=request, style=_style(button))


def _rights(*, promotes: bool) -> ChatAdministratorRights:
    """Return what the bot must be allowed in a group; who puts it there must be allowed more."""
    return ChatAdministratorRights(
        is_anonymous=False,
        can_manage_chat=True,
        can_delete_messages=True,
        can_manage_video_chats=False,
        can_restrict_members=True,
        can_promote_members=promotes,
        can_change_info=False,
        can_invite_users=True,
        can_post_stories=False,
        can_edit_stories=False,
        can_delete_stories=False,
        can_pin_messages=True,
        can_manage_topics=False,
    )


async def _keep(db: AsyncSession, token: str, press: str, now: datetime) -> None:
    sealed = vault_of(db).seal("button", press)
    await db.merge(TelegramButton(token=token, press=sealed, created_at=now))
    await db.flush()


async def _kept(db: AsyncSession, token: str) -> str | None:
    row = await db.get(TelegramButton, token)
    return vault_of(db).open("button", row.press) if row else None


def _each(rows: Rows) -> Iterator[Button]:
    return (button for row in rows for button in row)


def _is_inline(button: Button) -> bool:
    return not button.picks_room and (_is_web(button.url) if button.url else bool(button.press))


def _is_web(url: str) -> bool:
    """Tell whether Telegram takes an address on a button: the web, and a dot in the host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_clean = not any(sign.isspace() for sign in url)
    return parts.scheme in {"http", "https"} and is_clean and ("." in host or ":" in host)


def _fits(press: str) -> bool:
    return not press.startswith(TOKEN) and len(press.encode()) <= DATA_BYTES


def _label(button: Button) -> str:
    return text.one_line(button.label) or button.press or button.url or "…"


def _style(button: Button) -> str | None:
    return None if button.style == "plain" else button.style
