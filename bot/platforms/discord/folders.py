"""Folders: what is kept, sealed, of one form that somebody is being asked.

kept ──(a page is sent)──> kept ──(the last one)──> filled ──(the ring took it)──> no row
                                                       └──(it could not)──> a draft, for a day
"""

from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.actions import Address, Ask, Data, Form
from bot.events import Command
from bot.platforms.discord.addresses import NAME
from bot.platforms.discord.tables import DiscordForm
from bot.store.db import vault_of

LONGEST = timedelta(days=1)
TOKEN_LENGTH = 16


class Folder(Data):
    """A form as far as somebody has filled it in.

    `form` is None where it is asked on one page: then only what was filled in is known.
    `answers` can be used as they are; what cannot is in the form, with its problem. Once it is
    `filled` it waits to be taken by the ring; `reply_token` is of the interaction that filled it.
    """

    user: Address
    name: str
    args: str = ""
    room: Address | None = None
    form: Form | None = None
    answers: dict[str, str] = Field(default_factory=dict)
    filled: bool = False
    reply_token: str = ""

    @property
    def line(self) -> str:
        """The command line that asks for this form."""
        return f"{self.name} {self.args}".strip()

    def command(self, token: str, now: datetime) -> Command:
        """Return the filled form for the ring: the same event however often it is sent.

        The words of a form of several pages were heard page by page.
        """
        return Command(
            id=f"{NAME}:form:{token}",
            at=now,
            chat=self.room or self.user,
            user=self.user,
            reply_token=self.reply_token,
            name=self.name,
            args=self.args,
            answers=self.answers,
            heard=self.form is not None,
        )


def token_of(db: AsyncSession, ask: Ask) -> str:
    """Return the token of a form: the same for the same Ask, and short enough for a button."""
    return vault_of(db).lookup("form", ask.key or ask.model_dump_json())[:TOKEN_LENGTH]


async def of(db: AsyncSession, token: str, user: Address, now: datetime) -> Folder | None:
    """Return somebody's form, unless it has ended, is too old or is another person's."""
    row = await db.get(DiscordForm, token)
    if row is None or row.updated_at <= now - LONGEST:
        return None
    folder = _opened(db, row)
    return folder if folder.user == user else None


async def keep(db: AsyncSession, token: str, folder: Folder, now: datetime) -> None:
    """Store a form."""
    sealed = vault_of(db).seal("form", folder.model_dump_json())
    await db.merge(DiscordForm(token=token, form=sealed, updated_at=now))
    await db.flush()


async def drop(db: AsyncSession, token: str) -> None:
    """Drop a form that has ended."""
    row = await db.get(DiscordForm, token)
    if row is not None:
        await db.delete(row)
        await db.flush()


async def unfinished(db: AsyncSession, now: datetime) -> dict[str, Folder]:
    """Return the filled forms that the ring has not taken, by their tokens."""
    young = select(DiscordForm).where(DiscordForm.updated_at > now - LONGEST)
    rows = (await db.execute(young)).scalars().all()
    opened = {row.token: _opened(db, row) for row in rows}
    return {token: folder for token, folder in opened.items() if folder.filled}


async def draft(db: AsyncSession, user: Address, line: str, now: datetime) -> dict[str, str]:
    """Return what somebody filled into a form that could not be taken, if it is kept."""
    folder = await of(db, _draft(db, user, line), user, now)
    return folder.answers if folder else {}


async def keep_draft(db: AsyncSession, folder: Folder, now: datetime) -> None:
    """Keep what was filled in for when the same form is asked again."""
    token = _draft(db, folder.user, folder.line)
    unsent = Folder(user=folder.user, name=folder.name, args=folder.args, answers=folder.answers)
    await keep(db, token, unsent, now)


async def drop_draft(db: AsyncSession, folder: Folder) -> None:
    """Drop what was kept, since something newer was filled in."""
    await drop(db, _draft(db, folder.user, folder.line))


def _draft(db: AsyncSession, user: Address, line: str) -> str:
    return vault_of(db).lookup("form draft", f"{user} {line}")


def _opened(db: AsyncSession, row: DiscordForm) -> Folder:
    return Folder.model_validate_json(vault_of(db).open("form", row.form))
