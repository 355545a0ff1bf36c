"""simcord's backend as this server uses it: a clock that ticks, files of its own, no diary."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from simcord._clock import Clock
from simcord.backend import Backend
from simcord.backend.cdn import CDN_BASE, CdnStore
from simcord.backend.models import Guild


class Ticking(Clock):
    """The machine's own clock, which tests move ahead."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> dt.datetime:
        """Return the server's time."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.ahead)

    def advance(self, seconds: float) -> None:
        """Move it ahead."""
        self.ahead += seconds


class Shelf(CdnStore):
    """Attachments, at addresses of this server."""

    base = ""

    def store_attachment(
        self, attachment_id: int, channel_id: int, filename: str, data: bytes, *more: str | None
    ) -> dict[str, Any]:
        """Keep a file and return what messages say of it."""
        made = super().store_attachment(attachment_id, channel_id, filename, data, *more)
        url = made["url"].replace(CDN_BASE, self.base)
        self._blobs[url] = self._blobs.pop(made["url"])
        return made | {"url": url, "proxy_url": url}


class Behind(Backend):
    """simcord's backend without its diary (it grows) and without its own AutoMod."""

    cdn: Shelf
    hushed = False
    """While this is set, nobody is told of anything."""

    def __init__(self) -> None:
        super().__init__(clock=Ticking())
        self.cdn = Shelf()

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Tell everybody who listens that something happened."""
        if not self.hushed:
            for listener in self.subscribers:
                listener(event, payload)

    def take_bot_out(self, guild: Guild) -> None:
        """Let the bot leave a guild, with its own role; the guild and its people stay."""
        member = guild.members.pop(self.bot_user.id)
        for role_id in member.role_ids:
            if guild.roles[role_id].managed:
                del guild.roles[role_id]
        self.emit("GUILD_DELETE", {"id": str(guild.id)})

    def _auto_mod_blocks(self, *_: object) -> bool:
        """Let everything pass: automod.py judges what people say before it is said."""
        return False
