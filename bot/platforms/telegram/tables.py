"""What the platform keeps: no message, and people only as keyed hashes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.store.db import moment, sealed


class TelegramButton(SQLModel, table=True):
    """A button's command line that is too long for Telegram, under a token that fits."""

    __tablename__ = "telegram_button"

    token: str = Field(primary_key=True)
    press: bytes = sealed()
    created_at: datetime = moment(index=True)


class TelegramTalk(SQLModel, table=True):
    """A form that somebody is being asked, question by question; one for each person."""

    __tablename__ = "telegram_talk"

    lookup: str = Field(primary_key=True)
    talk: bytes = sealed()
    updated_at: datetime = moment(index=True)


class TelegramPerson(SQLModel, table=True):
    """Whether the bot can write to somebody, and when it last asked them to open it."""

    __tablename__ = "telegram_person"

    lookup: str = Field(primary_key=True)
    reachable: bool = True
    nudged_at: datetime | None = moment(default=None, nullable=True)
    updated_at: datetime = moment(index=True)


class TelegramPass(SQLModel, table=True):
    """An invite link into one room for one person, revoked as soon as somebody has used it."""

    __tablename__ = "telegram_pass"

    id: str = Field(primary_key=True)
    lookup: str = Field(index=True)
    room: str
    link: bytes = sealed()
    created_at: datetime = moment(index=True)
    used_at: datetime | None = moment(default=None, nullable=True)
    revoked_at: datetime | None = moment(default=None, nullable=True)
