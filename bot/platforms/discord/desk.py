"""The desk: what everything that writes to Discord shares."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord

from bot.actions import Address, Priority
from bot.budget import Budget
from bot.clock import Clock
from bot.platforms.discord import wire
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.refusals import understood
from bot.settings import Settings
from bot.store.db import Database


@dataclass(slots=True)
class Desk:
    """The client on the wire, the one budget of its token, and the rows.

    `client` is another one after the bot had to ask for fewer intents; do not keep it.
    `wake` says that the outbox holds something.
    """

    client: discord.AutoShardedClient
    budget: Budget
    db: Database
    clock: Clock
    settings: Settings
    wake: Callable[[], None] = lambda: None
    _talks: dict[int, discord.PartialMessageable] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Tell whether Discord has told who the bot is."""
        return self.client.user is not None

    @property
    def application(self) -> int:
        """Return the application's number; raises RuntimeError before Discord has told it."""
        known = self.client.application_id or int(self.settings.discord.application_id or 0)
        if not known:
            message = "the application's number is not known yet"
            raise RuntimeError(message)
        return known

    @asynccontextmanager
    async def call(
        self,
        to: Address,
        priority: Priority = Priority.REPLY,
        *,
        counts: bool = True,
        done: Collection[int] = (),
    ) -> AsyncIterator[int]:
        """Wait for a turn, give the number of the channel or person, and turn refusals into words.

        `done` are Discord's numbers of refusals by which it says that it is so already: they end
        the block quietly.
        """
        number = number_of(to)
        await self.budget.turn(number, int(priority), counts=counts)
        with understood(done):
            yield number

    def channel(self, number: int) -> discord.PartialMessageable:
        """Return a channel by its number, whether or not the client has heard of it."""
        return self.client.get_partial_messageable(number)

    async def talk(self, user: int) -> discord.PartialMessageable:
        """Return the private talk with somebody; call this inside `call`."""
        known = self._talks.get(user)
        if known is None:
            known = self._talks[user] = self.channel(await wire.talk(self.client, user))
        return known

    def member(self, guild: discord.Guild, user: int) -> discord.Member | None:
        """Return somebody in a server, if the client knows that they are there."""
        return guild.get_member(user)
