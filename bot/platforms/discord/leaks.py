"""Leaks: who else can read a room on Discord, each in a plain sentence with what to do.

What a person may see is worked out as Discord does it: what their roles may, then what the
channel's own permissions take and give. Administrators and the owner see everything.
"""

from collections.abc import Callable, Iterator

import discord

from bot import text
from bot.platforms.discord import permissions
from bot.platforms.discord.scene import Scene

NEEDED = {
    "view_channel": "see it",
    "send_messages": "write in it",
    "read_message_history": "read what was said before",
    "use_application_commands": "use my commands in it",
}


def found(scene: Scene) -> list[str]:
    """Return everything that is wrong with who can read a room."""
    return [sentence for look in LOOKS for sentence in look(scene)]


def _mine(scene: Scene) -> Iterator[str]:
    """What the bot itself lacks."""
    lacks = permissions.missing(scene.channel.permissions_for(scene.me))
    if lacks:
        yield (
            f"I am not allowed to do all I have to in {scene.name}. Please give my role "
            f"{permissions.labels(lacks)}, and take nothing away from it in the channel."
        )
    if scene.own is not None and scene.own >= scene.me.top_role:
        yield (
            f"My role stands below “{text.literal(scene.own.name)}”, so I can let nobody in or "
            "out. In the server’s settings, drag my role above it."
        )


def _kind(scene: Scene) -> Iterator[str]:
    """What cannot be a room."""
    match scene.channel.type:
        case discord.ChannelType.text:
            return
        case discord.ChannelType.news:
            why = "other servers can follow what is said in an announcement channel"
        case _:
            why = "private talks beside a room need one"
    yield f"{scene.name} is not a plain text channel: {why}. Please set up a text channel."


def _role(scene: Scene) -> Iterator[str]:
    """Whether the room's own role lets its members in."""
    if scene.own is None:
        yield (
            f"The role that lets people into {scene.name} is gone, so members cannot see it. "
            "Type `/setup` there, and I make a new one."
        )
        return
    may = scene.channel.permissions_for(scene.own)
    cannot = [what for flag, what in NEEDED.items() if not getattr(may, flag)]
    if cannot:
        yield (
            f"People who are let into {scene.name} cannot {' or '.join(cannot)}. Type `/setup` "
            "there, and I set its permissions again."
        )


def _everyone(scene: Scene) -> Iterator[str]:
    if scene.channel.permissions_for(scene.everyone).view_channel:
        yield (
            f"Everybody in the server can see {scene.name}. Take “View Channel” away from "
            "@everyone in its permissions, or type `/setup` there and I do it."
        )


def _roles(scene: Scene) -> Iterator[str]:
    """Other roles that open the room, people's and bots'."""
    open_to_all = scene.channel.permissions_for(scene.everyone).view_channel
    for role in scene.roles:
        if role.is_default() or role.id in scene.keys or scene.is_mine(role):
            continue
        name = f"“{text.literal(role.name)}”"
        if role.permissions.administrator:
            yield from _administrators(scene, role, name)
        elif not open_to_all and scene.channel.permissions_for(role).view_channel:
            who = f"The bot {name}, and whoever runs it," if _is_bots(role) else f"The role {name}"
            yield (
                f"{who} can read {scene.name}. If that is not meant, take it out of the channel’s "
                "permissions."
            )


def _administrators(scene: Scene, role: discord.Role, name: str) -> Iterator[str]:
    if _is_bots(role):
        yield (
            f"The bot {name} is an administrator, so it can read {scene.name}, and so can whoever "
            "runs it. Take “Administrator” away from its role."
        )
    elif not scene.guild.chunked or any(one.id not in scene.team for one in role.members):
        yield (
            f"Whoever has the role {name} is an administrator, so they can read {scene.name}. "
            "Take “Administrator” away from it, or give it to people of this team only."
        )


def _people(scene: Scene) -> Iterator[str]:
    """People who see the room by a permission of their own, and the owner."""
    for target, overwrite in scene.channel.overwrites.items():
        is_role = isinstance(target, discord.Role) or getattr(target, "type", None) is discord.Role
        known = is_role or target.id == scene.me.id or target.id in scene.team
        if not known and overwrite.view_channel:
            name = text.literal(getattr(target, "display_name", "") or "Somebody")
            yield (
                f"{name} can read {scene.name} by a permission of their own. Take them out of the "
                "channel’s permissions; if they belong there, give them an invite."
            )
    if scene.guild.owner_id not in scene.team:
        yield (
            "The owner of a server can read everything in it, and this one has no place in the "
            f"team of {scene.name}. Give them an invite to the team, or let somebody of the team "
            "own the server."
        )


def _members(scene: Scene) -> Iterator[str]:
    """What members could do in the room that would carry its words elsewhere."""
    if scene.own is None or scene.room.staff:
        return
    may = scene.channel.permissions_for(scene.own)
    for flag, what in TOO_MUCH.items():
        if getattr(may, flag):
            yield f"Members of {scene.name} {what}"


def _is_bots(role: discord.Role) -> bool:
    return role.is_bot_managed()


TOO_MUCH = {
    "manage_threads": (
        "may manage threads, so they can read every private talk beside it. Take “Manage "
        "Threads” away from them."
    ),
    "manage_webhooks": (
        "may make webhooks, which write under any name and past my filter. Take “Manage "
        "Webhooks” away from them."
    ),
    "use_external_apps": (
        "may use apps of their own there, and such an app is given the messages that it is used "
        "on. Take “Use External Apps” away from @everyone."
    ),
}
Look = Callable[[Scene], Iterator[str]]
FAULTS: tuple[Look, ...] = (_mine, _kind, _role, _everyone)
"""What must be put right: the bot cannot do its work, or the room is open."""
RISKS: tuple[Look, ...] = (_roles, _people, _members)
"""What may be meant by whoever runs the server."""
LOOKS = (*FAULTS, *RISKS)
