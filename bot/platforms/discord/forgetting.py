"""Forgetting: what the platform keeps for a while only."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from bot.platforms.discord.desk import Desk
from bot.platforms.discord.tables import (
    DiscordButton,
    DiscordForm,
    DiscordPerson,
)

KEPT = timedelta(days=400)  # buttons in old messages work for as long as anybody scrolls back
A_DAY = timedelta(days=1)


async def old(desk: Desk) -> None:
    """Drop what is older than it is useful."""
    now = desk.clock.now()
    gone = (
        delete(DiscordButton).where(col(DiscordButton.created_at) < now - KEPT),
        delete(DiscordPerson).where(col(DiscordPerson.updated_at) < now - KEPT),
        delete(DiscordForm).where(col(DiscordForm.updated_at) < now - A_DAY),
    )
    async with desk.db.write() as db:
        for statement in gone:
            await db.execute(statement)
