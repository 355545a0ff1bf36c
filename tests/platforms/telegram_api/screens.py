"""What a person sees."""

import asyncio
from dataclasses import dataclass, field

from tests.platforms.telegram_api.accounts import User
from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_api.seen import Seen, view
from tests.platforms.telegram_api.world import World

PATIENCE = 10.0


@dataclass(frozen=True)
class Screen:
    """One human's Telegram, to look at."""

    world: World
    user: User
    acted: dict[int, int] = field(default_factory=dict, repr=False, compare=False)
    """When this person last did something in each chat: the world's number then."""

    @property
    def id(self) -> int:
        """Return the account's number, which is also the private chat's."""
        return self.user.id

    @property
    def talk(self) -> Chat:
        """Return the private chat with the bot."""
        return self.world.chats[self.user.id]

    def sees(self, chat: Chat | None = None, *, service: bool = False) -> list[Seen]:
        """Return what stands on the screen, oldest first; None is the talk with the bot."""
        place = self.place(chat)
        if not place.private and not place.member(self.user).present:
            return []
        return [
            view(self.world, place, post)
            for post in place.posts.values()
            if not post.deleted and (post.typed or service)
        ]

    def reads(self, chat: Chat | None = None) -> list[str]:
        """Return the words of what the bot said, oldest first."""
        return [one.text for one in self.sees(chat) if one.by_bot]

    async def hears(
        self,
        words: str = "",
        *,
        chat: Chat | None = None,
        after: Seen | None = None,
        ever: bool = False,
        seconds: float = PATIENCE,
    ) -> Seen:
        """Wait until the bot has said these words, or changed a message into them.

        What counts is later than `after`, else later than what this person last did in that
        chat, or at any time with `ever`.
        """
        since = 0 if ever else self.acted.get(self.place(chat).id, 0)
        since = after.stamp if after is not None else since
        try:
            async with asyncio.timeout(seconds):
                while True:
                    changed = self.world.changed
                    for one in reversed(self.sees(chat)):
                        if one.by_bot and one.stamp > since and words in one.text:
                            return one
                    await changed.wait()
        except TimeoutError:
            raise TimeoutError(
                f"{self.user.first_name} did not hear {words!r}; the bot said {self.reads(chat)}"
            ) from None

    def place(self, chat: Chat | None) -> Chat:
        """Return the chat that is meant: the talk with the bot, or where a group has gone."""
        place = chat or self.talk
        return place.moved_to or place

    def act(self, chat: Chat) -> None:
        """Remember that this person did something here."""
        self.acted[chat.id] = self.world.number()
