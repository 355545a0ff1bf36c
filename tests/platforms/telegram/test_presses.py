import pytest
from telegram import CallbackQuery, Chat, InaccessibleMessage, Update, User

from bot import events
from bot.actions import Address
from bot.platforms.telegram.hearing import Ear, Heard, Reached
from tests.platforms.telegram.updates import (
    ANA,
    AT,
    BASIC,
    FORUM,
    GROUP,
    LINK,
    ME,
    NOW,
    OTHER_BOT,
    PRIVATE,
    RIGHTS,
    Json,
    change,
    hear,
    member,
    said,
)

USER = Address("telegram:@42")
IN = (
    member("member"),
    member("administrator"),
    member("creator"),
    member("restricted", is_member=True),
)
OUT = (member("left"), member("kicked"), member("restricted", is_member=False))
NAMED = [f"{one['status']}-{one.get('is_member', '')}" for one in (*IN, *OUT)]
EVERY = dict(zip(NAMED, (*IN, *OUT), strict=True))


def pressed(**parts: object) -> Heard | None:
    query = {"id": "q1", "from": ANA, "chat_instance": "c", "data": "ask fibre", **parts}
    return hear({"callback_query": query})


def of_me(status: str, chat: Json = GROUP, **more: object) -> Heard | None:
    return hear({"my_chat_member": change(member("left", ME), member(status, ME, **more), chat)})


def joins(**more: Json) -> Heard | None:
    return hear({"chat_member": change(OUT[0], IN[0], **more)})


@pytest.mark.parametrize(
    ("stands_on", "chat"),
    [
        (said(PRIVATE, ME, text="x"), "telegram:@42"),
        (said(GROUP, ME, text="x"), "telegram:-1001"),
        (said(FORUM, ME, text="x", message_thread_id=7, is_topic_message=True), "telegram:-1001/7"),
        (said(GROUP, ME, text="x", message_thread_id=7), "telegram:-1001"),
        ({"chat": GROUP, "message_id": 11, "date": 0}, "telegram:-1001"),
        ({"chat": PRIVATE, "message_id": 11, "date": 0}, "telegram:@42"),
    ],
    ids=["private", "group", "topic", "thread", "old-group", "old-private"],
)
def test_a_press_is_known_by_its_button_and_where_it_stands(stands_on: Json, chat: str) -> None:
    heard = pressed(message=stands_on)
    assert isinstance(heard, events.Pressed)
    assert (heard.chat, heard.user, heard.message) == (chat, "telegram:@42", "11")
    assert (heard.id, heard.data, heard.reply_token) == ("telegram:7:900", "ask fibre", "q1")
    assert heard.at == NOW


def test_a_press_whose_message_is_unknown_is_answered_in_private() -> None:
    heard = pressed(inline_message_id="i1")
    assert isinstance(heard, events.Pressed)
    assert (heard.chat, heard.message) == ("telegram:@42", "")


@pytest.mark.parametrize(("kind", "chat"), [("supergroup", "telegram:-1001"), ("private", USER)])
def test_a_press_on_a_message_out_of_sight_is_known_by_its_chat(kind: str, chat: str) -> None:
    gone = InaccessibleMessage(Chat(42 if kind == "private" else -1001, kind), 11)
    query = CallbackQuery("q1", User(42, "Ana", is_bot=False), "c", data="ask", message=gone)
    heard = Ear(7, "roundtable_bot", NOW).hear(Update(900, callback_query=query))
    assert isinstance(heard, events.Pressed)
    assert (heard.chat, heard.user, heard.message) == (chat, USER, "11")


def test_a_press_without_data_says_nothing() -> None:
    assert pressed(data=None, game_short_name="chess") is None


@pytest.mark.parametrize("before", EVERY)
@pytest.mark.parametrize("after", EVERY)
def test_only_who_comes_in_or_goes_out_is_heard(before: str, after: str) -> None:
    heard = hear({"chat_member": change(EVERY[before], EVERY[after])})
    was, now = EVERY[before] in IN, EVERY[after] in IN
    if was == now:
        assert heard is None
        return
    kind = events.Joined if now else events.Left
    assert isinstance(heard, kind)
    assert (heard.id, heard.at, heard.chat) == ("telegram:7:900", AT, "telegram:-1001")
    assert heard.user == "telegram:@42"


def test_who_comes_in_is_known_by_name_and_by_the_link_they_used() -> None:
    plain, linked = joins(), joins(invite_link=LINK)
    assert isinstance(plain, events.Joined)
    assert (plain.name, plain.invite) == ("Ana Lima", "")
    assert isinstance(linked, events.Joined)
    assert linked.invite == "https://t.me/+AbCdEf"


def test_who_came_is_meant_and_not_who_let_them_in() -> None:
    heard = joins(**{"from": {"id": 1, "is_bot": False, "first_name": "Olga"}})
    assert isinstance(heard, events.Joined)
    assert heard.user == "telegram:@42"


def test_another_bot_that_comes_in_is_not_heard() -> None:
    came = change(member("left", OTHER_BOT), member("member", OTHER_BOT))
    assert hear({"chat_member": came}) is None


def test_who_asks_to_enter_is_heard_with_the_link_they_used() -> None:
    asked = {"chat": GROUP, "from": ANA, "user_chat_id": 42, "date": int(AT.timestamp())}
    expected = events.JoinRequested(
        id="telegram:7:900", at=AT, chat=Address("telegram:-1001"),
        user=Address("telegram:@42"), name="Ana Lima",
    )  # fmt: skip
    assert hear({"chat_join_request": asked}) == expected
    linked = hear({"chat_join_request": asked | {"invite_link": LINK, "bio": "hello"}})
    assert linked == expected.model_copy(update={"invite": "https://t.me/+AbCdEf"})


def test_who_blocks_the_bot_cannot_be_reached() -> None:
    assert of_me("kicked", PRIVATE) == Reached(Address("telegram:@42"), reachable=False)
    assert of_me("member", PRIVATE) == Reached(Address("telegram:@42"), reachable=True)


@pytest.mark.parametrize(
    ("status", "rights", "inside", "able"),
    [
        ("administrator", {}, True, True),
        *(("administrator", {right: False}, True, False) for right in (
            "can_delete_messages", "can_restrict_members", "can_invite_users", "can_pin_messages")),
        ("administrator", {"can_pin_messages": None}, True, False),
        ("member", {}, True, False),
        ("restricted", {"is_member": True}, True, False),
        ("restricted", {"is_member": False}, False, False),
        ("left", {}, False, False),
        ("kicked", {}, False, False),
    ],
)  # fmt: skip
def test_what_the_bot_may_do_in_a_room_is_heard(
    status: str, rights: Json, inside: bool, able: bool
) -> None:
    heard = of_me(status, **rights)
    assert heard == events.Standing(
        id="telegram:7:900", at=AT, chat=Address("telegram:-1001"), user=events.NOBODY,
        inside=inside, able=able,
    )  # fmt: skip


def test_rights_in_a_plain_group_count_as_well() -> None:
    rights = {name: given for name, given in RIGHTS.items() if "topic" not in name}
    heard = of_me("administrator", BASIC, **rights)
    assert isinstance(heard, events.Standing)
    assert (heard.chat, heard.able) == ("telegram:-55", True)
