"""The desk: what everything that writes to Telegram shares, and how one call is made."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot

from bot.actions import Address, Priority
from bot.budget import Budget
from bot.clock import Clock
from bot.platforms.telegram.addresses import chat_of
from bot.platforms.telegram.refusals import understood
from bot.store.db import Database


@dataclass(slots=True)
class Desk:
    """The bot on the wire, the one budget of its token, and the rows.

    `username` is empty until Telegram has told it. `wake` says that the outbox holds something.
    """

    bot: Bot
    budget: Budget
    db: Database
    clock: Clock
    username: str = ""
    wake: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def call(
        self, to: Address, priority: Priority = Priority.REPLY, *, counts: bool = True
    ) -> AsyncIterator[int]:
        """Wait for this chat's turn, give its number, and turn refusals into our own words.

        `counts` tells whether the call shows something, which Telegram limits in each chat.
        What Telegram says was done already ends the block quietly.
        """
        chat = chat_of(to)
        await self.budget.turn(chat, int(priority), counts=counts)
        with understood(self.budget, chat):
            yield chat

    def deep_link(self, payload: str = "open") -> str:
        """Return the link that opens the bot; empty until its name is known."""
        return f"https://t.me/{self.username}?start={payload}" if self.username else ""
