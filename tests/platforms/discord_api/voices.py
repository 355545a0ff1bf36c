"""What a person says."""

from simcord.backend.errors import BackendError
from simcord.backend.models import Channel

from tests.platforms.discord_api import automod
from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.screens import Has, Screen
from tests.platforms.discord_api.seen import Seen, view

LONGEST = 2000
_LOCKED = "this thread is locked"


class Voice(Screen):
    """One human's Discord, to write in."""

    def says(
        self,
        channel: Has | None,
        text: str,
        *,
        reply_to: Seen | None = None,
        file: tuple[str, bytes] | None = None,
    ) -> Seen:
        """Write into a channel, a thread, or with None into the talk with the bot."""
        place = self.place(channel)
        self._may_write(place, text, file)
        hits = automod.judge(self.world, place, self.id, text)
        backend = self.world.backend
        reference = None
        if reply_to is not None:
            reference = {"message_id": str(self.stored(reply_to).id)}
        message = backend.create_message(
            place.id,
            self.id,
            text,
            reference=reference,
            attachments=backend.store_attachments(place.id, [file] if file else []),
        )
        if place.is_thread:
            self._wake(place)
        for hit in hits:
            automod.carry_out(self.world, hit, place, self.id, text, message)
        self.act(place)
        return view(self.world, message)

    def writes(self, text: str, *, reply_to: Seen | None = None) -> Seen:
        """Write to the bot in private."""
        return self.says(None, text, reply_to=reply_to)

    def sends_file(self, channel: Has | None, name: str, content: bytes, *, text: str = "") -> Seen:
        """Put a file into a channel, or with None into the talk with the bot."""
        return self.says(channel, text, file=(name, content))

    def edits(self, seen: Seen, text: str) -> Seen:
        """Change what this person said."""
        message = self.stored(seen)
        if message.author_id != self.id:
            raise MayNot("nobody can change the words of somebody else")
        place = self.world.backend.channels[message.channel_id]
        self._may_write(place, text, None, edit=bool(message.attachments))
        hits = automod.judge(self.world, place, self.id, text)
        self.world.backend.edit_message(place.id, message.id, {"content": text})
        for hit in hits:
            automod.carry_out(self.world, hit, place, self.id, text, message)
        self.act(place)
        return view(self.world, message)

    def deletes(self, seen: Seen) -> None:
        """Delete one's own message, or with the right to it another's; dismiss an ephemeral one."""
        message = self.stored(seen)
        if message.is_ephemeral:
            self._dismissed.add(message.id)
            return
        place = self.world.backend.channels[message.channel_id]
        if message.author_id != self.id:
            if place.guild_id is None:
                raise MayNot("nobody can delete the words of somebody else in private")
            self._needs(place, "manage_messages")
        self.world.backend.delete_message(place.id, message.id)
        self.act(place)

    def restarts(self) -> None:
        """Start Discord anew: open forms are gone, and so are ephemeral lines."""
        self.modal = None
        for stored in self.world.backend.messages.values():
            self._dismissed |= {one.id for one in stored.values() if one.is_ephemeral}

    def _may_write(
        self, place: Channel, text: str, file: tuple[str, bytes] | None, *, edit: bool = False
    ) -> None:
        if not text.strip() and file is None and not edit:
            raise MayNot("an empty message cannot be sent")
        if len(text) > LONGEST:
            raise MayNot(f"a message is at most {LONGEST} characters long")
        if place.guild_id is None:
            if not self.world.meets(self.id):
                raise MayNot(f"{self.name} shares no server with the bot")
            return
        self._needs(place, "send_messages_in_threads" if place.is_thread else "send_messages")
        if file is not None:
            self._needs(place, "attach_files")
        if place.thread_metadata is not None and place.thread_metadata.locked:
            self._needs(place, "manage_threads", why=_LOCKED)

    def _needs(self, place: Channel, *rights: str, why: str = "") -> None:
        try:
            self.world.backend.require_permissions(place.guild_id, self.id, place.id, *rights)
        except BackendError as error:
            named = ", ".join(rights)
            raise MayNot(why or f"{self.name} lacks {named} in {place.name}") from error

    def _wake(self, thread: Channel) -> None:
        """Who writes into a thread joins it, and one that slept is awake again."""
        backend = self.world.backend
        backend.add_thread_member(thread.id, self.id)
        if thread.thread_metadata is not None and thread.thread_metadata.archived:
            backend.edit_channel(thread.id, {}, thread_metadata={"archived": False})
