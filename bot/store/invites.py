"""Invites: codes that let somebody in, kept only as keyed hashes."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

from bot.store.db import moment, vault_of
from bot.store.people import Role, new_id

# No letters that are mistaken for digits or, read aloud, for each other (m and n). Without m a
# code can also never look like an amount of medicine, which the outgoing check would stop.
ALPHABET = "23456789abcdefghjknpqrstuvwxyz"
CODE_LENGTH = 16  # 16 of 30 characters: 78 bits


class Invite(SQLModel, table=True):
    """One invite; `code` is the keyed hash, `id` is what staff may see and revoke it by."""

    id: str = Field(primary_key=True)
    code: str = Field(unique=True)
    group_id: str = Field(foreign_key="group.id", index=True)
    role: str
    label: str = ""
    uses: int = 1
    used: int = 0
    created_by: str | None = None
    created_at: datetime = moment()
    expires_at: datetime = moment()
    revoked_at: datetime | None = moment(default=None, nullable=True)

    def state(self, now: datetime) -> str:
        """Return `open`, `used`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        if self.used >= self.uses:
            return "used"
        return "expired" if self.expires_at <= now else "open"


def tidy(code: str) -> str:
    """Return a code as it was issued, whatever dashes, spaces or capitals it was typed with."""
    return "".join(letter for letter in code.lower()[:100] if letter.isalnum())


def shown(code: str) -> str:
    """Return a code in groups of four, to be read aloud."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


async def issue(  # noqa: PLR0913 - one row's columns
    db: AsyncSession,
    group_id: str,
    role: Role,
    *,
    now: datetime,
    expires_at: datetime,
    label: str = "",
    uses: int = 1,
    created_by: str | None = None,
) -> tuple[Invite, str]:
    """Add an invite and return it with its code, which cannot be read again."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    invite = Invite(
        id=new_id(),
        code=vault_of(db).lookup("invite", code),
        group_id=group_id,
        role=role,
        label=label,
        uses=uses,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
    )
    db.add(invite)
    await db.flush()
    return invite, shown(code)


async def find(db: AsyncSession, code: str, now: datetime) -> Invite | None:
    """Return the invite that this code opens now.

    None for a code that is unknown, used, expired or revoked: one query and one hash in each
    case, so that neither words nor time tell which.
    """
    lookup = vault_of(db).lookup("invite", tidy(code))
    invite = (await db.execute(select(Invite).where(Invite.code == lookup))).scalar_one_or_none()
    return invite if invite is not None and invite.state(now) == "open" else None


async def redeem(db: AsyncSession, code: str, now: datetime) -> Invite | None:
    """Use an invite once; None if it does not open now. The caller holds the write turn."""
    invite = await find(db, code, now)
    if invite is not None:
        invite.used += 1
        db.add(invite)
        await db.flush()
    return invite


async def revoke(db: AsyncSession, group_id: str, invite_id: str, now: datetime) -> Invite | None:
    """Make an invite of this group useless; None if the group has no such invite."""
    invite = await db.get(Invite, invite_id)
    if invite is None or invite.group_id != group_id:
        return None
    invite.revoked_at = invite.revoked_at or now
    db.add(invite)
    await db.flush()
    return invite


async def every(db: AsyncSession, group_id: str) -> Sequence[Invite]:
    """Return a group's invites, the newest first."""
    query = select(Invite).where(Invite.group_id == group_id)
    return (await db.execute(query.order_by(col(Invite.created_at).desc()))).scalars().all()
