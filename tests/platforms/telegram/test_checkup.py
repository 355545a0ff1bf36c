"""What the check-up says of a bot that is well, and of each thing that can be wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms import Finding
from bot.platforms.telegram import addresses, buttons, checkup, members
from bot.platforms.telegram.polling import ALLOWED
from bot.settings import Telegram
from bot.store import people
from bot.store.people import Role
from tests.platforms.telegram.stage import NOW, TABLE, Stage, stage
from tests.platforms.telegram_server import Chat, Person

SECRET = "a-secret-of-16-letters"
HOOK = "https://groups.clinic/telegram"


@pytest.fixture
async def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library's word for what it will do by itself
    async with stage(tmp_path) as made:
        yield made


def settings(there: Stage, **changes: str) -> Telegram:
    given = {
        "token": there.server.token,
        "api_url": there.server.api_url,
        "file_url": there.server.file_url,
    }
    return Telegram.model_validate(given | changes)


async def look(there: Stage, *, running: bool = False, **changes: str) -> list[Finding]:
    known = settings(there, **changes)
    found = await checkup.check(known, there.db, TABLE, running=running)
    assert found
    assert there.server.token not in str(found)
    assert SECRET not in str(found)
    return found


async def hook(there: Stage, *, running: bool = False, **facts: object) -> list[Finding]:
    """Look in webhook mode, with what the server remembers of its calls."""
    there.server.world.web.update(facts)
    return await look(
        there, running=running, mode="webhook", webhook_url=HOOK, webhook_secret=SECRET
    )


def words(found: list[Finding], level: str) -> str:
    return "\n".join(f"{one.what} {one.advice}" for one in found if one.level == level)


async def team(there: Stage, person: Person, role: Role = Role.ADMIN) -> None:
    async with there.db.write() as db:
        made = await people.create(db, "Sam", NOW)
        await people.connect(db, made.id, addresses.person(person.id), NOW)
        await people.admit(db, made.id, "g1", role, "1", NOW)


async def private_room(there: Stage, **facts: object) -> Chat:
    """Make and bind a room as docs/telegram.md says, with an owner of the team."""
    owner = there.server.person("Sam")
    await team(there, owner)
    room = there.server.group("Circle", admin=owner, **facts)  # type: ignore[arg-type]
    room.permissions = frozenset({"can_send_messages"})
    await there.bind(room)
    return room


async def test_a_bot_that_is_set_up_as_the_page_says_is_well(there: Stage) -> None:
    await private_room(there)
    await there.publish()
    there.server.world.reads_all = False
    found = await look(there)
    assert words(found, "wrong") == ""
    assert words(found, "warn").count("\n") == 0
    assert "/setjoingroups" in words(found, "warn")
    assert "crohns, group room: private, and the bot can do its work" in words(found, "ok")
    assert "it is @roundtable_test_bot" in words(found, "ok")


async def test_an_unknown_token_is_told_in_plain_words(there: Stage) -> None:
    other = "987654321:another-token-that-nobody-knows"
    found = await checkup.check(settings(there, token=other), None, TABLE)
    assert "does not know this token" in words(found, "wrong")
    assert other not in str(found)


async def test_a_server_that_is_not_there_is_told(there: Stage) -> None:
    found = await look(there, api_url="http://127.0.0.1:9/bot")
    assert "cannot be reached" in words(found, "wrong")
    assert len(found) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 502}, "cannot be reached, or is out of order"),
        ({"reset": True}, "cannot be reached, or is out of order"),
        ({"retry_after": 30}, "asks to wait"),
        ({"status": 400}, "refused a question"),
        ({"status": 409}, "makes no sense"),
    ],
)
async def test_trouble_in_the_middle_keeps_what_was_found(
    there: Stage, fault: dict[str, int], said: str
) -> None:
    there.server.faults.next("getWebhookInfo", **fault)  # type: ignore[arg-type]
    found = await look(there)
    assert "it is @roundtable_test_bot" in words(found, "ok")
    assert said in words(found, "wrong")


async def test_privacy_mode_that_is_off_is_told(there: Stage) -> None:
    assert "Privacy mode is off" in words(await look(there), "warn")


# --- How updates come ----------------------------------------------------------------------------


async def test_looking_confirms_no_update(there: Stage) -> None:
    there.server.person("Ana").writes("/start")
    waiting = list(there.server.world.updates.waiting)
    assert waiting
    assert "Updates can be fetched" in words(await look(there), "ok")
    assert list(there.server.world.updates.waiting) == waiting


async def test_a_bot_that_runs_is_not_disturbed(there: Stage) -> None:
    there.server.faults.next("getUpdates", status=409)
    found = await look(there, running=True)
    assert "is running and fetches the updates itself" in words(found, "ok")
    assert there.server.faults.left == 1


async def test_another_program_on_the_token_is_told(there: Stage) -> None:
    there.server.faults.next("getUpdates", status=409)
    assert "Another program fetches" in words(await look(there), "wrong")


async def test_updates_that_pile_up_are_told(there: Stage) -> None:
    for number in range(120):
        there.server.inject({"poll": {"id": str(number)}})
    assert "120 updates wait" in words(await look(there), "warn")


async def test_a_webhook_in_the_way_of_polling_is_told_without_its_path(there: Stage) -> None:
    await there.bot.set_webhook("https://other.example/secret-path")
    found = await look(there)
    assert "A webhook is set (other.example)" in words(found, "warn")
    assert "secret-path" not in str(found)
    assert "A webhook is set" in words(await look(there, running=True), "wrong")


async def test_a_webhook_that_is_not_set_yet_is_set_by_a_start(there: Stage) -> None:
    assert "No webhook is set" in words(await hook(there), "warn")
    assert "No webhook is set" in words(await hook(there, running=True), "wrong")


async def test_a_webhook_to_another_address_is_wrong(there: Stage) -> None:
    await there.bot.set_webhook("https://other.example/telegram")
    assert "calls another address (other.example)" in words(await hook(there), "wrong")


async def test_a_webhook_that_works_is_well(there: Stage) -> None:
    await there.bot.set_webhook(HOOK, secret_token=SECRET, allowed_updates=ALLOWED)
    found = await hook(there)
    assert "Telegram calls groups.clinic." in words(found, "ok")
    assert words(found, "wrong") == ""


async def test_a_webhook_that_fails_says_why(there: Stage) -> None:
    await there.bot.set_webhook(HOOK, allowed_updates=["message"])
    said = f"Wrong response from\nthe webhook {there.server.token}: 502 Bad Gateway"
    now = int(there.server.world.now())
    found = await hook(there, last_error_date=now, last_error_message=said)
    assert "Wrong response from the webhook …: 502 Bad Gateway" in words(found, "warn")
    assert "not to send: callback_query, chat_join_request, chat_member" in words(found, "wrong")
    long_ago = await hook(there, last_error_date=now - 200_000)
    assert "last call failed" not in words(long_ago, "warn")


async def test_a_menu_that_is_not_published_is_told(there: Stage) -> None:
    assert "menu of commands is not published" in words(await look(there), "warn")
    await there.publish()
    assert "menu of commands is published" in words(await look(there), "ok")


# --- Rooms ---------------------------------------------------------------------------------------


async def test_no_room_is_told_with_the_way_to_bind_one(there: Stage) -> None:
    assert "roundtable group bind" in words(await look(there), "warn")


async def test_without_a_database_the_rooms_are_not_looked_at(there: Stage) -> None:
    found = await checkup.check(settings(there), None, TABLE)
    assert "No room on Telegram" not in words(found, "warn")


@pytest.mark.parametrize(
    ("fact", "level", "said"),
    [
        ({"username": "open_circle"}, "wrong", "public name"),
        ({"active_usernames": ["open_circle"]}, "wrong", "public name"),
        ({"has_visible_history": True}, "warn", "all that was said before"),
        ({"linked_chat_id": -1_001_000_000_777}, "warn", "a channel is linked"),
        ({"guard_bot": {"id": 5, "is_bot": True, "first_name": "G"}}, "warn", "another bot is set"),
    ],
)
async def test_a_room_that_others_can_find_or_read_is_told(
    there: Stage, fact: dict[str, object], level: str, said: str
) -> None:
    room = await private_room(there)
    room.json.update(fact)
    assert said in words(await look(there), level)


async def test_members_who_may_add_others_are_told(there: Stage) -> None:
    room = await private_room(there)
    room.permissions = frozenset({"can_send_messages", "can_invite_users"})
    assert "members may add other people" in words(await look(there), "warn")


async def test_a_basic_group_is_no_place_to_moderate(there: Stage) -> None:
    await private_room(there, kind="group")
    assert "it is a group, not a supergroup" in words(await look(there), "wrong")


async def test_a_group_that_became_a_supergroup_is_told(there: Stage) -> None:
    room = await private_room(there, kind="group")
    there.server.migrate(room)
    assert "became a supergroup" in words(await look(there), "wrong")


async def test_a_topic_needs_a_forum(there: Stage) -> None:
    room = there.server.group("Forum")
    await there.bind(room, topic="/7")
    assert "topics were turned off" in words(await look(there), "wrong")


async def test_a_bot_that_was_thrown_out_is_told(there: Stage) -> None:
    room = await private_room(there)
    there.server.remove_bot(room)
    assert "the bot is not there" in words(await look(there), "wrong")


async def test_a_bot_that_is_no_administrator_is_told(there: Stage) -> None:
    await private_room(there, bot="member")
    found = await look(there)
    assert "the bot is no administrator" in words(found, "wrong")
    assert "invite people with a link and pin messages" in words(found, "wrong")


def test_the_rights_looked_for_are_those_that_a_picked_room_gives() -> None:
    given = {name for name, has in buttons._rights(promotes=False).to_dict().items() if has}
    assert given - {"can_manage_chat"} == set(members.RIGHTS)


async def test_each_right_that_is_missing_is_named(there: Stage) -> None:
    await private_room(there, rights={"can_manage_chat", "can_restrict_members"})
    wrong = words(await look(there), "wrong")
    assert "may not delete messages, invite people with a link or pin messages." in wrong


async def test_pins_alone_are_no_fault(there: Stage) -> None:
    rights = {"can_manage_chat", "can_restrict_members", "can_delete_messages", "can_invite_users"}
    await private_room(there, rights=rights)
    found = await look(there)
    assert "may not pin messages." in words(found, "warn")
    assert words(found, "wrong") == ""


async def test_rights_that_the_bot_never_uses_are_told(there: Stage) -> None:
    room = await private_room(there)
    me = there.server.world.me(room)
    room.members[me.user.id] = replace(me, rights=me.rights | {"can_promote_members"})
    assert "rights that it never uses" in words(await look(there), "warn")


async def test_administrators_who_are_not_of_the_team_are_counted_and_not_named(
    there: Stage,
) -> None:
    room = await private_room(there)
    for name in ("Eve", "Mallory", "Ana"):
        person = there.server.person(name)
        there.server.join(room, person)
        there.server.promote(room, person, anonymous=name == "Eve")
        if name == "Ana":
            await team(there, person, Role.MEMBER)
    found = await look(there)
    assert "3 administrators are not known as the group's team" in words(found, "warn")
    assert "1 administrator hides their name" in words(found, "warn")
    assert "Mallory" not in str(found)


async def test_other_bots_that_can_read_everything_are_counted(there: Stage) -> None:
    room = await private_room(there)
    helper = replace(there.server.bot, id=777, first_name="Helper", json={})
    me = there.server.world.me(room)
    room.members[helper.id] = replace(me, user=helper)
    assert "1 other bot there can read everything" in words(await look(there), "warn")


# --- The clock -----------------------------------------------------------------------------------


@asynccontextmanager
async def server_that_says(date: str) -> AsyncIterator[str]:
    """Give the address of a server with a clock of its own, which knows no token."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
            status=401,
            headers={"Date": date},
        )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}/bot"


@pytest.mark.parametrize(
    ("date", "skewed"),
    [("Tue, 01 Jan 2019 10:00:00 GMT", True), ("soon", False), ("01 Jan 2019 10:00:00", False)],
)
async def test_a_clock_that_is_off_is_told(there: Stage, date: str, skewed: bool) -> None:
    async with server_that_says(date) as address:
        found = await checkup.check(settings(there, api_url=address), None, TABLE)
    assert ("clock differs" in words(found, "warn")) == skewed
    assert "does not know this token" in words(found, "wrong")
