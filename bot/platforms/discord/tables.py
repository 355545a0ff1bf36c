"""What the platform keeps: no message, and people only as keyed hashes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.store.db import moment, sealed


class DiscordButton(SQLModel, table=True):
    """A button's command line that is too long for Discord, under a token that fits."""

    __tablename__ = "discord_button"

    token: str = Field(primary_key=True)
    press: bytes = sealed()
    created_at: datetime = moment(index=True)


class DiscordForm(SQLModel, table=True):
    """A form that somebody is filling in step by step, or gets back to change."""

    __tablename__ = "discord_form"

    token: str = Field(primary_key=True)
    form: bytes = sealed()
    updated_at: datetime = moment(index=True)


class DiscordPerson(SQLModel, table=True):
    """Whether the bot can write to somebody in private, and when it last asked them to look."""

    __tablename__ = "discord_person"

    lookup: str = Field(primary_key=True)
    reachable: bool = True
    nudged_at: datetime | None = moment(default=None, nullable=True)
    updated_at: datetime = moment(index=True)


class DiscordRoom(SQLModel, table=True):
    """A channel that the bot keeps: by which role people are let in, and what was heard last."""

    __tablename__ = "discord_room"

    address: str = Field(primary_key=True)
    guild: str = Field(index=True)
    role: str = ""
    staff: bool = False
    seen: str = ""
    secured_at: datetime | None = moment(default=None, nullable=True)
    updated_at: datetime = moment()


class DiscordSync(SQLModel, table=True):
    """What Discord was last given: a digest of it, under a name such as `commands 123`."""

    __tablename__ = "discord_sync"

    name: str = Field(primary_key=True)
    digest: str
    updated_at: datetime = moment()


class DiscordPassage(SQLModel, table=True):
    """Somebody who went from the clinic's page to Discord, to come back with a proof.

    `lookup` is of the state that comes back with them; `passage` holds their invite and answers.
    """

    __tablename__ = "discord_passage"

    lookup: str = Field(primary_key=True)
    passage: bytes = sealed()
    created_at: datetime = moment(index=True)
    used_at: datetime | None = moment(default=None, nullable=True)


class DiscordGrant(SQLModel, table=True):
    """Somebody's permission to be put into a server by the bot, until it is used or runs out."""

    __tablename__ = "discord_grant"

    lookup: str = Field(primary_key=True)
    grant: bytes = sealed()
    expires_at: datetime = moment(index=True)
