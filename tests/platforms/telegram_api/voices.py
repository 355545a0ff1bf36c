"""What a person says."""

from typing import Any

from tests.platforms.telegram_api.accounts import ANONYMOUS, CHANNEL, User
from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_api.errors import MayNot
from tests.platforms.telegram_api.markup import found_in
from tests.platforms.telegram_api.methods import files
from tests.platforms.telegram_api.methods.sending import quoted
from tests.platforms.telegram_api.screens import Screen
from tests.platforms.telegram_api.seen import Seen, view


class Voice(Screen):
    """One human's Telegram, to write with."""

    def says(
        self,
        chat: Chat,
        text: str,
        *,
        thread: int | None = None,
        reply_to: Seen | int | None = None,
        anonymous: bool | None = None,
        as_channel: str = "",
    ) -> Seen:
        """Write into a room; `anonymous` speaks as the room, `as_channel` as a channel."""
        body: dict[str, Any] = {"text": text}
        if entities := found_in(text):
            body["entities"] = entities
        author = self._author(chat, body, anonymous=anonymous, as_channel=as_channel)
        return self._put(chat, author, body, thread, reply_to)

    def writes(self, text: str, *, reply_to: Seen | int | None = None) -> Seen:
        """Write to the bot in private; the first words start the talk."""
        self._check_may_write(self.talk)
        self.talk.started = True
        return self.says(self.talk, text, reply_to=reply_to)

    def sends_file(
        self,
        chat: Chat | None,
        name: str,
        content: bytes,
        *,
        type: str = "application/octet-stream",  # noqa: A002
        caption: str = "",
        size: int | None = None,
        thread: int | None = None,
    ) -> Seen:
        """Send a file into a room, or to the bot with None; `size` may be a made-up one."""
        upload = files.Upload(name, type, content)
        stored = files.keep(self.world, upload, "document", size)
        return self._send(chat, files.document(stored), caption, thread, stored.id)

    def sends_photo(
        self, chat: Chat | None, content: bytes, *, caption: str = "", thread: int | None = None
    ) -> Seen:
        """Send a picture into a room, or to the bot with None."""
        upload = files.Upload("photo.jpg", "image/jpeg", content)
        stored = files.keep(self.world, upload, "photo")
        return self._send(chat, files.photo(stored), caption, thread, stored.id)

    def _send(
        self, chat: Chat | None, body: dict[str, Any], caption: str, thread: int | None, file: str
    ) -> Seen:
        place = self.place(chat)
        self._check_may_write(place)
        place.started |= place.private
        body |= {"caption": caption} if caption else {}
        return self._put(place, self.user, body, thread, None, file)

    def edits(self, message: Seen, text: str) -> Seen:
        """Change one's own message."""
        place = self.world.chats[message.chat]
        post = place.posts[message.id]
        key = "text" if "text" in post.data else "caption"
        kept = {one: value for one, value in post.data.items() if not one.endswith("entities")}
        post.data = kept | {key: text, "edit_date": int(self.world.now())}
        if entities := found_in(text):
            post.data["entities" if key == "text" else "caption_entities"] = entities
        post.stamp = self.world.number()
        self.act(place)
        self.world.hear(place, post, "edited_message")
        self.world.touch()
        return view(self.world, place, post)

    def deletes(self, message: Seen) -> None:
        """Take one's own message back; no bot ever hears of it."""
        self.world.chats[message.chat].posts[message.id].deleted = True
        self.world.touch()

    def _author(
        self, chat: Chat, body: dict[str, Any], *, anonymous: bool | None, as_channel: str
    ) -> User:
        if as_channel:
            number = -1_003_000_000_000 - sum(as_channel.encode())
            body["sender_chat"] = {"id": number, "type": "channel", "title": as_channel}
            return CHANNEL
        if chat.member(self.user).anonymous if anonymous is None else anonymous:
            body["sender_chat"] = chat.json
            return ANONYMOUS
        return self.user

    def _put(
        self,
        chat: Chat,
        author: User,
        body: dict[str, Any],
        thread: int | None,
        reply_to: Seen | int | None,
        file: str = "",
    ) -> Seen:
        chat = self.place(chat)
        self._check_may_write(chat)
        if thread is not None:
            if chat.topics[thread].closed and not chat.member(self.user).admin:
                raise MayNot("this topic is closed")
            body |= {"message_thread_id": thread, "is_topic_message": True}
            body["reply_to_message"] = quoted(chat.posts[thread])
        if reply_to is not None:
            number = reply_to.id if isinstance(reply_to, Seen) else reply_to
            body["reply_to_message"] = quoted(chat.posts[number])
        post = self.world.say(chat, author, body, file=file)
        self.act(chat)
        self.world.hear(chat, post)
        return view(self.world, chat, post)

    def _check_may_write(self, chat: Chat) -> None:
        if chat.private:
            if chat.blocked:
                raise MayNot("unblock the bot first")
        elif not self.world.stands(chat, self.user).may("can_send_messages"):
            raise MayNot(f"{self.user.first_name} may not write here")
