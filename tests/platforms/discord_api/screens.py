"""What a person sees."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from simcord.backend.access import channel_accessible
from simcord.backend.models import Channel, Message, User

from tests.platforms.discord_api.forms import Modal
from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.seen import Seen, view
from tests.platforms.discord_api.world import World

PATIENCE = 10.0


class Has(Protocol):
    """A guild, a channel, a thread, a role: whatever has a number."""

    @property
    def id(self) -> int:
        """Return its snowflake."""
        ...


@dataclass(eq=False)
class Screen:
    """One human's Discord, to look at."""

    world: World
    user: User
    modal: Modal | None = None
    """The form that is open before this person."""
    _acted: dict[int, tuple[int, float]] = field(default_factory=dict, repr=False)
    _dismissed: set[int] = field(default_factory=set, repr=False)

    @property
    def id(self) -> int:
        """Return the account's number."""
        return self.user.id

    @property
    def name(self) -> str:
        """Return the name that everybody sees."""
        return self.user.global_name or self.user.name

    @property
    def mention(self) -> str:
        """Return what others write to mention this person."""
        return f"<@{self.user.id}>"

    def sees(self, channel: Has | None = None, *, service: bool = False) -> list[Seen]:
        """Return what stands on the screen, oldest first; None is the talk with the bot."""
        seen = [view(self.world, message) for message in self.shown(channel)]
        return [one for one in seen if service or not one.service]

    def reads(self, channel: Has | None = None) -> list[str]:
        """Return the words of what the bot said, oldest first."""
        return [one.words for one in self.sees(channel) if one.by_bot and not one.loading]

    def channels(self, guild: Has) -> list[str]:
        """Return the names of the channels of a guild that this person can see."""
        backend = self.world.backend
        found = [backend.channels[one] for one in backend.get_guild(guild.id).channel_ids]
        return [str(one.name) for one in found if self.can_see(one)]

    def threads(self, channel: Has) -> list[Channel]:
        """Return the threads of a channel that this person can see."""
        inside = self.place(channel).id
        found = self.world.backend.channels.values()
        return [
            one for one in found if one.parent_id == inside and one.is_thread and self.can_see(one)
        ]

    async def hears(
        self,
        words: str = "",
        *,
        channel: Has | None = None,
        after: Seen | None = None,
        ever: bool = False,
        seconds: float = PATIENCE,
    ) -> Seen:
        """Wait until the bot has said these words, or changed a message into them.

        What counts is later than `after`, else later than what this person last did in that
        channel, or at any time with `ever`.
        """
        since = (after.id, after.changed) if after else self._acted.get(self.place(channel).id)
        since = (0, 0.0) if ever or since is None else since
        try:
            async with asyncio.timeout(seconds):
                while True:
                    changed = self.world.changed
                    for one in self._later(channel, since):
                        if one.by_bot and not one.loading and words in one.words:
                            return one
                    await changed.wait()
        except TimeoutError:
            raise TimeoutError(
                f"{self.name} did not hear {words!r}; the bot said {self.reads(channel)}"
            ) from None

    def _later(self, channel: Has | None, since: tuple[int, float]) -> Iterator[Seen]:
        """Return what is new or was changed since then, the newest first."""
        for message in reversed(self.shown(channel)):
            if message.id > since[0] or message.edited_timestamp is not None:
                seen = view(self.world, message)
                if not seen.service and (seen.id > since[0] or seen.changed > since[1]):
                    yield seen

    def place(self, channel: Has | None) -> Channel:
        """Return the channel that is meant, if this person can see it."""
        if channel is None:
            return self.world.private(self.id)
        found = self.world.backend.channels.get(channel.id)
        if found is None or not self.can_see(found):
            raise MayNot(f"{self.name} sees no such channel: {channel}")
        return found

    def can_see(self, channel: Channel) -> bool:
        """Tell whether this person has access to a channel."""
        return channel_accessible(self.world.backend, channel.id, self.id)

    def shown(self, channel: Has | None) -> list[Message]:
        """Return the stored messages that this person sees, oldest first."""
        stored = self.world.backend.messages[self.place(channel).id]
        return [
            one
            for one in stored.values()
            if one.visible_to(self.id) and one.id not in self._dismissed
        ]

    def stored(self, seen: Seen) -> Message:
        """Return the message behind what is seen, as it is now."""
        channel = self.world.backend.channels.get(seen.channel)
        for message in self.shown(channel) if channel else ():
            if message.id == seen.id:
                return message
        raise MayNot(f"{self.name} sees this message no longer: {seen.text!r}")

    def act(self, channel: Channel) -> None:
        """Remember that this person did something here."""
        self._acted[channel.id] = (self.world.backend.snowflake(), self.world.now())
