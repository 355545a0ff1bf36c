import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden

from tests.platforms.telegram_api.conftest import fetch
from tests.platforms.telegram_server import CannotEnter, TelegramServer

KINDS = ("message", "chat_member", "chat_join_request", "my_chat_member")


async def test_a_link_for_one_lets_in_one_at_a_time(server: TelegramServer, bot: Bot) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room")
    await fetch(bot, *KINDS)
    link = await bot.create_chat_invite_link(room.id, name="seat 1", member_limit=1)
    assert ana.enters(link.invite_link) == "joined"
    joined = [one.chat_member for one in await fetch(bot, *KINDS) if one.chat_member]
    assert [one.invite_link and one.invite_link.name for one in joined] == ["seat 1"]
    with pytest.raises(CannotEnter, match="used up"):
        ben.enters(link.invite_link)
    with pytest.raises(CannotEnter, match="already"):
        ana.enters(link.invite_link)
    ana.leaves(room)
    assert ben.enters(link.invite_link) == "joined"
    ben.leaves(room)
    gone = await bot.revoke_chat_invite_link(room.id, link.invite_link)
    assert gone.is_revoked
    with pytest.raises(CannotEnter, match="expired"):
        ana.enters(link.invite_link)
    with pytest.raises(CannotEnter, match="no such link"):
        ana.enters("https://t.me/+nothing")


async def test_a_link_runs_out_and_can_be_changed(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    room = server.group("Room")
    at = int(server.world.now()) + 60
    link = await bot.create_chat_invite_link(room.id, expire_date=at)
    server.later(minutes=2)
    with pytest.raises(CannotEnter, match="expired"):
        ana.enters(link.invite_link)
    changed = await bot.edit_chat_invite_link(room.id, link.invite_link, name="open again")
    assert changed.name == "open again"
    assert ana.enters(link.invite_link) == "joined"
    primary = await bot.export_chat_invite_link(room.id)
    assert await bot.export_chat_invite_link(room.id) != primary
    owners = room.primary()
    assert owners is not None
    with pytest.raises(BadRequest, match="Invite_hash_expired"):
        await bot.revoke_chat_invite_link(room.id, owners.url)


async def test_who_asks_is_let_in_or_turned_away(server: TelegramServer, bot: Bot) -> None:
    ana, ben = server.person("Ana"), server.person("Ben")
    room = server.group("Room")
    await fetch(bot, *KINDS)
    link = await bot.create_chat_invite_link(room.id, creates_join_request=True)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(ana.id, "hello")
    assert (ana.enters(link.invite_link), ben.enters(link.invite_link)) == ("asked", "asked")
    asked = [one.chat_join_request for one in await fetch(bot, *KINDS)]
    assert [one.user_chat_id for one in asked if one] == [ana.id, ben.id]
    await bot.send_message(ben.id, "Please wait")
    server.later(minutes=6)
    with pytest.raises(Forbidden, match="initiate"):
        await bot.send_message(ben.id, "Still there?")
    await bot.approve_chat_join_request(room.id, ana.id)
    await bot.decline_chat_join_request(room.id, ben.id)
    joined = [one.chat_member for one in await fetch(bot, *KINDS) if one.chat_member]
    assert [one.via_join_request for one in joined] == [True]
    with pytest.raises(BadRequest, match="User_already_participant"):
        await bot.approve_chat_join_request(room.id, ana.id)
    with pytest.raises(BadRequest, match="Hide_requester_missing"):
        await bot.approve_chat_join_request(room.id, ben.id)
    assert room.member(ana.user).present
    assert not room.member(ben.user).present
    assert ben.reads() == ["Please wait"]
    ben.enters(link.invite_link)
    ben.withdraws(room)
    with pytest.raises(BadRequest, match="Hide_requester_missing"):
        await bot.approve_chat_join_request(room.id, ben.id)


async def test_inviting_needs_the_right_to(server: TelegramServer, bot: Bot) -> None:
    room = server.group("Room", rights=["can_manage_chat"])
    with pytest.raises(BadRequest, match="Not enough rights to manage chat invite link"):
        await bot.create_chat_invite_link(room.id)


async def test_a_link_that_asks_has_no_limit(server: TelegramServer, bot: Bot) -> None:
    room = server.group("Room")
    with pytest.raises(BadRequest, match="Member limit can't be specified"):
        await bot.create_chat_invite_link(room.id, creates_join_request=True, member_limit=1)
    with pytest.raises(BadRequest, match="Invite link name is too long"):
        await bot.create_chat_invite_link(room.id, name="n" * 33)
    assert len(server.violations) == 2


async def test_a_deep_link_starts_the_talk(server: TelegramServer, bot: Bot) -> None:
    ana = server.person("Ana")
    ana.opens("https://t.me/roundtable_test_bot?start=abc-DEF")
    heard = (await fetch(bot))[0].message
    assert heard is not None
    assert heard.text == "/start abc-DEF"
    ana.blocks()
    ana.opens("https://t.me/roundtable_test_bot")
    assert ana.sees()[-1].text == "/start"
