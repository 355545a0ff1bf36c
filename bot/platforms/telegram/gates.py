"""Gates: who is let into a chat, kept quiet in it, and taken out of it.

A person gets an invite link of their own, for one person and one day, revoked as soon as somebody
has used it. Nobody is ever banned: on Telegram a ban erases what a person wrote.
"""

from contextlib import suppress
from dataclasses import dataclass

import structlog
from telegram import ChatMember, ChatPermissions

from bot.actions import Address, Admit, Button, Decline, Receipt, Remove, Restrict, Send
from bot.errors import DeliveryError, RetryLater, Undeliverable
from bot.platforms.telegram import passes
from bot.platforms.telegram.addresses import chat_of
from bot.platforms.telegram.desk import Desk
from bot.platforms.telegram.members import is_inside
from bot.platforms.telegram.refusals import Migrated
from bot.platforms.telegram.sending import Sender
from bot.platforms.telegram.tables import TelegramPass
from bot.store import outbox

log = structlog.get_logger(__name__)

WAY_IN = (
    "**Here is your way into {room}.** The link works once, for you alone, until this time "
    "tomorrow. Please do not pass it on."
)
Admission = Admit | Decline | Restrict | Remove


@dataclass(slots=True)
class Gates:
    """Carries out admissions."""

    desk: Desk
    sender: Sender

    async def perform(self, action: Admission) -> Receipt:
        """Carry out one admission."""
        match action:
            case Admit():
                return await self.admit(action)
            case Decline():
                return await self.decline(action)
            case Restrict():
                return await self.restrict(action)
            case Remove():
                return await self.remove(action)

    async def admit(self, action: Admit) -> Receipt:
        """Approve somebody's request to join; if there is none, send them a link of their own."""
        if await self._is_inside(action) or await self._approved(action):
            return Receipt()
        link = await self._pass(action.who, action.to)
        enter = Button(label="Enter the room", url=link, style="primary")
        return await self.sender.send(
            Send(
                to=action.who,
                room=action.to,
                key=f"{action.key}#way",
                priority=action.priority,
                text=WAY_IN.format(room=action.what),
                buttons=((enter,),),
            )
        )

    async def _is_inside(self, action: Admit) -> bool:
        """Tell whether they are in the chat; a ban by hand gives way to the clinic's invite."""
        who, inside = chat_of(action.who), False
        # Of somebody who was never there, Telegram says that there is no such person.
        with suppress(Undeliverable):
            async with self.desk.call(action.to, counts=False) as chat:
                member = await self.desk.bot.get_chat_member(chat, who)
                inside = is_inside(member)
                if member.status == ChatMember.BANNED:
                    await self.desk.bot.unban_chat_member(chat, who, only_if_banned=True)
        return inside

    async def _approved(self, action: Admit) -> bool:
        approved = False
        # With nobody asking, Telegram refuses, in one word or another.
        with suppress(Undeliverable):
            async with self.desk.call(action.to, counts=False) as chat:
                who = chat_of(action.who)
                approved = await self.desk.bot.approve_chat_join_request(chat, who)
        return approved

    async def _pass(self, who: Address, room: Address) -> str:
        """Return this person's link into the room: the one they got a moment ago, or a new one."""
        now = self.desk.clock.now()
        async with self.desk.db.read() as db:
            if (known := await passes.fresh(db, who, room, now)) is not None:
                return known
        async with self.desk.db.write() as db:
            await passes.spoil(db, who, room, now)
        async with self.desk.call(room, counts=False) as chat:
            made = await self.desk.bot.create_chat_invite_link(
                chat, expire_date=now + passes.LIFETIME, member_limit=1
            )
        async with self.desk.db.write() as db:
            await passes.add(db, who, room, made.invite_link, now)
        return made.invite_link

    async def decline(self, action: Decline) -> Receipt:
        """Turn down a request to join, once the person was told why.

        Somebody who never opened the bot can be written to only while they wait for an answer.
        """
        async with self.desk.db.read() as db:
            if await outbox.is_waiting(db, action.who, self.desk.clock.now()):
                raise RetryLater(1.0, "they are told why first")
        async with self.desk.call(action.to, counts=False) as chat:
            await self.desk.bot.decline_chat_join_request(chat, chat_of(action.who))
        return Receipt()

    async def restrict(self, action: Restrict) -> Receipt:
        """Let somebody read but not write."""
        async with self.desk.call(action.to, counts=False) as chat:
            await self.desk.bot.restrict_chat_member(
                chat,
                chat_of(action.who),
                ChatPermissions.no_permissions(),
                until_date=action.until,
            )
        return Receipt()

    async def remove(self, action: Remove) -> Receipt:
        """Take somebody out; what they wrote stays, and a new invite lets them back in."""
        who = chat_of(action.who)
        async with self.desk.db.write() as db:
            await passes.spoil(db, action.who, action.to, self.desk.clock.now())
        async with self.desk.call(action.to, counts=False) as chat:
            if who < 0:  # somebody who writes in a channel's name
                await self.desk.bot.ban_chat_sender_chat(chat, who)
            else:
                # Despite its name, this is how somebody is taken out without being banned.
                await self.desk.bot.unban_chat_member(chat, who)
        await self.revoke_used()
        return Receipt()

    async def moved(self, old: Address, new: Address) -> None:
        """Follow a chat to its new number: its links are revoked there."""
        async with self.desk.db.write() as db:
            await passes.move(db, old, new)

    async def came_in(self, link: str) -> None:
        """Make a link useless now that somebody has come in by it."""
        async with self.desk.db.write() as db:
            ours = await passes.use(db, link, self.desk.clock.now())
        if ours:
            await self.revoke_used()

    async def revoke_used(self) -> None:
        """Revoke what is used up; what cannot be revoked now is tried again within the hour."""
        now = self.desk.clock.now()
        async with self.desk.db.read() as db:
            spent = [(row, passes.link_of(db, row)) for row in await passes.to_revoke(db, now)]
        for row, link in spent:
            try:
                await self._revoke(row, link)
            except (DeliveryError, Migrated) as problem:
                log.warning("invite link not revoked", why=str(problem))

    async def _revoke(self, row: TelegramPass, link: str) -> None:
        async with self.desk.call(Address(row.room), counts=False) as chat:
            await self.desk.bot.revoke_chat_invite_link(chat, link)
        async with self.desk.db.write() as db:
            await passes.revoked(db, row.id, self.desk.clock.now())
