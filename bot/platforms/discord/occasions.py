"""Occasions: events in the server's calendar, without telling strangers what the group is.

Everybody in a server sees its events, those in the lobby too, unless an event is held in a voice
channel: then only those see it who see the channel. So:

    a voice channel that only the room's people see  ─> the event there, with its own title
    otherwise                                        ─> an event that says nothing but its time

The words go into the room in any case, with a link to the event.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import discord
import structlog

from bot import spoken, text
from bot.actions import Occasion, Receipt, Send
from bot.errors import Undeliverable
from bot.platforms.discord import scene
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.rooms import Rooms
from bot.platforms.discord.scene import Scene
from bot.platforms.discord.sending import Sender
from bot.store import groups

log = structlog.get_logger(__name__)

LONGEST_TITLE, LONGEST_ABOUT = 100, 900
TITLE, PLACE = "An event for members", "See your room"
WHY = "An event of a room"
NEUTRAL = (
    "It is in the [calendar of this server]({link}), which says only when it is: everybody in the "
    "server can see that. They can also see who presses “Interested” there."
)
OWN = "It is in the [calendar of this server]({link}), where only people of this room see it."


@dataclass(slots=True)
class Occasions:
    """Puts events into calendars."""

    desk: Desk
    rooms: Rooms
    sender: Sender

    async def put(self, action: Occasion) -> Receipt:
        """Put an event into the server's calendar, and say it in the room."""
        said = await self._said(action)
        try:
            link, note = await self._entered(action)
        except Undeliverable as why:  # the room hears of it all the same
            log.warning("event not put into the calendar", why=str(why))
            return await self.sender.say(said)
        told = await self.sender.say(said.model_copy(update={"text": f"{said.text}\n\n{note}"}))
        return Receipt(message=told.message, link=link)

    async def _said(self, action: Occasion) -> Send:
        async with self.desk.db.read() as db:
            found = await groups.of_room(db, action.to)
        return spoken.occasion(action, found[0].timezone if found else "UTC")

    async def _entered(self, action: Occasion) -> tuple[str, str]:
        """Return the link to the event in the calendar, and what is said about it."""
        seen = await scene.look(self.desk, self.rooms, action.to)
        hall = next(_halls(seen), None)
        mark = self._mark(action)
        async with self.desk.call(action.to, action.priority, counts=False):
            events = await seen.guild.fetch_scheduled_events(with_counts=False)
            link = next((event.url for event in events if _is_ours(event, seen, mark)), "")
            if not link:  # a first try may have made it and not have heard of it
                made = await _made(seen.guild, action, hall, mark)
                link = made.url
        return link, (OWN if hall else NEUTRAL).format(link=link)

    def _mark(self, action: Occasion) -> str:
        """Return a short mark that is the same for the same key, so that it is put once."""
        return f"No. {self.desk.db.vault.lookup('occasion', action.key)[:10]}"


def _is_ours(event: discord.ScheduledEvent, seen: Scene, mark: str) -> bool:
    return event.creator_id == seen.me.id and mark in (event.description or "")


async def _made(
    guild: discord.Guild, action: Occasion, hall: discord.VoiceChannel | None, mark: str
) -> discord.ScheduledEvent:
    if hall is None:
        return await guild.create_scheduled_event(
            name=TITLE,
            description=mark,
            location=PLACE,
            start_time=action.starts_at,
            end_time=action.ends_at,
            privacy_level=discord.PrivacyLevel.guild_only,
            entity_type=discord.EntityType.external,
            reason=WHY,
        )
    where = text.plain(f"{action.about}\n\n{text.literal(action.where)}")
    return await guild.create_scheduled_event(
        name=action.title[:LONGEST_TITLE],
        description=f"{where[:LONGEST_ABOUT]}\n\n{mark}",
        channel=hall,
        start_time=action.starts_at,
        end_time=action.ends_at,
        privacy_level=discord.PrivacyLevel.guild_only,
        entity_type=discord.EntityType.voice,
        reason=WHY,
    )


def _halls(seen: Scene) -> Iterator[discord.VoiceChannel]:
    """Return voice channels that the room's people see, and nobody else but its team."""
    for channel in seen.channels:
        if not isinstance(channel, discord.VoiceChannel) or seen.own is None:
            continue
        mine = channel.permissions_for(seen.me)
        others = [
            role
            for role in seen.roles
            if role.id not in seen.keys
            and not seen.is_mine(role)
            and not role.permissions.administrator
        ]
        if (
            channel.permissions_for(seen.own).view_channel
            and mine.view_channel
            and mine.connect
            and not any(channel.permissions_for(role).view_channel for role in others)
        ):
            yield channel
