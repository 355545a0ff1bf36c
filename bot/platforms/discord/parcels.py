"""Parcels: one message as it goes over the wire, wherever it goes."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.http import MultipartParameters

from bot.platforms.discord.cards import Component, framed

EPHEMERAL, NO_PREVIEWS, SILENT = 1 << 6, 1 << 2, 1 << 12
CARD = 1 << 15


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message: words within Discord's limit, rows of components, perhaps a file.

    A `card` stands in a frame. `pings` is the one person who is to be called; mostly nobody is.
    """

    text: str = ""
    rows: Sequence[Component] = ()
    name: str = ""
    content: bytes = b""
    silent: bool = False
    card: bool = False
    pings: int = 0

    def data(self, *, hidden: bool = False, nonce: str = "") -> dict[str, Any]:
        """Return a new message; `hidden` is for one person's eyes, `nonce` lets it show once."""
        # A preview would tell a link's owner who reads. A card has none.
        flags = CARD if self.card else NO_PREVIEWS
        flags |= EPHEMERAL if hidden else 0
        flags |= SILENT if self.silent else 0
        once = {"nonce": nonce, "enforce_nonce": True} if nonce else {}
        return self.change() | {"flags": flags} | once

    def change(self) -> dict[str, Any]:
        """Return what a message is changed to."""
        rows = [*self.rows]
        said = (
            {"components": framed(self.text, rows)}
            if self.card
            else {"components": rows, "content": self.text}
        )
        named = {"attachments": [{"id": 0, "filename": self.name}]} if self.name else {}
        pinged = {"users": [str(self.pings)]} if self.pings else {}
        return {
            **said,
            **named,
            "allowed_mentions": {"parse": [], **pinged},
        }

    def packed(self, payload: dict[str, Any]) -> MultipartParameters:
        """Return a payload that holds this message together with its file."""
        if not self.name:
            return MultipartParameters(payload=payload, multipart=None, files=None)
        file = discord.File(io.BytesIO(self.content), filename=self.name)
        parts: list[dict[str, Any]] = [
            {"name": "payload_json", "value": json.dumps(payload)},
            {
                "name": "files[0]",
                "value": file.fp,
                "filename": self.name,
                "content_type": "application/octet-stream",
            },
        ]
        return MultipartParameters(payload=None, multipart=parts, files=[file])
