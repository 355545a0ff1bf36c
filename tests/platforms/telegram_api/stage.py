"""What a test sets up: people, rooms, and what owners do in them."""

from collections.abc import Iterable

from tests.platforms.telegram_api import crowd
from tests.platforms.telegram_api.accounts import USUAL_RIGHTS, Member, User
from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_api.methods.rooms import open_topic
from tests.platforms.telegram_api.people import Person
from tests.platforms.telegram_api.world import World


class Stage:
    """Makes people and rooms."""

    def __init__(self, world: World) -> None:
        self.world = world

    def person(self, name: str, *, username: str = "", language: str = "en") -> Person:
        """Make somebody who has never met the bot."""
        world = self.world
        user = User(500_000_000 + world.number(), name, username, language)
        world.people[user.id] = user
        talk = Chat(user.id, "private", "", person=user)
        talk.members = {user.id: Member(user), world.bot.id: Member(world.bot)}
        world.chats[user.id] = talk
        return Person(world, user)

    def group(
        self,
        title: str,
        *,
        admin: Person | None = None,
        members: Iterable[Person] = (),
        kind: str = "supergroup",
        forum: bool = False,
        bot: str = "administrator",
        rights: Iterable[str] = USUAL_RIGHTS,
    ) -> Chat:
        """Make a room with its owner; `bot` is administrator, member or "" for not there."""
        owner = admin or self.person(f"Owner of {title}")
        number = self.world.number()
        start = -4_000_000_000 if kind == "group" else -1_001_000_000_000
        chat = Chat(id=start - number, kind=kind, title=title, forum=forum)
        self.world.chats[chat.id] = chat
        chat.members[owner.id] = Member(owner.user, "creator")
        for one in members:
            chat.members[one.id] = Member(one.user)
        crowd.new_link(self.world, chat, owner.user, primary=True)
        if bot:
            self.add_bot(chat, by=owner, admin=bot == "administrator", rights=rights)
        return chat

    def topic(self, chat: Chat, name: str) -> int:
        """Open a topic of a forum and return its thread id."""
        return open_topic(self.world, chat, name).id

    def join(self, chat: Chat, person: Person) -> None:
        """Let the owner put somebody in, without a link."""
        self._place(chat, chat.member(person.user).become("member"))

    def promote(
        self,
        chat: Chat,
        person: Person,
        *,
        rights: Iterable[str] = USUAL_RIGHTS,
        anonymous: bool = False,
    ) -> None:
        """Make somebody an administrator."""
        member = chat.member(person.user)
        given = frozenset(rights)
        self._place(chat, member.become("administrator", rights=given, anonymous=anonymous))

    def demote(self, chat: Chat, person: Person) -> None:
        """Make an administrator a member again."""
        self._place(chat, chat.member(person.user).become("member"))

    def remove(self, chat: Chat, person: Person, *, ban: bool = False) -> None:
        """Let the owner take somebody out."""
        self._place(chat, chat.member(person.user).become("kicked" if ban else "left"))

    def add_bot(
        self,
        chat: Chat,
        *,
        by: Person | None = None,
        admin: bool = True,
        rights: Iterable[str] = USUAL_RIGHTS,
    ) -> None:
        """Put the bot into a room, or give it other rights there."""
        status = "administrator" if admin else "member"
        given = frozenset(rights) if admin else frozenset[str]()
        self._place(chat, self.world.me(chat).become(status, rights=given), by)

    def remove_bot(self, chat: Chat, *, by: Person | None = None) -> None:
        """Throw the bot out of a room."""
        self._place(chat, self.world.me(chat).become("kicked"), by)

    def migrate(self, chat: Chat) -> Chat:
        """Turn a group into a supergroup and return that."""
        return crowd.migrate(self.world, chat, _owner(chat))

    def _place(self, chat: Chat, new: Member, by: Person | None = None) -> None:
        crowd.change(self.world, chat, new, by.user if by else _owner(chat))


def _owner(chat: Chat) -> User:
    return next(one.user for one in chat.members.values() if one.status == "creator")
