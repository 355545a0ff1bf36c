"""Hearing: one update of Telegram as events in the bot's own words. Pure: nothing is looked up."""

from dataclasses import dataclass
from datetime import datetime

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update, User

from bot import events
from bot.actions import Address, File
from bot.platforms.telegram import words
from bot.platforms.telegram.addresses import person, room
from bot.platforms.telegram.members import is_able, is_inside
from bot.routing import split


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody picked a chat for the bot; the button is known by its number."""

    id: str
    user: Address
    request: int
    chat: Address


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether the bot can write to somebody has changed."""

    user: Address
    reachable: bool


@dataclass(frozen=True, slots=True)
class Faceless:
    """An admin gave a command in the group's own name, so nobody knows who asks."""

    chat: Address


Heard = events.Event | Shared | Reached | Faceless


@dataclass(frozen=True, slots=True)
class Ear:
    """Whose updates these are: the bot's own account, and the present moment."""

    bot: int
    username: str
    now: datetime

    def name(self, number: object) -> str:
        """Return the id of the event that an update is: the same however often it comes."""
        return f"telegram:{self.bot}:{number}"

    def hear(self, update: Update) -> Heard | None:
        """Return what an update says; None if it says nothing that concerns the bot."""
        name = self.name(update.update_id)
        match update:
            case Update(message=Message() as said):
                return self._message(name, said)
            case Update(edited_message=Message() as said):
                return self._edited(name, said)
            case Update(callback_query=CallbackQuery() as query):
                return self._pressed(name, query)
            case _:
                return _membership(name, update)

    def _message(self, name: str, said: Message) -> Heard | None:
        chat, user = _chat(said), _sender(said)
        if said.migrate_to_chat_id:
            new = room(said.migrate_to_chat_id)
            return events.Moved(id=name, at=said.date, chat=chat, user=events.NOBODY, room=new)
        if said.chat_shared and user:
            picked = said.chat_shared
            return Shared(name, user, picked.request_id, room(picked.chat_id))
        if words.is_service(said) or said.chat.type == Chat.CHANNEL:
            return None
        command = words.command(said, self.username)
        if user is None:
            return Faceless(chat) if command else None
        at, number = said.date, str(said.message_id)
        if command:
            called, args = split(command)
            return events.Command(
                id=name, at=at, chat=chat, user=user, name=called, args=args, message=number
            )
        return events.Message(
            id=name, at=at, chat=chat, user=user, message=number, text=words.read(said),
            files=_files(said),
        )  # fmt: skip

    def _edited(self, name: str, said: Message) -> Heard | None:
        user = _sender(said)
        if user is None or words.is_service(said):
            return None
        return events.Edited(
            id=name,
            at=said.edit_date or self.now,
            chat=_chat(said),
            user=user,
            message=str(said.message_id),
            text=words.read(said),
        )

    def _pressed(self, name: str, query: CallbackQuery) -> Heard | None:
        if query.data is None:
            return None
        user = person(query.from_user.id)
        chat, number = user, ""
        if query.message is not None:
            number = str(query.message.message_id)
            if isinstance(query.message, Message):
                chat = _chat(query.message)
            elif query.message.chat.type != Chat.PRIVATE:  # too old for Telegram to show it
                chat = room(query.message.chat.id)
        return events.Pressed(
            id=name, at=self.now, chat=chat, user=user, reply_token=query.id, data=query.data,
            message=number,
        )  # fmt: skip


def _membership(name: str, update: Update) -> Heard | None:
    if update.chat_member is not None:
        return _moved_in_or_out(name, update.chat_member)
    if update.my_chat_member is not None:
        return _standing(name, update.my_chat_member)
    asked = update.chat_join_request
    if asked is None:
        return None
    return events.JoinRequested(
        id=name,
        at=asked.date,
        chat=room(asked.chat.id),
        user=person(asked.from_user.id),
        name=asked.from_user.full_name,
        invite=asked.invite_link.invite_link if asked.invite_link else "",
    )


def _chat(said: Message) -> Address:
    if said.chat.type == Chat.PRIVATE:
        return person(said.chat.id)
    return room(said.chat.id, said.message_thread_id if said.is_topic_message else None)


def _sender(said: Message) -> Address | None:
    """Return who wrote; None for an admin who writes as the group itself, and for other bots."""
    if said.sender_chat is not None:
        # Somebody who writes in a channel's name is nobody whom the bot could know.
        return None if said.sender_chat.id == said.chat.id else person(said.sender_chat.id)
    user: User | None = said.from_user
    return None if user is None or user.is_bot else person(user.id)


def _files(said: Message) -> tuple[File, ...]:
    held = said.effective_attachment
    kept = held[-1] if isinstance(held, tuple | list) and held else held
    found = getattr(kept, "file_id", None)
    if found is None:
        return ()
    return (
        File(
            id=found,
            name=getattr(kept, "file_name", None) or "",
            type=getattr(kept, "mime_type", None) or "",
            size=getattr(kept, "file_size", None) or 0,
        ),
    )


def _moved_in_or_out(name: str, change: ChatMemberUpdated) -> Heard | None:
    before, after = is_inside(change.old_chat_member), is_inside(change.new_chat_member)
    who = change.new_chat_member.user
    if before == after or who.is_bot:
        return None
    chat, user = room(change.chat.id), person(who.id)
    if not after:
        return events.Left(id=name, at=change.date, chat=chat, user=user)
    link = change.invite_link.invite_link if change.invite_link else ""
    return events.Joined(
        id=name, at=change.date, chat=chat, user=user, name=who.full_name, invite=link
    )


def _standing(name: str, change: ChatMemberUpdated) -> Heard | None:
    member = change.new_chat_member
    if change.chat.type == Chat.PRIVATE:
        return Reached(person(change.chat.id), member.status != ChatMember.BANNED)
    return events.Standing(
        id=name,
        at=change.date,
        chat=room(change.chat.id),
        user=events.NOBODY,
        inside=is_inside(member),
        able=is_able(member),
    )
