"""Sessions: which browser is whose. The cookie's token is kept only as a keyed hash."""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, or_, select

from bot.actions import Address
from bot.platforms.web import lines
from bot.platforms.web.tables import WebSession
from bot.store.db import vault_of
from bot.store.people import new_id
from bot.store.vault import Vault

IDLE = timedelta(days=30)
LONGEST = timedelta(days=90)
SEEN_EVERY = timedelta(hours=6)
GRACE = timedelta(minutes=2)
TOKEN_BYTES = 32
TOKEN_LENGTH = 43  # of 32 bytes in base64


def new_token() -> str:
    """Return a fresh token for a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(token: str) -> bool:
    """Tell whether a cookie holds a token of ours, as far as its looks go."""
    return len(token) == TOKEN_LENGTH


def csrf(vault: Vault, token: str) -> str:
    """Return what each form must carry: it proves that our own page made it for this browser."""
    return vault.lookup("csrf", token)


def is_same(sent: str, expected: str) -> bool:
    """Tell whether two secrets are the same, in the same time whatever they are."""
    return hmac.compare_digest(sent.encode(), expected.encode())


def new_address() -> Address:
    """Return an address for somebody who is about to come in."""
    return Address(f"web:@{new_id()}")


async def start(
    db: AsyncSession,
    token: str,
    address: Address,
    now: datetime,
    longest: timedelta = LONGEST,
) -> None:
    """Let the browser with this token be `address` from now on, whoever it was before."""
    row = WebSession(
        token=vault_of(db).lookup("session", token),
        lookup=lines.lookup_of(db, address),
        address=vault_of(db).seal("address", address),
        created_at=now,
        seen_at=now,
        ends_at=now + longest,
    )
    await db.merge(row)
    await db.flush()


async def renew(db: AsyncSession, token: str, address: Address, now: datetime) -> str:
    """Sign a browser in under a fresh token, and return that.

    A token that was known before somebody came in is worth nothing soon after; for two minutes
    it still holds, because a form pressed twice arrives twice under it.
    """
    fresh = new_token()
    await start(db, token, address, now, GRACE)
    await start(db, fresh, address, now)
    return fresh


async def touch(db: AsyncSession, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    row = await find(db, token, now)
    if row is not None:
        row.seen_at = now
        db.add(row)


async def find(db: AsyncSession, token: str, now: datetime) -> WebSession | None:
    """Return the session of a token, unless it has run out."""
    if not is_token(token):
        return None
    row = await db.get(WebSession, vault_of(db).lookup("session", token))
    if row is None or row.seen_at + IDLE <= now or row.ends_at <= now:
        return None
    return row


def address_of(db: AsyncSession, session: WebSession) -> Address:
    """Return whose session it is."""
    return Address(vault_of(db).open("address", session.address))


async def known(db: AsyncSession, address: Address) -> bool:
    """Tell whether some browser has a session of this address."""
    query = select(WebSession.token).where(WebSession.lookup == lines.lookup_of(db, address))
    return (await db.execute(query.limit(1))).first() is not None


async def end(db: AsyncSession, token: str) -> None:
    """Sign a browser out."""
    hashed = vault_of(db).lookup("session", token)
    await db.execute(delete(WebSession).where(col(WebSession.token) == hashed))


async def forget(db: AsyncSession, now: datetime) -> None:
    """Drop the sessions that have run out."""
    over = or_(col(WebSession.seen_at) <= now - IDLE, col(WebSession.ends_at) <= now)
    await db.execute(delete(WebSession).where(over))
