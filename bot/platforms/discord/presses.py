"""Presses: what one press, or one window that was sent, of a form says, and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from bot.actions import Address, Button, Send, is_person
from bot.events import Typed, rows
from bot.platforms.discord import buttons, hearing, sheets, steps
from bot.platforms.discord.addresses import NAME, person
from bot.platforms.discord.folders import Folder


@dataclass(frozen=True, slots=True)
class Heard:
    """A press or a window: whose, where, of which form, and by what it is answered.

    `said` is what the window brought, by the names of its questions; `typed` is the words in it.
    """

    id: str
    at: datetime
    user: Address
    chat: Address
    reply_token: str
    press: steps.Press
    said: dict[str, str] | None = None
    typed: str = ""

    @property
    def token(self) -> str:
        """The token of the form."""
        return self.press.token

    @property
    def page(self) -> int | None:
        """The page that a button names."""
        rest = self.press.rest
        return int(rest) if rest.isascii() and rest.isdecimal() else None

    @property
    def room(self) -> Address | None:
        """The room in which it happened; None in a private talk."""
        return None if is_person(self.chat) else self.chat

    def words(self) -> Typed:
        """Return what was typed as an event for the ring."""
        return Typed(
            id=f"{self.id}#typed",
            at=self.at,
            chat=self.chat,
            user=self.user,
            reply_token=self.reply_token,
            text=self.typed,
        )

    def whole(self) -> Folder:
        """Return the form of which nothing was kept, for its window says all there is."""
        name, _, args = self.press.rest.partition(" ")
        return Folder(user=self.user, name=name, args=args, room=self.room, answers=self.said or {})

    def line(self, words: str, buttons: tuple[Button, ...] = ()) -> Send:
        """Return an answer to it, for this person only."""
        return Send(
            to=self.user,
            room=self.room,
            reply_token=self.reply_token,
            key=f"{self.id}#form",
            text=words,
            buttons=rows(buttons),
        )


def read(interaction: discord.Interaction, reply_token: str, now: datetime) -> Heard:
    """Return what an interaction says whose custom_id begins with the mark of forms."""
    data: Mapping[str, Any] = {**(interaction.data or {})}
    sent = interaction.type is discord.InteractionType.modal_submit
    return Heard(
        id=f"{NAME}:{interaction.id}",
        at=now,
        user=person(interaction.user.id),
        chat=hearing.place(interaction),
        reply_token=reply_token,
        press=steps.read(buttons.chosen(interaction)),
        said=sheets.answers(data) if sent else None,
        typed=sheets.typed(data) if sent else "",
    )
