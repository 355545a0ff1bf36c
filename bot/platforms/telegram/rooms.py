"""Rooms: whether the bot can do its work in each bound room, and whether the room is private."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence

from sqlmodel import select
from telegram import (
    Bot,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.actions import Address
from bot.platforms import Finding
from bot.platforms.telegram import addresses
from bot.platforms.telegram.members import RIGHTS
from bot.store import people
from bot.store.db import Database
from bot.store.groups import Group, Room
from bot.store.people import Role
from bot.text import plural

NEEDLESS = ("can_promote_members", "can_change_info", "is_anonymous")


async def check(bot: Bot, db: Database) -> AsyncIterator[Finding]:
    """Yield what there is to say about every room on Telegram that a group is bound to."""
    async with db.read() as session:
        query = select(Room, Group).join(Group).where(Room.platform == addresses.NAME)
        pairs = (await session.execute(query.order_by(Group.slug, Room.purpose))).all()
    if not pairs:
        what = "No room on Telegram belongs to a group yet."
        yield Finding("warn", what, "Type /setup CODE there; roundtable group bind makes the code.")
    for room, group in pairs:
        name = f"{group.slug}, {room.purpose} room"
        found = await _look(bot, db, room)
        for finding in found:
            yield Finding(finding.level, f"{name}: {finding.what}", finding.advice)
        if not found:
            yield Finding("ok", f"{name}: private, and the bot can do its work there.")


async def _look(bot: Bot, db: Database, room: Room) -> list[Finding]:
    chat_id = addresses.chat_of(Address(room.address))
    try:
        chat = await bot.get_chat(chat_id)
        me = await bot.get_chat_member(chat_id, bot.id)
    except ChatMigrated:
        what = "the group became a supergroup, which has another address."
        return [Finding("wrong", what, "Start Roundtable: it follows. If not, bind it again.")]
    except (BadRequest, Forbidden):
        what = "the bot is not there."
        return [Finding("wrong", what, "Add it again, as an administrator (docs/telegram.md).")]
    found = [*_kind(chat, room), *_doors(chat), *_rights(me)]
    if isinstance(me, ChatMemberAdministrator):
        admins = await bot.get_chat_administrators(chat_id, return_bots=True)
        others = [admin for admin in admins if admin.user.id != bot.id]
        found += await _admins(db, room, others)
    return found


def _kind(chat: ChatFullInfo, room: Room) -> list[Finding]:
    found = []
    if chat.type != ChatType.SUPERGROUP:
        what = f"it is a {chat.type}, not a supergroup: the bot cannot restrict anybody there."
        found.append(Finding("wrong", what, "Make it a supergroup, or a new one, and bind that."))
    if "/" in room.address and not chat.is_forum:
        what = "topics were turned off, and this room is a topic."
        found.append(Finding("wrong", what, "Turn topics on again, or bind another room."))
    return found


def _doors(chat: ChatFullInfo) -> list[Finding]:
    """Look who could get in, or read, without an invite of ours."""
    found = []
    if chat.username or chat.active_usernames:
        what = "it has a public name: anybody can find it."
        found.append(Finding("wrong", what, "Make the group private in its settings."))
    if chat.has_visible_history:
        what = "whoever comes in can read all that was said before."
        found.append(Finding("warn", what, "Hide the history from new members."))
    if chat.linked_chat_id:
        what = "a channel is linked to it."
        found.append(Finding("warn", what, "Unlink it: its readers would be led here."))
    if chat.permissions and chat.permissions.can_invite_users:
        what = "members may add other people by themselves."
        found.append(Finding("warn", what, "Let only administrators add members."))
    if "guard_bot" in chat.api_kwargs:
        what = "another bot is set to answer requests to join."
        found.append(Finding("warn", what, "Take it out, so that only invites let people in."))
    return found


def _rights(me: ChatMember) -> list[Finding]:
    if not isinstance(me, ChatMemberAdministrator):
        what = "the bot is no administrator: it can keep nobody out and take nothing back."
        advice = f"Make it one; it must be able to {_list(RIGHTS.values())}."
        return [Finding("wrong", what, advice)]
    found = []
    if missing := [words for name, words in RIGHTS.items() if not getattr(me, name)]:
        only_pins = missing == [RIGHTS["can_pin_messages"]]
        what = f"the bot may not {_list(missing, 'or')}."
        advice = "Give it that right in the list of administrators."
        found.append(Finding("warn" if only_pins else "wrong", what, advice))
    if any(getattr(me, name) for name in NEEDLESS):
        what = "the bot has rights that it never uses."
        advice = "Take away: add new administrators, change group info, remain anonymous."
        found.append(Finding("warn", what, advice))
    return found


async def _admins(db: Database, room: Room, admins: Sequence[ChatMember]) -> list[Finding]:
    """Look who else can read and delete everything; nobody is named."""
    count: Counter[str] = Counter()
    async with db.read() as session:
        for admin in admins:
            person = await people.find(session, addresses.person(admin.user.id))
            place = await people.membership(session, person.id, room.group_id) if person else None
            if admin.user.is_bot:
                count["bots"] += 1
            elif place is None or not Role(place.role).is_staff:
                count["strangers"] += 1
            count["hidden"] += bool(getattr(admin, "is_anonymous", False))
    found = []
    if count["bots"]:
        what = f"{plural(count['bots'], 'other bot')} there can read everything."
        found.append(Finding("warn", what, "Take out every bot that you do not need."))
    if count["strangers"]:
        who = plural(count["strangers"], "administrator is", "administrators are")
        what = f"{who} not known as the group's team."
        advice = "Take the right away, or give them a role: roundtable person grant."
        found.append(Finding("warn", what, advice))
    if count["hidden"]:
        who = plural(count["hidden"], "administrator hides", "administrators hide")
        what = f"{who} their name: the bot cannot tell who types a command."
        found.append(Finding("warn", what, "Turn “remain anonymous” off for them."))
    return found


def _list(words: Iterable[str], joint: str = "and") -> str:
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last
