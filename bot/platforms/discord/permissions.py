"""Permissions: what the bot must be allowed in a server, and why; nothing that is not needed.

The link that installs the bot asks for these, /doctor and the docs read them. Administrator is
never among them: it would let the bot, and whoever stole its token, do everything.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

import discord

from bot.settings import Discord

SCOPES = "bot applications.commands"


@dataclass(frozen=True, slots=True)
class Need:
    """One permission: discord.py's name for it, what Discord's own settings call it, and why.

    `in_room` tells that it matters in a channel, so that the bot sees to it there.
    """

    flag: str
    label: str
    why: str
    in_room: bool = True

    @property
    def bit(self) -> int:
        """Return the bit by which Discord knows it."""
        return int(discord.Permissions.VALID_FLAGS[self.flag])


NEEDS = (
    Need("view_channel", "View Channels", "to be in its rooms"),
    Need("send_messages", "Send Messages", "to answer"),
    Need("send_messages_in_threads", "Send Messages in Threads", "to answer there too"),
    Need("create_private_threads", "Create Private Threads", "to talk with one person alone"),
    Need("embed_links", "Embed Links", "to show a source as a card"),
    Need("attach_files", "Attach Files", "to hand over calendar entries"),
    Need("read_message_history", "Read Message History", "to change what it said before"),
    Need("manage_messages", "Manage Messages", "to take messages of strangers out of a room"),
    Need("pin_messages", "Pin Messages", "to pin what matters"),
    Need("create_instant_invite", "Create Invite", "to let people in who were invited"),
    Need(
        "use_application_commands",
        "Use Application Commands",
        "to let members use its commands in their room: a bot can only pass on what it has",
    ),
    Need("manage_roles", "Manage Roles", "to open a room to its members alone", False),
    Need("moderate_members", "Timeout Members", "to let somebody read but not write", False),
    Need("manage_guild", "Manage Server", "to keep the filter, AutoMod, up to date", False),
    Need("create_events", "Create Events", "to put events into the server’s calendar", False),
)  # fmt: skip
NUMBER = sum(need.bit for need in NEEDS)
"""The number that the link which installs the bot carries."""

STAFF_BIT = discord.Permissions(pin_messages=True).value
"""What the team's role carries and members do not: Discord shows the team's commands by it.

A server's @everyone may write, and create events, unless somebody took that away; never pin.
"""

IN_ROOM = sum(need.bit for need in NEEDS if need.in_room)


def missing(have: discord.Permissions, needs: tuple[Need, ...] = NEEDS) -> list[Need]:
    """Return what the bot must be allowed and is not."""
    return [need for need in needs if not have.value & need.bit]


def labels(needs: list[Need]) -> str:
    """Return permissions as a person reads them in Discord's settings."""
    return ", ".join(f"“{need.label}”" for need in needs)


def install_link(settings: Discord) -> str:
    """Return the link by which somebody adds the bot to their server; empty without its number."""
    if not settings.application_id:
        return ""
    asked = {"client_id": settings.application_id, "scope": SCOPES, "permissions": NUMBER}
    return f"{settings.authorize_url}?{urlencode(asked)}"
