"""The ear: what each thing that the gateway tells leads to, each in a task of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import discord
import structlog
from sqlalchemy.exc import OperationalError

from bot.errors import DeliveryError
from bot.platforms import Receive
from bot.platforms.discord import hearing
from bot.platforms.discord.automod import AutoMod
from bot.platforms.discord.catchup import Catchup
from bot.platforms.discord.intake import Intake
from bot.platforms.discord.members import Members
from bot.platforms.discord.upkeep import Upkeep

log = structlog.get_logger(__name__)

GRACE_SECONDS = 5.0


@dataclass(slots=True)
class Ear:
    """Hears the gateway."""

    intake: Intake
    members: Members
    catchup: Catchup
    automod: AutoMod
    upkeep: Upkeep
    receive: Receive
    ready: asyncio.Event
    _under_way: set["asyncio.Task[None]"] = field(default_factory=set)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Begin with what follows from one thing; returns at once."""
        call = self._calls().get(event)
        if call is not None:
            task = asyncio.create_task(self._safely(event, call, args))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def _calls(self) -> dict[str, Callable[..., Awaitable[None]]]:
        return {
            "connect": self._began,
            "interaction": self.intake.interaction,
            "message": self._message,
            "raw_message_edit": self.intake.edited,
            "member_join": self.members.came,
            "member_update": self.members.changed,
            "raw_member_remove": self.members.went,
            "automod_action": self._flagged,
            "automod_rule_create": self._rule,
            "automod_rule_update": self._rule,
            "automod_rule_delete": self._rule,
            "guild_channel_update": self._channel,
            "guild_channel_create": self.upkeep.made,
            "guild_channel_delete": self.upkeep.gone,
            "guild_role_update": self._role,
            "guild_role_delete": self.upkeep.role,
            "guild_join": self.upkeep.guild,
            "guild_available": self.upkeep.guild,
            "guild_remove": self.upkeep.lost,
            "ready": self._ready,
        }

    async def _safely(
        self, event: str, call: Callable[..., Awaitable[None]], args: tuple[Any, ...]
    ) -> None:
        """Let a fault of ours end one thing only; trouble with Discord or the rows is told."""
        try:
            await call(*args)
        except (DeliveryError, discord.DiscordException, OperationalError) as trouble:
            log.warning("discord told something in vain", event=event, why=type(trouble).__name__)
        except Exception as fault:  # the one place where a bug of hearing ends up
            log.exception("hearing failed", event=event, fault=type(fault).__name__)

    @property
    def is_busy(self) -> bool:
        """Tell whether anything is under way."""
        return bool(self._under_way)

    async def end(self) -> None:
        """Wait a little for what is under way."""
        tasks = set(self._under_way)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.catchup.keep()

    async def again(self) -> None:
        """Do what could not be done when it was due, and write down how far all was heard."""
        await self.upkeep.unfinished()
        await self.catchup.run()

    async def _began(self) -> None:
        self.catchup.interrupted()

    async def _ready(self) -> None:
        log.info("discord ready")
        await self.upkeep.everything()
        await self.catchup.run()
        self.ready.set()

    async def _message(self, said: discord.Message) -> None:
        where = hearing.where(said)
        try:
            await self.intake.message(said)
        except OperationalError:
            self.catchup.missed(where)
            raise
        if said.guild is not None:
            self.catchup.heard(where, said.id)

    async def _flagged(self, execution: discord.AutoModAction) -> None:
        event = await self.automod.flagged(execution)
        if event is not None:
            await self.receive(event)

    async def _rule(self, rule: discord.AutoModRule) -> None:
        if await self.automod.changed(rule):
            await self.upkeep.automod(rule.guild.id)

    async def _channel(self, _: object, after: discord.abc.GuildChannel) -> None:
        await self.upkeep.channel(after)

    async def _role(self, _: object, after: discord.Role) -> None:
        await self.upkeep.role(after)
