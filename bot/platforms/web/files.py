"""Files: kept sealed, told apart by what they hold and never by their name."""

import base64
import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete

from bot import text
from bot.actions import File
from bot.errors import BadInput
from bot.platforms.web.tables import WebFile
from bot.store.db import vault_of
from bot.store.people import new_id

LARGEST = 8 * 1024 * 1024
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_MAGIC = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-\d"), "application/pdf"),
)
# What a file of each kind may end with: its name must not make it a program when it is opened.
_ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".csv", ".md"),
}
_UNPRINTED = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def type_of(content: bytes) -> str:
    """Return what kind of file this is; raises BadInput for one that is not taken."""
    for pattern, kind in _MAGIC:
        if pattern.match(content):
            return kind
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        words = "\0"
    if _UNPRINTED.search(words):
        raise BadInput("This kind of file cannot be sent. Pictures, PDF and plain text can.")
    return "text/plain"


def check(name: str, content: bytes) -> tuple[str, str]:
    """Return a tidy name and the kind of a file that a person sent; raises BadInput."""
    if not content:
        raise BadInput("The file is empty.")
    if len(content) > LARGEST:
        raise BadInput("The file is too large. It can have up to 8 megabytes.")
    kind = type_of(content)
    tidy = text.one_line(re.split(r"[\\/]", name)[-1])[:100] or "file"
    fits = tidy.lower().endswith(_ENDINGS[kind])
    return tidy if fits else f"{tidy}{_ENDINGS[kind][0]}", kind


async def keep(
    db: AsyncSession,
    line: str,
    name: str,
    kind: str,
    content: bytes,
    now: datetime,
    file_id: str = "",
) -> File:
    """Keep a file for a line and return what is told of it; one of that id stays as it is."""
    vault = vault_of(db)
    row = WebFile(
        id=file_id or new_id(),
        line=line,
        name=vault.seal("file name", name),
        type=kind,
        size=len(content),
        content=vault.seal("file", base64.b64encode(content).decode()),
        created_at=now,
    )
    if await find(db, row.id) is None:
        db.add(row)
        await db.flush()
    return File(id=row.id, name=name, type=kind, size=row.size)


async def find(db: AsyncSession, file_id: str) -> WebFile | None:
    """Return a file's row."""
    return await db.get(WebFile, file_id)


async def drop(db: AsyncSession, file_id: str) -> None:
    """Remove a file that nobody may see."""
    await db.execute(delete(WebFile).where(col(WebFile.id) == file_id))


def name_of(db: AsyncSession, file: WebFile) -> str:
    """Return the name a file was sent under."""
    return vault_of(db).open("file name", file.name)


def content_of(db: AsyncSession, file: WebFile) -> bytes:
    """Return what a file holds."""
    return base64.b64decode(vault_of(db).open("file", file.content)) if file.content else b""
