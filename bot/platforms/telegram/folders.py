"""Folders: what is kept for one person about the forms they are asked, sealed in one row.

open ──(a day without an answer)──> late, without a word of it ──(said so once)──> no row
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot import forms
from bot.actions import Address, Data
from bot.platforms.telegram.tables import TelegramTalk
from bot.platforms.telegram.talk import Talk
from bot.store.db import vault_of

LONGEST = timedelta(days=1)


class Filled(Data):
    """A filled form as a command for the ring, until `Talks.close(user, filled.talk)`."""

    talk: str
    event_id: str
    name: str
    args: str
    answers: dict[str, str]
    room: Address | None


def filled(talk: Talk, event_id: str) -> Filled:
    """Return the command that a talk has come to, with an answer for every question."""
    return Filled(
        talk=talk.id,
        event_id=event_id,
        name=talk.command,
        args=talk.args,
        answers=forms.check(talk.form, talk.answers),
        room=talk.room,
    )


class Folder(Data):
    """The talk that is open, forms that are filled, and whether a talk was dropped for its age."""

    talk: Talk | None = None
    filled: tuple[Filled, ...] = ()
    late: bool = False


async def of(db: AsyncSession, user: Address, now: datetime) -> Folder:
    """Return a person's folder, without the talk if that is too old."""
    row = await db.get(TelegramTalk, vault_of(db).lookup("talk", user))
    if row is None:
        return Folder()
    folder = _opened(db, row)
    if folder.talk is not None and row.updated_at <= now - LONGEST:
        return Folder(filled=folder.filled, late=True)
    return folder


async def keep(db: AsyncSession, user: Address, folder: Folder, now: datetime) -> None:
    """Store a person's folder; an empty one leaves no row."""
    lookup = vault_of(db).lookup("talk", user)
    row = await db.get(TelegramTalk, lookup)
    if folder != Folder():
        db.add(_fill(db, row or TelegramTalk(lookup=lookup, talk=b"", updated_at=now), folder, now))
    elif row is not None:
        await db.delete(row)


async def forget(db: AsyncSession, before: datetime, now: datetime) -> None:
    """Drop folders that nothing has happened in; of an open talk stays only that there was one."""
    old = select(TelegramTalk).where(col(TelegramTalk.updated_at) < before)
    for row in (await db.execute(old)).scalars().all():
        if _opened(db, row).talk is None:
            await db.delete(row)
        else:
            _fill(db, row, Folder(late=True), now)


def _opened(db: AsyncSession, row: TelegramTalk) -> Folder:
    return Folder.model_validate_json(vault_of(db).open("talk", row.talk))


def _fill(db: AsyncSession, row: TelegramTalk, folder: Folder, now: datetime) -> TelegramTalk:
    row.talk = vault_of(db).seal("talk", folder.model_dump_json())
    row.updated_at = now
    return row
