import io

import pytest
from aiohttp import FormData

from tests.platforms.telegram_api.accounts import Member
from tests.platforms.telegram_api.place import Place
from tests.platforms.telegram_server import MayNot


async def test_a_bot_asks_for_no_more_rights_than_the_person_has(place: Place) -> None:
    rights = dict.fromkeys(("can_manage_chat", "can_delete_messages", "can_invite_users"), True)
    full = dict.fromkeys(
        (
            "is_anonymous",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
        ),
        False,
    )
    asked = {"request_id": 1, "chat_is_channel": False, "bot_administrator_rights": rights | full}
    markup = {"keyboard": [[{"text": "Pick", "request_chat": asked}]]}
    said = {"chat_id": "A", "text": "x", "reply_markup": markup}
    assert "subset" in (await place.ask("sendMessage", said))["description"]
    asked["user_administrator_rights"] = rights | full
    assert (await place.ask("sendMessage", said))["ok"] is True
    room = place.server.group("New", admin=place.ana, bot="")
    place.ana.picks_chat("Pick", room)
    assert room.member(place.server.bot).has("can_invite_users")
    other = place.server.group("Other", members=[place.ana], bot="")
    with pytest.raises(MayNot, match="lack the rights"):
        place.ana.picks_chat("Pick", other)


async def test_files_have_their_limits(place: Place) -> None:
    url = f"{place.server.api_url}{place.server.token}/sendDocument"
    for content, words in ((b"", "non-empty"), (b"x" * (50 * 2**20 + 1), "too big")):
        form = FormData({"chat_id": str(place.names["A"])})
        form.add_field("document", io.BytesIO(content), filename="a.txt")
        async with place.session.post(url, data=form) as answer:
            assert words in (await answer.json())["description"]


async def test_little_things_work(place: Place) -> None:
    room = place.server.world.chats[place.names["R"]]
    room.username = "the_room"
    said = await place.ask("sendMessage", {"chat_id": "@the_room", "text": "x"})
    number = said["result"]["message_id"]
    reply = {"message_id": 999, "allow_sending_without_reply": True}
    await place.ask("sendMessage", {"chat_id": "R", "text": "y", "reply_parameters": reply})
    await place.ask("pinChatMessage", {"chat_id": "R", "message_id": number})
    room.describe()
    assert (await place.ask("getChat", {"chat_id": "R"}))["result"]["username"] == "the_room"
    await place.ask("deleteMessage", {"chat_id": "R", "message_id": number})
    assert room.pinned == []
    await place.ask("pinChatMessage", {"chat_id": "R", "message_id": number + 1})
    await place.ask("unpinAllChatMessages", {"chat_id": "R"})
    assert room.pinned == []
    assert (await place.ask("getChatMemberCount", {"chat_id": "A"}))["result"] == 2
    assert (await place.ask("getChat", {"chat_id": "A"}))["result"]["first_name"] == "Ana"
    half = {"can_send_messages": True, "can_send_polls": True, "can_send_other_messages": True}
    await place.ask("restrictChatMember", {"chat_id": "R", "user_id": "B", "permissions": half})
    member: Member = room.members[place.ben.id]
    assert member.may("can_send_photos")
    assert not member.may("can_invite_users")
    assert (await place.ask("getWebhookInfo", {}))["result"]["url"] == ""
