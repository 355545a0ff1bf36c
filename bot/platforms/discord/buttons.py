"""Buttons: our buttons as Discord's components, and the way back from a press.

Discord gives back at most 100 characters with a press. A command line that fits travels as it is;
a longer one is kept sealed in the database, and `#` with a token travels instead. `~` begins what
belongs to a form, `?` is a menu whose choice is told besides. Nothing else is kept, so buttons
work for as long as anybody scrolls back. Under a message there is room for five rows of five.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import discord
from sqlalchemy.ext.asyncio import AsyncSession

from bot import text
from bot.actions import Button
from bot.platforms.discord.cards import Component
from bot.platforms.discord.tables import DiscordButton
from bot.platforms.discord.trays import CUSTOM_ID, MENU, button, trays
from bot.store.db import vault_of

Rows = tuple[tuple[Button, ...], ...]

TOKEN = "#"  # noqa: S105 - the sign before a token, no secret
FORM = "~"
RESERVED = (TOKEN, FORM, MENU)
URL = 512


async def components(db: AsyncSession, rows: Rows, now: datetime) -> list[Component]:
    """Return the components that stand under a message.

    What `spoken` says in words is left out. If `keeps(rows)`, rows of the database are written,
    and `db` must be one that writes.
    """
    placed = [[await _placed(db, one, now) for one in row if _is_shown(one)] for row in rows]
    return trays([row for row in placed if row])


def keeps(rows: Rows) -> bool:
    """Tell whether a command line of these rows must be kept in the database."""
    return any(_is_shown(one) and not one.url and not _fits(one.press) for one in _each(rows))


def spoken(rows: Rows) -> str:
    """Return as small Markdown the links that Discord takes on no button; mostly nothing."""
    lost = [one for one in _each(rows) if one.url and not _is_web(one.url)]
    return "\n".join(f"{text.literal(one.label)}: {text.literal(one.url)}" for one in lost)


def chosen(interaction: discord.Interaction) -> str:
    """Return the custom id behind a press, or behind what was chosen in a menu of buttons."""
    data = dict(interaction.data or {})
    custom_id = str(data.get("custom_id", ""))
    values = data.get("values")
    if custom_id.startswith(MENU) and isinstance(values, list) and values:
        return str(values[0])
    return custom_id


async def pressed(db: AsyncSession, custom_id: str) -> str | None:
    """Return the command line behind a press, or None for a token that nobody knows (any more)."""
    if not custom_id.startswith(RESERVED):
        return custom_id
    if not custom_id.startswith(TOKEN):
        return None
    row = await db.get(DiscordButton, custom_id.removeprefix(TOKEN))
    return vault_of(db).open("button", row.press) if row else None


async def _placed(db: AsyncSession, one: Button, now: datetime) -> Component:
    label = text.one_line(one.label) or one.press or one.url
    if one.url:
        return button(label, url=one.url)
    custom_id = one.press
    if not _fits(custom_id):
        vault = vault_of(db)
        token = vault.lookup("button", one.press)
        sealed = vault.seal("button", one.press)
        await db.merge(DiscordButton(token=token, press=sealed, created_at=now))
        await db.flush()
        custom_id = TOKEN + token
    return button(label, custom_id=custom_id, style=one.style)


def _each(rows: Sequence[Sequence[Button]]) -> Iterator[Button]:
    return (one for row in rows for one in row)


def _is_shown(one: Button) -> bool:
    return not one.picks_room and (_is_web(one.url) if one.url else bool(one.press))


def _is_web(url: str) -> bool:
    """Tell whether Discord takes an address on a button: the web, and not too long."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_clean = len(url) <= URL and not any(sign.isspace() for sign in url)
    return parts.scheme in {"http", "https"} and is_clean and ("." in host or ":" in host)


def _fits(press: str) -> bool:
    return not press.startswith((TOKEN, MENU)) and len(press) <= CUSTOM_ID
