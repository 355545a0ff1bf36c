"""What anybody can see of the bot, on the real library against a Bot API server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telegram import (
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from bot.platforms.telegram import profile
from bot.routing import Answer, Route
from bot.store import groups
from bot.store.people import Role
from tests.platforms.telegram.stage import TABLE, Stage, stage


@pytest.fixture
async def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library's word for what it will do by itself
    async with stage(tmp_path) as made:
        yield made


async def test_a_stranger_learns_nothing_from_what_anybody_can_see(there: Stage) -> None:
    await there.publish()
    public = await there.bot.get_my_commands(BotCommandScopeDefault())
    assert [command.command for command in public] == [route.name for route in TABLE.menu(None)]
    assert await there.menu(BotCommandScopeAllPrivateChats()) == []
    assert await there.menu(BotCommandScopeAllGroupChats()) == []
    words = " ".join(command.description for command in public)
    words += (await there.bot.get_my_description()).description
    words += (await there.bot.get_my_short_description()).short_description
    assert "If you have an invite, open its link." in words
    assert not {"clinic", "crohn", "appointment", "team"} & set(words.lower().split())


async def test_each_room_shows_what_can_be_done_there(there: Stage) -> None:
    room, staff = there.server.group("Room"), there.server.group("Staff")
    await there.bind(room)
    await there.bind(staff, groups.STAFF)
    await there.publish()
    members = await there.menu(BotCommandScopeChat(room.id))
    assert members == [route.name for route in TABLE.menu(Role.MEMBER)]
    team = await there.menu(BotCommandScopeChat(staff.id))
    assert team[0] == "cases"
    assert sorted(team) == sorted(route.name for route in TABLE.menu(Role.OWNER))


async def test_a_forum_with_both_kinds_of_rooms_shows_what_members_can_do(there: Stage) -> None:
    forum = there.server.group("Forum", forum=True)
    await there.bind(forum, groups.STAFF, "/7")
    await there.bind(forum, groups.GROUP, "/8")
    await there.publish()
    assert "cases" not in await there.menu(BotCommandScopeChat(forum.id))


async def test_what_is_right_already_is_not_sent_again(there: Stage) -> None:
    await there.bind(there.server.group("Room"))
    await there.publish()
    first = there.changes()
    assert len(first) == len(set(first)) + 1  # the commands of two places
    await there.publish()
    assert there.changes() == first


async def test_a_room_that_the_bot_was_thrown_out_of_keeps_no_other_from_its_menu(
    there: Stage,
) -> None:
    await there.bind(-100999)
    room = there.server.group("Room")
    await there.bind(room)
    with capture_logs() as logs:
        await there.publish()
    assert [line["event"] for line in logs] == ["profile not published"]
    assert "ask" in await there.menu(BotCommandScopeChat(room.id))


@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 401}, {"retry_after": 3}])
async def test_trouble_is_logged_and_due_again_at_the_next_start(
    there: Stage, fault: dict[str, int]
) -> None:
    there.server.faults.next("getMyCommands", **fault)  # type: ignore[arg-type]
    with capture_logs() as logs:
        await there.publish()
    assert [line["event"] for line in logs] == ["profile not published"]
    assert there.server.token not in str(logs)
    await there.publish()
    assert "help" in await there.menu(BotCommandScopeDefault())


async def test_a_person_sees_what_their_role_can_do_until_they_leave(there: Stage) -> None:
    ana = there.server.person("Ana")
    ana.writes("/start")
    scope = BotCommandScopeChat(ana.id)
    await profile.show_person(there.bot, TABLE, ana.id, Role.MEMBER)
    assert await there.menu(scope) == [route.name for route in TABLE.menu(Role.MEMBER)]
    await profile.show_person(there.bot, TABLE, ana.id, Role.CLINICIAN)
    assert (await there.menu(scope))[0] == "cases"
    await profile.show_person(there.bot, TABLE, ana.id, None)
    assert await there.menu(scope) == []
    before = there.changes()
    await profile.show_person(there.bot, TABLE, ana.id, None)
    assert there.changes() == before


async def test_a_person_who_never_opened_the_bot_has_no_menu_and_no_harm_is_done(
    there: Stage,
) -> None:
    with capture_logs() as logs:
        await profile.show_person(there.bot, TABLE, 424242, Role.MEMBER)
    assert [line["event"] for line in logs] == ["menu of a person not published"]
    assert "424242" not in str(logs)


async def nothing(event: object, ctx: object) -> Answer:
    return None


def test_what_telegram_cannot_take_is_left_out_with_a_word_in_the_log() -> None:
    long = "x" * 300
    routes = [Route(name, nothing, long) for name in ("ok", "Not-Ok", "y" * 33)]
    with capture_logs() as logs:
        menu = profile.commands(routes)
    assert [(command.command, len(command.description)) for command in menu] == [("ok", 256)]
    assert [line["command"] for line in logs] == ["Not-Ok", "y" * 33]
    many = profile.commands(Route(f"c{number}", nothing, "Help") for number in range(120))
    assert len(many) == 100
