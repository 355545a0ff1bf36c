"""A bot on a Bot API server of its own, and the rows behind it; nothing runs yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from telegram import Bot, BotCommandScope

import handlers
from bot.actions import Address
from bot.platforms.telegram import profile
from bot.platforms.telegram.wire import AioRequest
from bot.routing import Table
from bot.store import groups, vault
from bot.store.db import Database
from bot.store.groups import Group
from tests.platforms.telegram_server import Chat, TelegramServer, telegram_server
from tests.world import KEY, empty_database

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TABLE = Table(handlers.ROUTES)


@dataclass
class Stage:
    """The server, the bot's line to it, and the rows of one group."""

    server: TelegramServer
    bot: Bot
    db: Database

    async def publish(self) -> None:
        """Set what people see of the bot."""
        await profile.publish(self.bot, TABLE, self.db)

    async def bind(self, chat: Chat | int, purpose: str = groups.GROUP, topic: str = "") -> None:
        """Bind a chat, or a topic of it, to the group."""
        number = chat if isinstance(chat, int) else chat.id
        async with self.db.write() as db:
            await groups.add_room(db, "g1", Address(f"telegram:{number}{topic}"), purpose, NOW)

    async def menu(self, scope: BotCommandScope) -> list[str]:
        """Return the names of the commands that are shown there."""
        return [command.command for command in await self.bot.get_my_commands(scope)]

    def changes(self) -> list[str]:
        """Return what was asked of the server that changes something."""
        asked = [request.method.lower() for request in self.server.requests]
        return [name for name in asked if name.startswith(("set", "delete"))]


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """Give a stage whose requests all keep to Telegram's schema."""
    async with _rows(folder) as db, telegram_server() as server, _bot(server) as bot:
        yield Stage(server, bot, db)
        assert server.violations == []


@asynccontextmanager
async def _rows(folder: Path) -> AsyncIterator[Database]:
    path = folder / "db" / "roundtable.db"
    empty_database(path)
    db = Database(path, vault.from_text(KEY))
    group = Group(id="g1", slug="crohns", title="Circle", condition="crohns", created_at=NOW)
    try:
        async with db.write() as session:
            session.add(group)
        yield db
    finally:
        await db.close()


def _bot(server: TelegramServer) -> Bot:
    return Bot(
        server.token,
        base_url=server.api_url,
        base_file_url=server.file_url,
        request=AioRequest(2),
        get_updates_request=AioRequest(1),
    )
