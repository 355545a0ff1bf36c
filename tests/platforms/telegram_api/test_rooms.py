import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, ChatMemberAdministrator, ChatPermissions
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.platforms.telegram_api.conftest import fetch
from tests.platforms.telegram_server import CannotEnter, MayNot, TelegramServer


async def test_restricting_silences_until_its_time(server: TelegramServer, bot: Bot) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room", admin=ana, members=[ben])
    until = int(server.world.now()) + 3600
    await bot.restrict_chat_member(room.id, ben.id, ChatPermissions.no_permissions(), until)
    assert (await bot.get_chat_member(room.id, ben.id)).status == "restricted"
    with pytest.raises(MayNot):
        ben.says(room, "hello")
    assert [one.text for one in ben.sees(room)] == []
    server.later(hours=2)
    ben.says(room, "hello")
    assert (await bot.get_chat_member(room.id, ben.id)).status == "member"
    await bot.restrict_chat_member(room.id, ben.id, ChatPermissions.no_permissions())
    await bot.restrict_chat_member(room.id, ben.id, ChatPermissions.all_permissions())
    assert (await bot.get_chat_member(room.id, ben.id)).status == "member"


async def test_a_ban_takes_messages_along_and_removing_does_not(
    server: TelegramServer, bot: Bot
) -> None:
    ana, ben, cem = server.person("Ana"), server.person("Ben"), server.person("Cem")
    room = server.group("Room", admin=ana, members=[ben, cem])
    ben.says(room, "ben was here")
    cem.says(room, "cem was here")
    await bot.ban_chat_member(room.id, ben.id)
    await bot.unban_chat_member(room.id, cem.id, only_if_banned=True)
    assert (await bot.get_chat_member(room.id, cem.id)).status == "member"
    await bot.unban_chat_member(room.id, cem.id)
    assert [one.text for one in ana.sees(room)] == ["cem was here"]
    assert await bot.get_chat_member_count(room.id) == 2
    link = room.primary()
    assert link is not None
    with pytest.raises(CannotEnter, match="banned"):
        ben.enters(link.url)
    assert cem.enters(link.url) == "joined"
    await bot.unban_chat_member(room.id, ben.id)
    assert ben.enters(link.url) == "joined"


async def test_some_cannot_be_touched(server: TelegramServer, bot: Bot) -> None:
    ana, ben, cem = server.person("Ana"), server.person("Ben"), server.person("Cem")
    room = server.group("Room", admin=ana, members=[ben, cem])
    server.promote(room, ben)
    cases = ((ana.id, "remove chat owner"), (ben.id, "administrator"), (bot.id, "restrict self"))
    for user, words in cases:
        with pytest.raises(BadRequest, match=words):
            await bot.ban_chat_member(room.id, user)
    with pytest.raises(BadRequest, match=r"Participant_id_invalid"):
        await bot.ban_chat_member(room.id, 1)
    server.demote(room, ben)
    server.add_bot(room, rights=["can_manage_chat"])
    with pytest.raises(BadRequest, match="Not enough rights to restrict"):
        await bot.ban_chat_member(room.id, ben.id)
    server.remove_bot(room)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(room.id, "hello")
    told = [one.my_chat_member for one in await fetch(bot) if one.my_chat_member]
    assert [one.new_chat_member.status for one in told] == [
        "administrator",
        "administrator",
        "kicked",
    ]


