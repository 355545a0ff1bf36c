"""One-time links: how somebody gets from a chat to a private page."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col

from bot.actions import Address
from bot.store.db import moment, sealed, vault_of

LIFETIME = timedelta(hours=1)


class Link(SQLModel, table=True):
    """A link that signs one person in once and leads to one page; kept as a keyed hash."""

    token: str = Field(primary_key=True)
    address: bytes = sealed()
    page: str
    expires_at: datetime = moment()
    used_at: datetime | None = moment(default=None, nullable=True)


async def issue(
    db: AsyncSession, address: Address, page: str, now: datetime, lifetime: timedelta = LIFETIME
) -> str:
    """Add a link for the web account `address` that opens `page` and return its path."""
    token = secrets.token_urlsafe(24)
    vault = vault_of(db)
    db.add(
        Link(
            token=vault.lookup("link", token),
            address=vault.seal("address", address),
            page=page,
            expires_at=now + lifetime,
        )
    )
    await db.flush()
    return f"/in/{token}"


async def find(db: AsyncSession, token: str, now: datetime) -> Link | None:
    """Return the link if it can still be used."""
    link = await db.get(Link, vault_of(db).lookup("link", token[:100]))
    return link if link is not None and link.used_at is None and link.expires_at > now else None


async def use(db: AsyncSession, token: str, now: datetime) -> tuple[Address, str] | None:
    """Use a link up and return whose it is and where it leads; None if it cannot be used."""
    link = await find(db, token, now)
    if link is None:
        return None
    link.used_at = now
    db.add(link)
    await db.flush()
    return Address(vault_of(db).open("address", link.address)), link.page


async def forget(db: AsyncSession, before: datetime) -> None:
    """Drop links that nobody can use any more."""
    await db.execute(delete(Link).where(col(Link.expires_at) < before))
