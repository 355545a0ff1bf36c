"""Bindings: codes that bind a chat to a group when somebody in charge types them there."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.actions import Address
from bot.store import groups
from bot.store.db import vault_of
from bot.store.groups import Binding
from bot.store.invites import ALPHABET, shown, tidy

LIFETIME = timedelta(hours=1)
LENGTH = 12  # 12 of 30 characters: 58 bits, for an hour, and useless without a place in charge


async def offer(db: AsyncSession, group_id: str, purpose: str, now: datetime) -> str:
    """Add a code for one room of this purpose and return it; it cannot be read again."""
    await db.execute(delete(Binding).where(col(Binding.expires_at) <= now))
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    lookup = vault_of(db).lookup("binding", code)
    db.add(Binding(code=lookup, group_id=group_id, purpose=purpose, expires_at=now + LIFETIME))
    await db.flush()
    return shown(code)


async def find(db: AsyncSession, code: str, now: datetime) -> Binding | None:
    """Return what this code binds, if it can still be used."""
    row = await db.get(Binding, vault_of(db).lookup("binding", tidy(code)))
    return row if row is not None and row.expires_at > now else None


async def use(db: AsyncSession, row: Binding, address: Address, now: datetime) -> None:
    """Bind a chat and use the code up."""
    await groups.add_room(db, row.group_id, address, row.purpose, now)
    await db.delete(row)
    await db.flush()
