"""Hearing: what the gateway tells as events in the bot's own words. Pure: nothing is looked up."""

import re
from datetime import datetime
from typing import TypedDict

import discord

from bot import events
from bot.actions import Address, File
from bot.platforms.discord.addresses import person, room
from bot.routing import split

_SPOKEN = {discord.MessageType.default, discord.MessageType.reply}
_MENTION = r"<@!?{}>"


def place(interaction: discord.Interaction) -> Address:
    """Return where an interaction happened: in a thread, that is the channel that it is of."""
    if interaction.guild_id is None:
        return person(interaction.user.id)
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return room(channel.parent_id)
    return room(interaction.channel_id or 0)


def where(message: discord.Message) -> Address:
    """Return where a message stands."""
    if message.guild is None:
        return person(message.author.id)
    if isinstance(message.channel, discord.Thread):
        return room(message.channel.parent_id)
    return room(message.channel.id)


def name(message: discord.Message) -> str:
    """Return what a message is called here: its channel, which may be a thread, and its number."""
    return f"{message.channel.id}/{message.id}"


def is_spoken(message: discord.Message) -> bool:
    """Tell whether a person wrote a message, rather than a program or Discord itself."""
    human = not message.author.bot and message.webhook_id is None
    return human and message.type in _SPOKEN


def command(
    interaction: discord.Interaction, token: str, now: datetime, name: str, args: str
) -> events.Command:
    """Return the command that a slash command or a context menu gives."""
    return events.Command(
        id=f"discord:{interaction.id}",
        at=now,
        chat=place(interaction),
        user=person(interaction.user.id),
        reply_token=token,
        name=name,
        args=args,
    )


def pressed(
    interaction: discord.Interaction, token: str, now: datetime, data: str
) -> events.Pressed:
    """Return a press of a button whose command line is `data`."""
    return events.Pressed(
        id=f"discord:{interaction.id}",
        at=now,
        chat=place(interaction),
        user=person(interaction.user.id),
        reply_token=token,
        data=data,
        message=name(interaction.message) if interaction.message else "",
    )


def reported(
    interaction: discord.Interaction, token: str, now: datetime, target: discord.Message
) -> events.Reported:
    """Return a report of a message by a right click."""
    return events.Reported(
        id=f"discord:{interaction.id}",
        at=now,
        chat=place(interaction),
        user=person(interaction.user.id),
        reply_token=token,
        message=name(target),
        text=target.content,
        link=target.jump_url,
    )


def told(message: discord.Message) -> events.Message | events.Command:
    """Return what somebody tells the bot alone: words, or a command typed by hand."""
    if message.content.startswith("/"):
        name, args = split(message.content)
        return events.Command(name=name, args=args, **_base(message))
    return said(message)


def said(message: discord.Message) -> events.Message:
    """Return somebody's words."""
    files = tuple(
        File(id=str(one.id), name=one.filename, type=one.content_type or "", size=one.size)
        for one in message.attachments
    )
    return events.Message(
        message=name(message), text=message.content, files=files, **_base(message)
    )


def asked(message: discord.Message, bot: int) -> events.Command | None:
    """Return the question that somebody asks by naming the bot; None if they do not name it."""
    mention = re.compile(_MENTION.format(bot))
    if not mention.search(message.content):
        return None
    words = mention.sub("", message.content).strip()
    base = _base(message, "#asked")
    return events.Command(name="ask" if words else "help", args=words, **base)


def edited(message: discord.Message) -> events.Edited | None:
    """Return a change of somebody's words; None if only a preview was added to them."""
    if message.edited_at is None:
        return None
    base = _base(message, f":{message.edited_at.timestamp()}", message.edited_at)
    return events.Edited(message=name(message), text=message.content, **base)


class _Said(TypedDict):
    id: str
    at: datetime
    chat: Address
    user: Address


def _base(message: discord.Message, mark: str = "", at: datetime | None = None) -> _Said:
    return {
        "id": f"discord:{message.id}{mark}",
        "at": at or message.created_at,
        "chat": where(message),
        "user": person(message.author.id),
    }


def entered(member: discord.Member, into: Address, now: datetime, why: str) -> events.Joined:
    """Return that somebody can read a room from now on; `why` makes the moment one of its own."""
    return events.Joined(
        id=f"discord:{into}:{member.id}:in:{why}",
        at=now,
        chat=into,
        user=person(member.id),
        name=member.display_name,
    )


def went(user: int, out_of: Address, now: datetime) -> events.Left:
    """Return that somebody cannot read a room any more."""
    return events.Left(
        id=f"discord:{out_of}:{user}:out:{now.timestamp()}", at=now, chat=out_of, user=person(user)
    )
