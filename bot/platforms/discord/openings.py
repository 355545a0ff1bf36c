"""Openings: what else a room's role opens, and what the server shows to everybody.

Whoever comes into a server without a code should find one lobby and nothing else.
"""

from collections.abc import Callable, Iterator

import discord

from bot import text
from bot.platforms.discord.scene import Channel, Scene, called


def found(scene: Scene, *, server: bool) -> list[str]:
    """Return what a room's role opens that it should not; with `server` also what all can see."""
    looks = (*OF_ROLE, *OF_SERVER) if server else OF_ROLE
    return [sentence for look in looks for sentence in look(scene)]


def _powers(scene: Scene) -> Iterator[str]:
    """What the role may do in the whole server."""
    if scene.own is None:
        return
    more = scene.own.permissions.value & ~scene.everyone.permissions.value
    if scene.room.staff:  # a team may do what its clinic lets it do
        more &= discord.Permissions.administrator.flag
    if more:
        yield (
            f"The role “{text.literal(scene.own.name)}” may do more than come into {scene.name}: "
            f"{_labels(more)}. Take that away from it."
        )


def _channels(scene: Scene) -> Iterator[str]:
    """Other channels that the role opens."""
    if scene.own is None or scene.own.permissions.administrator:
        return
    for channel in _opened(scene, scene.own):
        others = [name for role in scene.roles if (name := _sees(scene, channel, role))]
        if channel.id in scene.bound:
            yield (
                f"Whoever is let into {scene.name} can see {called(channel)} too, which is "
                "another room. Take the role out of its permissions."
            )
        elif not scene.room.staff and (others or not _is_for_talking(channel)):
            beside = f", and so can {', '.join(others)}" if others else ""
            yield (
                f"Whoever is let into {scene.name} can see {called(channel)} too{beside}. Nobody "
                "looks after that channel. Take the role out of its permissions."
            )


def _opened(scene: Scene, role: discord.Role) -> Iterator[Channel]:
    """Return channels that a role opens, everybody does not see, and do not belong to the role."""
    mine = {one.channel for one in scene.kin if role.id == one.role or scene.room.staff}
    for channel in scene.channels:
        if channel.id in mine | {scene.channel.id} or isinstance(channel, discord.CategoryChannel):
            continue
        seen, by_all = (channel.permissions_for(one).view_channel for one in (role, scene.everyone))
        if seen and not by_all:
            yield channel


def _sees(scene: Scene, channel: Channel, role: discord.Role) -> str:
    """Return the name of a role that sees a channel and is not of this room; else nothing."""
    belongs = role.id in scene.keys or role.is_default() or scene.is_mine(role)
    if belongs or role.permissions.administrator or not channel.permissions_for(role).view_channel:
        return ""
    return f"“{text.literal(role.name)}”"


def _is_for_talking(channel: Channel) -> bool:
    return isinstance(channel, discord.VoiceChannel | discord.StageChannel)


def _lobby(scene: Scene) -> Iterator[str]:
    """More than one channel in which somebody without an invite can talk."""
    open_to_all = [
        called(channel)
        for channel in scene.channels
        if channel.id not in scene.bound and _is_public(scene, channel)
    ]
    if len(open_to_all) > 1:
        yield (
            "Everybody who comes into this server, invited or not, can talk in "
            f"{', '.join(open_to_all)}. One of them is enough as a lobby: take “View Channel” "
            "away from @everyone in the others."
        )


def _is_public(scene: Scene, channel: Channel) -> bool:
    may = channel.permissions_for(scene.everyone)
    if isinstance(channel, discord.CategoryChannel) or not may.view_channel:
        return False
    return may.connect if _is_for_talking(channel) else may.send_messages


def _shown(scene: Scene) -> Iterator[str]:
    """What the server tells people who are not in it."""
    if scene.guild.widget_enabled:
        yield (
            "The server’s widget is on, so anybody on the internet can see who of it is online. "
            "Switch it off in the server’s settings."
        )
    if "DISCOVERABLE" in scene.guild.features:
        yield (
            "The server is listed in Discord’s public directory, so anybody can find it. Take it "
            "off that list in the server’s settings."
        )


def _labels(bits: int) -> str:
    names = [name for name, on in discord.Permissions(bits) if on]
    return ", ".join(f"“{name.replace('_', ' ').title()}”" for name in names)


OF_ROLE: tuple[Callable[[Scene], Iterator[str]], ...] = (_powers, _channels)
OF_SERVER: tuple[Callable[[Scene], Iterator[str]], ...] = (_lobby, _shown)
