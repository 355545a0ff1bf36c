"""Gates: who is let into a room on Discord, and taken out of it: by its role, never by a ban.

    admit ──> the role, if they are in the server
         └──> put in with the role, if they allowed that on Discord's own page
         └──> an invite for one person and one hour, which brings the role with it

Nobody is thrown out of the server either: it may hold rooms of other groups.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import discord
import structlog
from discord.http import Route

from bot.actions import Admit, Button, Decline, Receipt, Remove, Restrict
from bot.errors import Undeliverable
from bot.platforms.discord import buttons, markup, traces, wire
from bot.platforms.discord.addresses import number_of
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.grants import Grants
from bot.platforms.discord.parcels import Parcel
from bot.platforms.discord.quiet import Quiet
from bot.platforms.discord.reach import nonce
from bot.platforms.discord.refusals import Closed
from bot.platforms.discord.rooms import Room, Rooms

log = structlog.get_logger(__name__)

WHY_IN, WHY_OUT = "Let in with an invite", "Has no place in this room"
HOUR = 3600
# Discord's own numbers for its refusals.
UNKNOWN_INVITE, UNKNOWN_MEMBER, UNKNOWN_OVERWRITE, UNKNOWN_ROLE = 10006, 10007, 10009, 10011
NOT_ALLOWED = frozenset({50001, 50013})  # which is about the bot, not about the person

WAY_IN = (
    "**Here is your way into {room}.** The link works once, for you alone, for one hour. Please "
    "do not pass it on. If it has run out, `/rooms` gives you a new one."
)
NO_ROLE = "the room has no role that opens it yet: type /setup in it again"
ABOVE = "the person owns the server or is an administrator of it: nobody can take them out"

Admission = Admit | Decline | Restrict | Remove


@dataclass(slots=True)
class Gates:
    """Carries out admissions."""

    desk: Desk
    rooms: Rooms
    grants: Grants
    quiet: Quiet = field(init=False)

    def __post_init__(self) -> None:
        """Make the part that keeps people quiet."""
        self.quiet = Quiet(self.desk, self.rooms)

    async def perform(self, action: Admission) -> Receipt:
        """Carry out one admission."""
        match action:
            case Admit():
                return await self.admit(action)
            case Decline():
                return Receipt()  # nobody can ask to enter on Discord
            case Restrict():
                return await self.quiet.restrict(action)
            case Remove():
                return await self.remove(action)

    def _room(self, action: Admit | Remove) -> Room:
        room = self.rooms.of(action.to)
        if room is None or not room.role:
            raise Undeliverable(NO_ROLE)
        return room

    async def admit(self, action: Admit) -> Receipt:
        """Open a room to somebody; whoever is not in the server yet is brought in."""
        room, user = self._room(action), number_of(action.who)
        if await self._given(action, room, user) or await self._put_in(action, room, user):
            home = self.desk.settings.discord.authorize_url.removesuffix("/oauth2/authorize")
            return Receipt(link=f"{home}/channels/{room.guild}/{room.channel}")
        link = await self._invite(action, room, user)
        await self.grants.offer(user, room.address, link)
        return await self._handed_over(action, link)

    async def _given(self, action: Admit, room: Room, user: int) -> bool:
        """Give the role; False if they are not in the server."""
        async with self.desk.call(action.to, action.priority, counts=False):
            try:
                await self.desk.client.http.add_role(room.guild, user, room.role, reason=WHY_IN)
            except discord.NotFound as nobody:
                if nobody.code != UNKNOWN_MEMBER:
                    raise
                return False
        return True

    async def _put_in(self, action: Admit, room: Room, user: int) -> bool:
        """Put somebody into the server who allowed it; False if they did not, or it is over."""
        token = await self.grants.take(user)
        if token is None:
            return False
        route = Route("PUT", "/guilds/{guild_id}/members/{user}", guild_id=room.guild, user=user)
        asked = {"access_token": token, "roles": [str(room.role)]}
        async with self.desk.call(action.to, action.priority, counts=False):
            try:
                made: Any = await self.desk.client.http.request(route, json=asked)
            except (discord.Forbidden, discord.NotFound) as refused:
                if refused.code in NOT_ALLOWED:
                    raise
                log.info("not put into the server", code=refused.code)
                return False
        return bool(made) or await self._given(action, room, user)

    async def _invite(self, action: Admit, room: Room, user: int) -> str:
        """Return this person's invite: the one they got a moment ago, or a new one."""
        known = await self.grants.offered(user, room.address)
        if known and await self._works(action, known):
            return known
        route = Route("POST", "/channels/{channel_id}/invites", channel_id=room.channel)
        asked = {"max_age": HOUR, "max_uses": 1, "unique": True, "role_ids": [str(room.role)]}
        async with self.desk.call(action.to, action.priority, counts=False):
            http = self.desk.client.http
            made: dict[str, Any] = await http.request(route, json=asked, reason=WHY_IN)
        return f"{discord.Invite.BASE}/{made['code']}"

    async def _works(self, action: Admit, link: str) -> bool:
        async with self.desk.call(action.to, action.priority, counts=False):
            try:
                await self.desk.client.http.get_invite(_code(link), with_counts=False)
            except discord.NotFound:
                return False
        return True

    async def _handed_over(self, action: Admit, link: str) -> Receipt:
        """Give somebody their invite in private; else the clinic's page is where they find it."""
        enter = Button(label="Enter the room", url=link, style="primary")
        async with self.desk.db.read() as db:
            rows = await buttons.components(db, ((enter,),), self.desk.clock.now())
        (words,) = markup.parts(WAY_IN.format(room=action.what))
        try:
            async with self.desk.call(action.who, action.priority) as user:
                talk, client = await self.desk.talk(user), self.desk.client
                once = nonce(f"{action.key}#{_code(link)}")
                said = await wire.post(client, talk.id, Parcel(words, rows), once)
        except Closed:
            log.info("an invite could not be written to its person")
            return Receipt()
        return traces.receipt(self.desk.client, [said])

    async def remove(self, action: Remove) -> Receipt:
        """Close a room to somebody; what they wrote stays, and a new invite lets them back in."""
        room, user = self._room(action), number_of(action.who)
        call = partial(self.desk.call, action.to, action.priority, counts=False)
        http = self.desk.client.http
        if link := await self.grants.offered(user, room.address):
            async with call(done={UNKNOWN_INVITE}):
                await http.delete_invite(_code(link), reason=WHY_OUT)
        async with call(done={UNKNOWN_MEMBER, UNKNOWN_ROLE}):
            await http.remove_role(room.guild, user, room.role, reason=WHY_OUT)
        if self._has_own(room, user):
            async with call(done={UNKNOWN_OVERWRITE}):
                await http.delete_channel_permissions(room.channel, user, reason=WHY_OUT)
        self._really_out(room, user)
        return Receipt()

    def _has_own(self, room: Room, user: int) -> bool:
        """Tell whether the room is opened, or shut, to this person by a permission of their own."""
        channel = self.desk.client.get_channel(room.channel)
        if not isinstance(channel, discord.abc.GuildChannel):
            return False
        return any(target.id == user for target in channel.overwrites)

    def _really_out(self, room: Room, user: int) -> None:
        """Raise Undeliverable for somebody to whom everything in the server is open."""
        guild = self.desk.client.get_guild(room.guild)
        member = self.desk.member(guild, user) if guild else None
        if member is not None and member.guild_permissions.administrator:
            raise Undeliverable(ABOVE)


def _code(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]
