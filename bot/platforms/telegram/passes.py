"""Passes: invite links into one room for one person, and whether they were used and revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.actions import Address
from bot.platforms.telegram.tables import TelegramPass
from bot.store import moves
from bot.store.db import vault_of

LIFETIME = timedelta(days=1)
FRESH = timedelta(hours=12)


async def add(db: AsyncSession, who: Address, room: Address, link: str, now: datetime) -> None:
    """Keep a link that was made for a person."""
    vault = vault_of(db)
    db.add(
        TelegramPass(
            id=vault.lookup("pass", link),
            lookup=vault.lookup("account", who),
            room=room,
            link=vault.seal("address", link),
            created_at=now,
        )
    )
    await db.flush()


async def fresh(db: AsyncSession, who: Address, room: Address, now: datetime) -> str | None:
    """Return the link that this person was given a moment ago and nobody has used."""
    query = select(TelegramPass).where(
        TelegramPass.lookup == vault_of(db).lookup("account", who),
        TelegramPass.room == room,
        col(TelegramPass.used_at).is_(None),
        col(TelegramPass.revoked_at).is_(None),
        TelegramPass.created_at > now - FRESH,
    )
    row = (await db.execute(query.limit(1))).scalar_one_or_none()
    return link_of(db, row) if row else None


def link_of(db: AsyncSession, row: TelegramPass) -> str:
    """Return the link itself."""
    return vault_of(db).open("address", row.link)


async def use(db: AsyncSession, link: str, now: datetime) -> bool:
    """Note that somebody came in by a link; False if it is none of ours."""
    row = await db.get(TelegramPass, vault_of(db).lookup("pass", link))
    if row is None:
        return False
    row.used_at = row.used_at or now
    db.add(row)
    await db.flush()
    return True


async def spoil(db: AsyncSession, who: Address, room: Address, now: datetime) -> None:
    """Mark every link of a person into a room as no longer to be used."""
    mine = vault_of(db).lookup("account", who)
    query = select(TelegramPass).where(
        TelegramPass.lookup == mine,
        TelegramPass.room == room,
        col(TelegramPass.used_at).is_(None),
    )
    for row in (await db.execute(query)).scalars():
        row.used_at = now
        db.add(row)
    await db.flush()


async def to_revoke(db: AsyncSession, now: datetime) -> Sequence[TelegramPass]:
    """Return the links that are used up or too old, and still to be revoked on Telegram."""
    query = select(TelegramPass).where(
        col(TelegramPass.revoked_at).is_(None),
        or_(col(TelegramPass.used_at).is_not(None), col(TelegramPass.created_at) < now - LIFETIME),
    )
    return (await db.execute(query.limit(100))).scalars().all()


async def revoked(db: AsyncSession, pass_id: str, now: datetime) -> None:
    """Note that a link is useless on Telegram, too."""
    row = await db.get_one(TelegramPass, pass_id)
    row.revoked_at = now
    db.add(row)
    await db.flush()


async def move(db: AsyncSession, old: Address, new: Address) -> None:
    """Keep the links of a chat, and of the topics in it, under its new address."""
    query = select(TelegramPass).where(col(TelegramPass.revoked_at).is_(None))
    for row in (await db.execute(query)).scalars():
        row.room = moves.moved(Address(row.room), old, new)
        db.add(row)
    await db.flush()


async def forget(db: AsyncSession, before: datetime) -> None:
    """Drop old rows."""
    gone = delete(TelegramPass).where(
        col(TelegramPass.created_at) < before, col(TelegramPass.revoked_at).is_not(None)
    )
    await db.execute(gone)
