"""People with a Telegram of their own: what they do, besides what they say and see."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.platforms.telegram_api import crowd
from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_api.errors import MayNot
from tests.platforms.telegram_api.presses import Answer, find, press
from tests.platforms.telegram_api.screens import PATIENCE
from tests.platforms.telegram_api.seen import Seen, view
from tests.platforms.telegram_api.voices import Voice


class Person(Voice):
    """One human."""

    def opens(self, link: str) -> Seen:
        """Follow a link to the bot, such as https://t.me/<bot>?start=…, and press Start."""
        parts = urlsplit(link)
        if parts.path.strip("/").lower() != self.world.bot.username.lower():
            raise MayNot(f"{link} does not lead to the bot")
        if self.talk.blocked:
            self.unblocks()
        payload = parse_qs(parts.query).get("start", [""])[0]
        return self.writes(f"/start {payload}".strip())

    def enters(self, link: str) -> str:
        """Follow an invite link: "joined" or "asked"; CannotEnter says why not."""
        return crowd.enter(self.world, self.user, link)

    def leaves(self, chat: Chat) -> None:
        """Go out of a room."""
        crowd.change(self.world, chat, chat.member(self.user).become("left"), self.user)

    def withdraws(self, chat: Chat) -> None:
        """Take back one's request to join."""
        chat.requests.pop(self.user.id).link.waiting.discard(self.user.id)

    def blocks(self) -> None:
        """Block the bot."""
        self._block(True)

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._block(False)

    def deletes_account(self) -> None:
        """Be gone for good."""
        self.talk.gone = True

    def _block(self, blocked: bool) -> None:
        self.talk.blocked = blocked
        me = self.world.me(self.talk).become("kicked" if blocked else "member")
        crowd.change(self.world, self.talk, me, self.user)

    async def presses(
        self,
        label: str,
        *,
        chat: Chat | None = None,
        message: Seen | None = None,
        seconds: float = PATIENCE,
    ) -> Answer:
        """Press the newest button of this name; with `seconds=0` wait for no answer."""
        place = self.place(chat)
        if not place.private and not place.member(self.user).present:
            raise MayNot(f"{self.user.first_name} is not in this chat")
        post, button = find(place, label, message.id if message else None)
        if post.markup is not None and "keyboard" in post.markup:
            self.says(place, label)
            return Answer()
        self.act(place)
        return await press(self.world, place, post, button, self.user, seconds)

    def picks_chat(self, label: str, chat: Chat) -> Seen:
        """Press a key that asks for one of one's own chats, and pick this one."""
        _, button = find(self.talk, label, None)
        asked = button.get("request_chat")
        if asked is None:
            raise MayNot(f"the button {label!r} asks for no chat")
        member = chat.member(self.user)
        if not all(member.has(right) for right in _rights(asked, "user")):
            raise MayNot("you lack the rights that the bot asks for in this chat")
        if rights := _rights(asked, "bot"):
            me = self.world.me(chat)
            new = me.become("administrator", rights=me.rights | rights | {"can_manage_chat"})
            crowd.change(self.world, chat, new, self.user)
        shared = {"request_id": asked["request_id"], "chat_id": chat.id}
        if asked.get("request_title"):
            shared["title"] = chat.title
        said = self.world.say(self.talk, self.user, {"chat_shared": shared}, typed=False)
        self.act(self.talk)
        self.world.hear(self.talk, said)
        return view(self.world, self.talk, said)


def _rights(asked: dict[str, Any], whose: str) -> frozenset[str]:
    given: dict[str, Any] = asked.get(f"{whose}_administrator_rights") or {}
    return frozenset(right for right, on in given.items() if on and right != "is_anonymous")
