"""Sending: what the bot says, changes, takes back and pins, and the files it hands over.

What is said to a person goes by the token of what they asked, before their eyes only, and else in
private, never into the channel. What is said to a room is the answer that all see, and else a
message in the channel.
"""

import contextlib
from dataclasses import dataclass, field, replace

import discord

from bot.actions import Address, Base, Delete, Edit, Pin, Receipt, Send, SendFile, is_person
from bot.errors import Undeliverable
from bot.platforms.discord import buttons, markup, traces, wire
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.buttons import Rows
from bot.platforms.discord.cards import Component, is_card
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.parcels import Parcel
from bot.platforms.discord.reach import Reach, nonce
from bot.platforms.discord.refusals import GONE, Spent
from bot.platforms.discord.replies import Replies
from bot.platforms.discord.wire import Shown

ROOMY = markup.LIMIT - 8
NOTHING = "…"
MOST_BEGUN = 1000

Said = Send | SendFile
Changing = Edit | Delete | Pin


@dataclass(slots=True)
class Sender:
    """Carries out what is said; `_begun` holds how far long words got before they had to wait."""

    desk: Desk
    replies: Replies
    reach: Reach
    _begun: dict[str, list[Shown]] = field(default_factory=dict)

    async def say(self, action: Said) -> Receipt:
        """Say something, or hand over a file, in as many messages as it takes."""
        done = self._begun.get(action.key, [])
        for number, parcel in enumerate(await self._parcels(action)):
            if number >= len(done):
                said = await self._deliver(action, parcel, number)
                done = [*done, said._replace(card=parcel.card)]
                self._keep(action.key, done)
        self._begun.pop(action.key, None)
        return traces.receipt(self.desk.client, done)

    async def change(self, action: Changing) -> Receipt:
        """Change, take back or pin what was said."""
        match action:
            case Edit():
                return await self.edit(action)
            case Delete():
                return await self.delete(action)
            case Pin():
                return await self.pin(action)

    async def _parcels(self, action: Said) -> list[Parcel]:
        """Return the messages; the buttons, or the file, stand with the last."""
        silent = isinstance(action, Send) and action.silent
        if isinstance(action, SendFile):
            *texts, caption = markup.parts(action.caption) or [""]
            last = Parcel(caption, name=action.name, content=action.content)
        else:
            rows = await self._components(action.buttons)
            *texts, words = markup.parts(_with_links(action.text, action.buttons)) or [NOTHING]
            last = Parcel(words, rows, silent=silent, card=is_card(action, len(texts) + 1))
        return [*(Parcel(words, silent=silent) for words in texts), last]

    async def _components(self, rows: Rows) -> list[Component]:
        if not rows:
            return []
        # Only a long command line is written down: nobody waits for the one writer otherwise.
        session = self.desk.db.write if buttons.keeps(rows) else self.desk.db.read
        async with session() as db:
            return await buttons.components(db, rows, self.desk.clock.now())

    async def _deliver(self, action: Base, parcel: Parcel, number: int) -> Shown:
        """Say one part of it, by the token if that lives."""
        key = f"{action.key}#{number}" if action.key else ""
        if action.reply_token:
            with contextlib.suppress(Spent):
                return await self.replies.say(action.reply_token, parcel, to=action.to, key=key)
        if is_person(action.to):
            return await self.reach.write(action, parcel, key)
        async with self.desk.call(action.to, action.priority) as channel:
            said = await wire.post(self.desk.client, channel, parcel, nonce(key))
        await self.replies.clear(action.reply_token)
        return said

    def _keep(self, key: str, done: list[Shown]) -> None:
        if key:
            self._begun[key] = done
        while len(self._begun) > MOST_BEGUN:  # what never came back: it was too late to be said
            del self._begun[next(iter(self._begun))]

    async def edit(self, action: Edit) -> Receipt:
        """Change what was said; words that have become shorter leave no message behind.

        A line that one person saw, and that cannot be changed any more, is said anew.
        """
        known = self._traced(action)
        parts = markup.parts(_with_links(action.text, action.buttons), ROOMY) or [NOTHING]
        if len(parts) > len(known):  # a message cannot grow beyond its limit
            parts = parts[: len(known)]
            parts[-1] += " …"
        rows = await self._components(action.buttons)
        parcels = [*map(Parcel, parts[:-1]), Parcel(parts[-1], rows)]
        try:
            for one, parcel in zip(known, parcels, strict=False):
                await self._change(action, one, replace(parcel, card=one.card))
        except Spent:
            shared = {name: getattr(action, name) for name in Base.model_fields}
            return await self.say(Send(text=action.text, buttons=action.buttons, **shared))
        for one in known[len(parts) :]:
            await self._drop(action, one)
        return traces.receipt(self.desk.client, known[: len(parts)])

    async def delete(self, action: Delete) -> Receipt:
        """Take back what was said; what is gone is taken back."""
        for one in self._traced(action):
            await self._drop(action, one)
        return Receipt(message=action.message)

    async def pin(self, action: Pin) -> Receipt:
        """Pin what was said."""
        first = self._traced(action)[0]
        if first.hidden:
            raise Undeliverable("what only one person sees cannot be pinned")
        async with self.desk.call(action.to, action.priority, counts=False):
            await self.desk.client.http.pin_message(first.channel, first.message)
        return Receipt(message=action.message)

    def _traced(self, action: Changing) -> list[Shown]:
        """Return the messages that are meant; raises Undeliverable if one stands elsewhere."""
        known = traces.read(action.message, action.to)
        if not all(one.hidden or self._is_at(one, action.to) for one in known):
            raise Undeliverable("the message is gone from here: it stands in another room")
        return known

    def _is_at(self, one: Shown, place: Address) -> bool:
        """Tell whether a message stands in this room, or a thread of it; in doubt it may."""
        channel = self.desk.client.get_channel(one.channel)
        if isinstance(channel, discord.Thread):
            home = channel.parent_id
        elif isinstance(channel, discord.abc.GuildChannel):
            home = channel.id
        else:  # a private talk, or a channel that the client has not heard of
            return True
        return not is_person(place) and home == number_of(place)

    async def _change(self, action: Base, one: Shown, parcel: Parcel) -> None:
        if one.hidden:
            await self.replies.change(one.message, parcel)
            return
        async with self.desk.call(action.to, action.priority):
            await wire.patch(self.desk.client, one, parcel)

    async def _drop(self, action: Base, one: Shown) -> None:
        if one.hidden:
            with contextlib.suppress(Spent):  # it goes from the screen by itself
                await self.replies.drop(one.message)
            return
        async with self.desk.call(action.to, action.priority, counts=False, done=GONE):
            await wire.drop(self.desk.client, one)


def _with_links(words: str, rows: Rows) -> str:
    """Return words together with the links that can stand on no button."""
    spoken = buttons.spoken(rows)
    return f"{words}\n\n{spoken}" if spoken else words
