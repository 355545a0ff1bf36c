"""Messages as a person sees them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simcord.backend.models import Message
from simcord.components import walk_components

from tests.platforms.discord_api.world import World

LOADING = 1 << 7
SILENT = 1 << 12
_SAID = frozenset({0, 19, 20, 23, 24})
"""Plain words, replies, answers to commands and to menus, alerts of AutoMod."""
_ROW, _BUTTON, _SELECT, _SECTION, _TEXT = 1, 2, 3, 9, 10


@dataclass(frozen=True)
class Seen:
    """One message on somebody's screen."""

    id: int
    channel: int
    author: str
    author_id: int
    by_bot: bool
    text: str
    """The content, and the text displays of a message that is made of components."""
    embeds: tuple[dict[str, Any], ...]
    components: tuple[dict[str, Any], ...]
    buttons: tuple[tuple[str, ...], ...]
    """The labels of the buttons, row by row; a button without one goes by its emoji."""
    choices: tuple[str, ...]
    """The labels of everything that can be chosen in its menus."""
    ephemeral: bool
    to: int | None
    """Whom an ephemeral line is for."""
    pinned: bool
    edited: bool
    silent: bool
    loading: bool
    """The bot “is thinking”: acknowledged, nothing said yet."""
    thread: int | None
    """The thread that it stands in, or else the one that hangs on it."""
    file_name: str
    file: bytes
    mentions: tuple[int, ...]
    """Who is pinged: people, roles, and the guild for @everyone."""
    nonce: str
    reply: int | None
    kind: int
    """Discord's number for the kind of message: 0 is plain, 6 a pin, 24 an alert of AutoMod."""
    at: float
    changed: float

    @property
    def labels(self) -> list[str]:
        """Return the labels of all buttons in one list."""
        return [label for row in self.buttons for label in row]

    @property
    def words(self) -> str:
        """Return everything there is to read, with the embeds."""
        parts = [self.text, *(part for one in self.embeds for part in _parts(one))]
        return "\n".join(part for part in parts if part)

    @property
    def service(self) -> bool:
        """Tell whether Discord says it, not a person or the bot: pins, arrivals, new threads."""
        return self.kind not in _SAID


def view(world: World, message: Message) -> Seen:
    """Return a stored message as it looks now."""
    author = world.backend.users[message.author_id]
    shown = list(walk_components(message.components))
    texts = [message.content, *(one["content"] for one in shown if one["type"] == _TEXT)]
    files = message.attachments
    asker = (message.interaction_metadata or {}).get("user") or {}
    return Seen(
        id=message.id,
        channel=message.channel_id,
        author=message.author_name or author.global_name or author.name,
        author_id=author.id,
        by_bot=author.id == world.bot.id,
        text="\n".join(text for text in texts if text),
        embeds=tuple(message.embeds),
        components=tuple(message.components),
        buttons=tuple(_rows(shown)),
        choices=tuple(
            option["label"]
            for one in shown
            if one["type"] == _SELECT
            for option in one.get("options") or ()
        ),
        ephemeral=message.is_ephemeral,
        to=int(asker["id"]) if message.is_ephemeral and asker else None,
        pinned=message.pinned,
        edited=message.edited_timestamp is not None,
        silent=bool(message.flags & SILENT),
        loading=bool(message.flags & LOADING),
        thread=_thread(world, message),
        file_name=files[0]["filename"] if files else "",
        file=(world.backend.cdn.get(files[0]["url"]) or b"") if files else b"",
        mentions=_pinged(world, message),
        nonce=world.nonces.get(message.id, ""),
        reply=_reply(message),
        kind=message.type,
        at=_time(message.timestamp),
        changed=_time(message.edited_timestamp or message.timestamp),
    )


def face(button: dict[str, Any]) -> str:
    """Return what a button is called by those who see it."""
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")


def _rows(shown: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for one in shown:
        inside = one.get("components") or [] if one["type"] == _ROW else []
        if one["type"] == _SECTION and one.get("accessory"):
            inside = [one["accessory"]]
        labels = tuple(face(button) for button in inside if button["type"] == _BUTTON)
        if labels:
            yield labels


def _parts(embed: dict[str, Any]) -> Iterator[str]:
    yield from (str(embed[key]) for key in ("title", "description") if embed.get(key))
    for one in embed.get("fields") or ():
        yield from (str(one["name"]), str(one["value"]))
    for key, name in (("author", "name"), ("footer", "text")):
        if embed.get(key):
            yield str(embed[key].get(name) or "")


def _pinged(world: World, message: Message) -> tuple[int, ...]:
    guild = world.backend.channels[message.channel_id].guild_id
    everyone = [guild] if message.mention_everyone and guild else []
    return (*message.ping_user_ids, *message.ping_role_ids, *everyone)


def _thread(world: World, message: Message) -> int | None:
    channel = world.backend.channels[message.channel_id]
    return next((one for one in (channel.id, message.id) if _is_thread(world, one)), None)


def _is_thread(world: World, channel: int) -> bool:
    found = world.backend.channels.get(channel)
    return found is not None and found.is_thread


def _reply(message: Message) -> int | None:
    reference = message.reference or {}
    plain = reference.get("type", 0) == 0 and "message_id" in reference
    return int(reference["message_id"]) if plain else None


def _time(stamp: str) -> float:
    return dt.datetime.fromisoformat(stamp).timestamp()
