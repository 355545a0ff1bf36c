"""The rows of the clinic's own page: who is signed in, the lines of the rooms, and files.

A stream is what one connection follows: a room under its address, or the private lines of one
person under a keyed hash. Each change of a line takes the stream's next revision, so that
"everything after revision 41" is exact: nothing is missed and nothing comes twice.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from bot.store.db import moment, sealed


class WebSession(SQLModel, table=True):
    """A signed-in browser; `token` is the keyed hash of its cookie, `lookup` of its address."""

    __tablename__ = "web_session"

    token: str = Field(primary_key=True)
    lookup: str = Field(index=True)
    address: bytes = sealed()
    created_at: datetime = moment()
    seen_at: datetime = moment(index=True)
    ends_at: datetime = moment()


class WebStream(SQLModel, table=True):
    """A counter: the revision of the newest change in a stream."""

    __tablename__ = "web_stream"

    name: str = Field(primary_key=True)
    rev: int = 0


class WebLine(SQLModel, table=True):
    """One line of a room, or one that only a single person sees there.

    `seq` is the order in which lines appeared, `rev` the last change, `born` the first.
    `author` is the keyed hash of the writer's address, empty for the bot. `extras` holds what
    hangs on a line: buttons, a form, a file.
    """

    __tablename__ = "web_line"
    __table_args__ = (
        Index("ix_web_line_rev", "stream", "rev", unique=True),
        Index("ix_web_line_seq", "stream", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    stream: str
    room: str | None = None
    rev: int
    born: int
    author: str = Field(default="", index=True)
    name: bytes | None = sealed(default=None, nullable=True)
    role: str = ""
    client_id: str = ""
    text: bytes | None = sealed(default=None, nullable=True)
    extras: bytes | None = sealed(default=None, nullable=True)
    private: bool = False
    pinned: bool = False
    created_at: datetime = moment(index=True)
    edited_at: datetime | None = moment(default=None, nullable=True)
    deleted_at: datetime | None = moment(default=None, nullable=True)


class WebChange(SQLModel, table=True):
    """The keyed hash of an action that changed something, so that it is carried out once."""

    __tablename__ = "web_change"

    key: str = Field(primary_key=True)
    at: datetime = moment(index=True)


class WebRead(SQLModel, table=True):
    """How far a person has read in a room."""

    __tablename__ = "web_read"

    lookup: str = Field(primary_key=True)
    room: str = Field(primary_key=True)
    rev: int = 0


class WebMute(SQLModel, table=True):
    """A person who may read but not write in a room; no end means until somebody lifts it."""

    __tablename__ = "web_mute"

    lookup: str = Field(primary_key=True)
    room: str = Field(primary_key=True)
    until: datetime | None = moment(default=None, nullable=True)


class WebFile(SQLModel, table=True):
    """A file that hangs on a line; whoever sees the line may open it."""

    __tablename__ = "web_file"

    id: str = Field(primary_key=True)
    line: str = Field(index=True)
    name: bytes = sealed()
    type: str
    size: int
    content: bytes | None = sealed(default=None, nullable=True)
    created_at: datetime = moment(index=True)
