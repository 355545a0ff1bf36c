"""Answers: what is said to one interaction, whatever was said before; its lock is held."""

import contextlib
from dataclasses import dataclass
from typing import Any

import structlog
from discord.enums import InteractionResponseType as Kind

from bot.actions import Address, is_person
from bot.errors import DeliveryError, Undeliverable
from bot.platforms.discord.cards import words_of
from bot.platforms.discord.hooks import Hooks
from bot.platforms.discord.parcels import EPHEMERAL, Parcel
from bot.platforms.discord.refusals import Spent
from bot.platforms.discord.talks import Stage, Talk
from bot.platforms.discord.wire import Shown

log = structlog.get_logger(__name__)

SOON = 2.0  # seconds until the bot "is thinking"
LATEST, TRY = 2.9, 0.6  # until when a first answer is tried, and for how long at least
LOADING = 1 << 7
DONE = "Done."
TROUBLE = (DeliveryError, Spent)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers interactions by their hooks."""

    hooks: Hooks

    async def say(self, talk: Talk, parcel: Parcel, to: Address, key: str) -> Shown:
        """Say something as the first answer, in place of "is thinking", or after it.

        Raises Spent if it has to be said another way.
        """
        hidden, tried = is_person(to) and talk.hides, talk.tried
        if talk.stage is Stage.FREE:
            talk.tried = key
            with contextlib.suppress(Spent):  # then it is LOST or DEAD
                data = parcel.data(hidden=hidden)
                said = await self._respond(talk, Kind.channel_message, data, parcel)
                if said is not None:
                    return said._replace(hidden=hidden)
        if talk.stage is Stage.LOST:
            said = await self._look(talk, parcel, is_ours=bool(key) and key == tried)
            if said is not None:
                return said
        if talk.stage is Stage.DEAD or not is_person(to):
            raise Spent
        if talk.stage is Stage.THINKING:
            return await self._fill(talk, parcel)
        if not talk.hides:  # in private there is a better way: one that shows it once
            raise Spent
        return await self.hooks.follow(talk.token, parcel, hidden=True)

    async def open(self, talk: Talk, modal: dict[str, Any]) -> bool:
        """Open a form as the first answer; False if it was too late."""
        if talk.stage is not Stage.FREE:
            return False
        with contextlib.suppress(*TROUBLE):
            await self._respond(talk, Kind.modal, modal, Parcel())
            return True
        return False

    async def think(self, talk: Talk) -> None:
        """Acknowledge an interaction whose answer takes long."""
        if talk.stage is not Stage.FREE:
            return
        data = {"flags": EPHEMERAL if talk.hides else 0}
        try:
            await self._respond(talk, Kind.deferred_channel_message, data, Parcel())
        except TROUBLE as trouble:
            log.warning("an interaction was not acknowledged in time", why=str(trouble))
            return
        talk.stage = Stage.THINKING

    async def settle(self, talk: Talk, notice: str) -> None:
        """Acknowledge an interaction to which there is nothing more to say."""
        parcel = Parcel(notice or DONE)
        is_silent = talk.presses and not notice
        with contextlib.suppress(*TROUBLE):
            if talk.stage is Stage.THINKING:
                await (self.empty(talk) if is_silent else self._fill(talk, parcel))
            elif talk.stage is Stage.FREE and is_silent:
                await self._respond(talk, Kind.deferred_message_update, {}, Parcel())
            elif talk.stage is Stage.FREE:
                data = parcel.data(hidden=talk.hides)
                await self._respond(talk, Kind.channel_message, data, parcel)

    async def empty(self, talk: Talk) -> None:
        """Take away "is thinking", unless something was put there."""
        if talk.stage is not Stage.THINKING:
            return
        talk.stage = Stage.TAKEN
        talk.ends()
        with contextlib.suppress(*TROUBLE):
            await self.hooks.drop(talk.token)

    async def _respond(
        self, talk: Talk, kind: Kind, data: dict[str, Any], parcel: Parcel
    ) -> Shown | None:
        """Make the first answer, in the time that is left for it."""
        until = SOON if talk.watch else LATEST
        patience = max(TRY, until + TRY / 3 - talk.age)
        try:
            said = await self.hooks.respond(talk.token, kind, data, parcel, patience)
        except Spent as spent:
            talk.stage = Stage.LOST if spent.taken else Stage.DEAD
            raise
        talk.stage = Stage.TAKEN
        return said

    async def _look(self, talk: Talk, parcel: Parcel, *, is_ours: bool) -> Shown | None:
        """Ask Discord how far the answer is; return where it stands if it is this very one."""
        try:
            found = await self.hooks.original(talk.token)
        except Undeliverable:  # it was taken back, or there was nothing to see
            talk.stage = Stage.TAKEN
            talk.hides = talk.hides and bool(talk.channel)
            return None
        flags = int(found.get("flags", 0))
        if not talk.channel:
            talk.hides = bool(flags & EPHEMERAL)
        if flags & LOADING:
            talk.stage = Stage.THINKING
            return None
        talk.stage = Stage.TAKEN
        same = bool(parcel.text) and words_of(found) == parcel.text.strip()
        if not (is_ours or same):
            return None
        return Shown(int(found["channel_id"]), int(found["id"]), bool(flags & EPHEMERAL))

    async def _fill(self, talk: Talk, parcel: Parcel) -> Shown:
        said = await self.hooks.fill(talk.token, parcel)
        talk.stage = Stage.TAKEN
        talk.ends()
        return said._replace(hidden=talk.hides)
