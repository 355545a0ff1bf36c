"""A talk: one interaction that is being answered, and how far its answer is.

FREE ──(words, or a form)──────────────> TAKEN      the first answer is made: all else follows it
  ├──(two seconds are over)──> THINKING ──> TAKEN   "… is thinking" stands there to be filled
  ├──(nothing is to be said)─────────────> TAKEN
  └──(Discord does not know it)──────────> DEAD
LOST ──(Discord is asked)──> THINKING, TAKEN or DEAD        begun before the program was restarted
"""

import asyncio
from dataclasses import dataclass, field
from enum import Enum

import discord

from bot.actions import Address, is_person
from bot.platforms.discord.addresses import person, room
from bot.platforms.discord.tokens import Token


class Stage(Enum):
    """How far the answer to an interaction is."""

    FREE = "free"
    THINKING = "thinking"
    TAKEN = "taken"
    DEAD = "dead"
    LOST = "lost"


@dataclass(slots=True)
class Talk:
    """One interaction; `tried` names the words that may or may not have become its first answer.

    `hides` tells that what is said to the person must be hidden from others: it is no private talk.
    `since` is when it was heard, by the clock of the loop; `said` are lines that only they see.
    """

    token: Token
    stage: Stage = Stage.LOST
    user: Address | None = None
    place: Address | None = None
    channel: int = 0
    hides: bool = True
    presses: bool = False
    fills: bool = False
    tried: str = ""
    since: float = 0.0
    said: list[int] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    watch: "asyncio.Task[None] | None" = None

    def is_for(self, to: Address) -> bool:
        """Tell whether what goes to an address can be said here."""
        here = self.user if is_person(to) else self.place
        return here in {None, to}

    @property
    def age(self) -> float:
        """Return for how many seconds it has been known here."""
        return asyncio.get_running_loop().time() - self.since

    def ends(self) -> None:
        """Stop the clock that runs for it."""
        if self.watch is not None:
            self.watch.cancel()
            self.watch = None


def begun(interaction: discord.Interaction) -> Talk:
    """Return the talk that an interaction opens."""
    channel = where = interaction.channel_id or 0
    if isinstance(interaction.channel, discord.Thread):
        where = interaction.channel.parent_id
    user = person(interaction.user.id)
    in_private = interaction.guild_id is None
    return Talk(
        Token(interaction.id, interaction.token),
        Stage.FREE,
        user=user,
        place=user if in_private else room(where),
        channel=channel,
        hides=not in_private,
        presses=interaction.type is discord.InteractionType.component,
        fills=interaction.type is discord.InteractionType.modal_submit,
        since=asyncio.get_running_loop().time(),
    )
