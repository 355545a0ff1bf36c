"""Grants: people's permission to be put into a server, sealed, until it is used or runs out.

keep ──> take (as often as there are rooms, or tries) ──> drop, once they are in
                      │
                      └─ not taken by Discord ──> offer an invite for them alone, which the
                                                  clinic's page shows them instead
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.actions import Address
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.tables import DiscordGrant
from bot.store.db import vault_of

GRANT, OFFER = "discord grant", "discord offer"
SEALED = "discord grant"
LONGEST = timedelta(minutes=15)  # whoever is not in by then gets an invite
OFFERED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants there are, and the invites that stand in for those that Discord did not take."""

    desk: Desk

    async def keep(self, user: int, token: str, lifetime: timedelta = LONGEST) -> None:
        """Keep somebody's access token, in the place of one that they gave before."""
        async with self.desk.db.write() as db:
            await self._put(db, GRANT, str(user), token, min(lifetime, LONGEST))

    async def take(self, user: int) -> str | None:
        """Return somebody's access token; None if they gave none lately.

        It stays until it is dropped, so that a second room or a second try can use it too.
        """
        return await self._get(GRANT, str(user))

    async def offer(self, user: int, room: Address, link: str) -> None:
        """Keep an invite into a room for one person, whom the clinic's page will show it."""
        async with self.desk.db.write() as db:
            await self._put(db, OFFER, f"{user} {room}", link, OFFERED)

    async def offered(self, user: int, room: Address) -> str | None:
        """Return the invite into a room that somebody is to be shown."""
        return await self._get(OFFER, f"{user} {room}")

    async def drop(self, user: int) -> str | None:
        """Forget somebody's access token and return it, so that it can be revoked."""
        async with self.desk.db.write() as db:
            lookup = vault_of(db).lookup(GRANT, str(user))
            row = await db.get(DiscordGrant, lookup)
            if row is None:
                return None
            await db.delete(row)
            return _open(db, row)[1]

    async def forget(self) -> list[str]:
        """Forget what has run out, and return the access tokens among it."""
        over = col(DiscordGrant.expires_at) <= self.desk.clock.now()
        async with self.desk.db.write() as db:
            rows = (await db.execute(select(DiscordGrant).where(over))).scalars().all()
            await db.execute(delete(DiscordGrant).where(over))
            opened = [_open(db, row) for row in rows]
        return [what for kind, what in opened if kind == GRANT]

    async def _put(
        self, db: AsyncSession, kind: str, whose: str, what: str, lifetime: timedelta
    ) -> None:
        vault = vault_of(db)
        await db.merge(
            DiscordGrant(
                lookup=vault.lookup(kind, whose),
                grant=vault.seal(SEALED, json.dumps([kind, what])),
                expires_at=self.desk.clock.now() + lifetime,
            )
        )

    async def _get(self, kind: str, whose: str) -> str | None:
        async with self.desk.db.read() as db:
            row = await db.get(DiscordGrant, vault_of(db).lookup(kind, whose))
            if row is None or row.expires_at <= self.desk.clock.now():
                return None
            return _open(db, row)[1]


def _open(db: AsyncSession, row: DiscordGrant) -> tuple[str, str]:
    kind, what = json.loads(vault_of(db).open(SEALED, row.grant))
    return kind, what
