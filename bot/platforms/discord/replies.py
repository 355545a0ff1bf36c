"""Replies: each interaction is answered in three seconds; its token serves for fifteen minutes.

If the ring takes longer than two seconds, or very many ask at once, the bot "is thinking", before
the person's eyes only; that is filled later, or taken away again. All that is said to the person
goes by the token until it ends, in order. Nothing here is stored: of a token that is not in
memory, because the program was started since, Discord is asked how far its answer is.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord

from bot.actions import Address
from bot.platforms.discord import tokens
from bot.platforms.discord.answers import SOON, Answers
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.hooks import Hooks
from bot.platforms.discord.parcels import Parcel
from bot.platforms.discord.refusals import Spent
from bot.platforms.discord.talks import Stage, Talk, begun
from bot.platforms.discord.wire import Shown

CROWD = 200  # so many that wait for a first answer mean that not all will get theirs in time
AT_LEAST = 0.25  # a clock that is wrong leaves the ring this many seconds
CLEARED = tokens.LIFETIME.total_seconds() - 60  # nobody is left "thinking" when a token ends


@dataclass
class Replies:
    """Answers interactions. A token is given as events carry it: `str(Token)`."""

    desk: Desk
    hooks: Hooks = field(init=False)
    answers: Answers = field(init=False)
    _talks: dict[str, Talk] = field(default_factory=dict)
    _latest: dict[Address, str] = field(default_factory=dict)
    _hidden: dict[int, str] = field(default_factory=dict)
    _free: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make the parts."""
        self.hooks = Hooks(self.desk)
        self.answers = Answers(self.hooks)

    # --- What the intake asks --------------------------------------------------------------------

    def open(self, interaction: discord.Interaction) -> str:
        """Begin to answer an interaction and return its token; the clock of two seconds runs."""
        talk = begun(interaction)
        name = str(talk.token)
        if name not in self._talks:
            self._forget()
            self._talks[name] = talk
            self._free.add(name)
            soon = SOON if len(self._free) <= CROWD else 0.0
            talk.watch = asyncio.create_task(self._watch(talk, soon))
            if talk.hides and talk.user is not None:
                self._latest[talk.user] = name
        return name

    async def settle(self, token: str, notice: str = "") -> None:
        """Acknowledge an interaction by whose token nothing is said; `notice` is, if given."""
        talk = self._talks.get(token)
        if talk is not None:
            async with self._held(talk):
                await self.answers.settle(talk, notice)

    async def close(self) -> None:
        """Acknowledge what is open and stop all clocks, as the program ends."""
        talks = [*self._talks.values()]
        for talk in talks:
            talk.ends()
        await asyncio.gather(*map(self._think, talks))

    # --- What those who say something ask --------------------------------------------------------

    async def say(self, token: str, parcel: Parcel, *, to: Address, key: str = "") -> Shown:
        """Say something by a token: to a person for their eyes only, to a room for everybody.

        Words under the same `key` again are shown once where Discord makes that possible.
        Raises Spent if it has to be said without the token.
        """
        talk = self._talk(token)
        if talk is None or not talk.is_for(to):
            raise Spent
        async with self._held(talk):
            said = await self.answers.say(talk, parcel, to, key)
        if said.hidden:
            self._hidden[said.message] = token
            talk.said.append(said.message)
        return said

    async def show(self, token: str, modal: discord.ui.Modal) -> bool:
        """Open a modal; False if it is too late for that, or not possible here."""
        talk = self._talks.get(token)
        if talk is None or talk.fills:  # a form does not follow a form without a press
            return False
        async with self._held(talk):
            return await self.answers.open(talk, modal.to_dict())

    async def change(self, message: int, parcel: Parcel) -> None:
        """Change a line that one person sees; raises Spent once that is not possible any more."""
        await self.hooks.change(self._token_of(message), message, parcel)

    async def drop(self, message: int) -> None:
        """Take back a line that one person sees; raises Spent once that is not possible."""
        await self.hooks.drop(self._token_of(message), message)

    async def clear(self, token: str) -> None:
        """See to it that nobody waits by a token, since the answer stands elsewhere."""
        talk = self._talks.get(token)
        if talk is not None:
            async with self._held(talk):
                await self.answers.empty(talk)
                await self.answers.settle(talk, "")

    def latest(self, user: Address) -> str | None:
        """Return the newest living token of somebody in a server's channel."""
        token = self._latest.get(user, "")
        return token if self._talk(token) is not None else None

    # --- Time and memory -------------------------------------------------------------------------

    async def _watch(self, talk: Talk, soon: float) -> None:
        """Let the bot "think" if nothing was said for a while, but not for ever."""
        gone = (self.desk.clock.now() - talk.token.made_at).total_seconds()
        await asyncio.sleep(min(soon, max(AT_LEAST, soon - gone)))
        talk.watch = None
        await self._think(talk)
        self._free.discard(str(talk.token))
        if talk.stage is Stage.THINKING:
            talk.watch = asyncio.current_task()
            await asyncio.sleep(CLEARED)
            talk.watch = None
            async with talk.lock:
                await self.answers.empty(talk)

    async def _think(self, talk: Talk) -> None:
        async with self._held(talk):
            await self.answers.think(talk)

    @asynccontextmanager
    async def _held(self, talk: Talk) -> AsyncIterator[None]:
        """Hold a talk, so that one thing is said to it at a time."""
        async with talk.lock:
            try:
                yield
            finally:
                if talk.stage is not Stage.FREE:
                    self._free.discard(str(talk.token))

    def _talk(self, name: str) -> Talk | None:
        """Return the talk of a token that lives, whether or not it was begun here."""
        token = tokens.read(name)
        if token is None or not token.lives(self.desk.clock.now()):
            return None
        return self._talks.setdefault(name, Talk(token))

    def _token_of(self, message: int) -> tokens.Token:
        talk = self._talk(self._hidden.get(message, ""))
        if talk is None:
            raise Spent
        return talk.token

    def _forget(self) -> None:
        """Drop what has ended, oldest first."""
        now = self.desk.clock.now()
        while self._talks:  # not over a copy: there may be tens of thousands, and nothing to drop
            name, talk = next(iter(self._talks.items()))
            if talk.token.lives(now):
                return
            talk.ends()
            del self._talks[name]
            self._free.discard(name)
            for message in talk.said:
                self._hidden.pop(message, None)
            if talk.user is not None and self._latest.get(talk.user) == name:
                del self._latest[talk.user]
