"""Who is in a chat: every change tells the bot what Telegram would tell it."""

from typing import Any

from tests.platforms.telegram_api.accounts import Member, User
from tests.platforms.telegram_api.chats import Asked, Chat, Link
from tests.platforms.telegram_api.errors import CannotEnter
from tests.platforms.telegram_api.world import World


def change(
    world: World,
    chat: Chat,
    new: Member,
    by: User,
    *,
    link: Link | None = None,
    asked: bool = False,
) -> None:
    """Give an account a new place in a chat and say so to the bot."""
    old = chat.member(new.user)
    heard_before = world.me(chat).admin
    chat.members[new.user.id] = new
    if old.present and not new.present:
        for one in chat.links.values():
            one.joined.discard(new.user.id)
    _announce(world, chat, old, new, by)
    update: dict[str, Any] = {
        "chat": chat.json,
        "from": by.json,
        "date": int(world.now()),
        "old_chat_member": old.json(),
        "new_chat_member": new.json(),
    }
    if link is not None:
        update["invite_link"] = link.json()
    if asked:
        update["via_join_request"] = True
    if new.user.id == world.bot.id:
        world.updates.put("my_chat_member", update)
    elif heard_before:
        world.updates.put("chat_member", update)
    world.touch()


def _announce(world: World, chat: Chat, old: Member, new: Member, by: User) -> None:
    if chat.private or old.present == new.present:
        return
    who = new.user.json
    body = {"new_chat_members": [who]} if new.present else {"left_chat_member": who}
    world.hear(chat, world.say(chat, by, body, typed=False))


def enter(world: World, user: User, url: str) -> str:
    """Follow an invite link: "joined", "asked", or CannotEnter."""
    link = world.links.get(url)
    if link is None:
        raise CannotEnter("there is no such link")
    chat = world.chats[link.chat]
    if link.revoked or (link.expires and world.now() >= link.expires):
        raise CannotEnter("this invite link has expired")
    member = world.stands(chat, user)
    if member.present:
        raise CannotEnter("you are already in this chat")
    if member.status == "kicked":
        raise CannotEnter("you are banned from this chat")
    if link.limit and len(link.joined) >= link.limit:
        raise CannotEnter("this invite link has been used up")
    if link.asks:
        return _ask(world, chat, user, link)
    link.joined.add(user.id)
    change(world, chat, member.become("member"), user, link=link)
    return "joined"


def _ask(world: World, chat: Chat, user: User, link: Link) -> str:
    chat.requests[user.id] = Asked(user, link, world.now())
    link.waiting.add(user.id)
    if world.me(chat).has("can_invite_users"):
        world.updates.put(
            "chat_join_request",
            {
                "chat": chat.json,
                "from": user.json,
                "user_chat_id": user.id,
                "date": int(world.now()),
                "invite_link": link.json(),
            },
        )
    return "asked"


def settle(world: World, chat: Chat, user: User, by: User, *, admit: bool) -> None:
    """Settle a request to join."""
    asked = chat.requests.pop(user.id)
    asked.link.waiting.discard(user.id)
    if admit:
        asked.link.joined.add(user.id)
        change(world, chat, chat.member(user).become("member"), by, link=asked.link, asked=True)


def new_link(world: World, chat: Chat, creator: User, **facts: Any) -> Link:  # noqa: ANN401
    """Make an invite link."""
    url = f"https://t.me/+{world.number():04d}{abs(chat.id) % 10**9:x}Inv"
    link = Link(url, creator, chat.id, **facts)
    chat.links[url] = world.links[url] = link
    return link


def migrate(world: World, old: Chat, by: User) -> Chat:
    """Turn a group into a supergroup, which is another chat."""
    new = Chat(
        id=-1_002_000_000_000 - world.number(),
        kind="supergroup",
        title=old.title,
        members=dict(old.members),
        permissions=old.permissions,
    )
    world.chats[new.id] = new
    old.moved_to = new
    for link in old.links.values():
        link.revoked = True
    leaving = world.say(old, by, {"migrate_to_chat_id": new.id}, typed=False)
    arriving = world.say(new, by, {"migrate_from_chat_id": old.id}, typed=False)
    for chat, post in ((old, leaving), (new, arriving)):
        world.hear(chat, post)
    return new