async def test_administrators_are_listed_with_their_rights(
    server: TelegramServer, bot: Bot
) -> None:
    ana = server.person("Ana")
    room = server.group("Room", admin=ana)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(server.group("Elsewhere", bot="").id)
    found = await bot.get_chat_administrators(room.id)
    assert [one.status for one in found] == ["creator", "administrator"]
    me = found[1]
    assert isinstance(me, ChatMemberAdministrator)
    assert (me.can_delete_messages, me.can_promote_members) == (True, False)
    await bot.leave_chat(room.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.get_chat(room.id)


async def test_a_group_moves_to_a_supergroup(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    old = server.group("Room", admin=ana, kind="group")
    await fetch(bot)
    new = server.migrate(old)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(old.id, "hello")
    assert caught.value.new_chat_id == new.id
    moved, arrived = [one.message for one in await fetch(bot)]
    assert moved is not None
    assert arrived is not None
    assert (moved.migrate_to_chat_id, arrived.migrate_from_chat_id) == (new.id, old.id)
    await bot.send_message(new.id, "hello")
    assert ana.reads(old) == ["hello"]


async def test_topics_have_threads(server: TelegramServer, bot: Bot) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room", admin=ana, members=[ben], forum=True)
    sleep = server.topic(room, "Sleep")
    food = (await bot.create_forum_topic(room.id, "Food")).message_thread_id
    await fetch(bot)
    ben.says(room, "what helps?", thread=sleep)
    heard = (await fetch(bot))[0].message
    assert heard is not None
    assert (heard.message_thread_id, heard.is_topic_message) == (sleep, True)
    await bot.send_message(room.id, "rest", message_thread_id=food)
    assert [(one.text, one.thread) for one in ana.sees(room)] == [
        ("what helps?", sleep),
        ("rest", food),
    ]
    for thread in (1, 999):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(room.id, "x", message_thread_id=thread)
    await bot.close_forum_topic(room.id, sleep)
    with pytest.raises(MayNot, match="closed"):
        ben.says(room, "more", thread=sleep)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await bot.close_forum_topic(room.id, sleep)
    await bot.reopen_forum_topic(room.id, sleep)
    await bot.edit_forum_topic(room.id, sleep, name="Rest")
    assert room.topics[sleep].name == "Rest"
    plain = server.group("Plain", admin=ana)
    with pytest.raises(BadRequest, match="not a forum"):
        await bot.create_forum_topic(plain.id, "Food")


async def test_some_speak_as_the_room_or_as_a_channel(server: TelegramServer, bot: Bot) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room", admin=ana, members=[ben])
    server.promote(room, ben, anonymous=True)
    await fetch(bot)
    ben.says(room, "as the room")
    ana.says(room, "as a channel", as_channel="News")
    one, two = [each.message for each in await fetch(bot)]
    assert one is not None
    assert two is not None
    assert one.sender_chat is not None
    assert two.sender_chat is not None
    assert one.from_user is not None
    assert (one.from_user.username, one.sender_chat.id) == ("GroupAnonymousBot", room.id)
    assert (two.sender_chat.type, two.sender_chat.title) == ("channel", "News")
    assert [each.author for each in ana.sees(room)] == ["Room", "News"]


async def test_the_profile_is_kept_for_each_scope_and_language(
    server: TelegramServer, bot: Bot
) -> None:
    ana = server.person("Ana")
    room = server.group("Room", admin=ana)
    scope = BotCommandScopeChat(room.id)
    await bot.set_my_commands([BotCommand("help", "What I can do")])
    await bot.set_my_commands([BotCommand("ask", "Ask")], scope=scope, language_code="de")
    assert [one.command for one in await bot.get_my_commands()] == ["help"]
    found = await bot.get_my_commands(scope=scope, language_code="de")
    assert [one.command for one in found] == ["ask"]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    await bot.set_my_name("Helper")
    await bot.set_my_description("Hilft", language_code="de")
    await bot.set_my_short_description("Helps")
    assert (await bot.get_my_name(language_code="de")).name == "Helper"
    assert (await bot.get_my_description()).description == ""
    assert (await bot.get_my_description(language_code="de")).description == "Hilft"
    assert (await bot.get_my_short_description()).short_description == "Helps"
    assert server.violations == []


async def test_a_tag_stands_beside_a_name(server: TelegramServer, bot: Bot) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room", admin=ana, members=[ben])
    with pytest.raises(BadRequest, match="Not enough rights to manage tags"):
        await bot.set_chat_member_tag(room.id, ben.id, "clinician")
    server.add_bot(room, rights=["can_manage_chat", "can_manage_tags"])
    await bot.set_chat_member_tag(room.id, ben.id, "clinician")
    assert room.members[ben.id].tag == "clinician"
    await bot.send_chat_action(room.id, "typing")
    assert server.world.actions == [(room.id, "typing")]
