from dataclasses import replace

from bot.store.people import Role
from tests.world import World


async def test_a_member_reads_what_is_held_and_why(world: World) -> None:
    await world.person("ana")
    await world.person("sam", Role.ADMIN)
    shown = await world.says("ana", "/privacy")
    for words in (
        "**Your name here:** Ana.",
        "member, since 24 November 2026",
        "text 2026-11, on 24 November 2026",
        "encrypted for 365 days",
        "a key that is yours alone",
        "kept for 30 days, without its words",
        "ask Sam.",
    ):
        assert words in shown
    assert "another company" not in shown
    assert "Do you want to leave" in await world.presses("ana", "Leave the group")


async def test_a_chat_app_of_another_company_is_named_as_such(world: World) -> None:
    await world.person("ana")
    can = replace(world.paper.capabilities, private_health=False)
    world.bot.app.capabilities = lambda: {"paper": can}
    shown = await world.says("ana", "/privacy")
    assert "That company keeps its own copy" in shown
    assert "looks at it to check it, and keeps none of it" in shown


async def test_where_the_bot_does_not_read_along_it_says_so(world: World) -> None:
    await world.person("ana")
    can = replace(world.paper.capabilities, private_health=False, reads=False)
    world.bot.app.capabilities = lambda: {"paper": can}
    shown = await world.says("ana", "/privacy")
    assert "does not read what you write in the rooms" in shown
    assert "The app’s own filter" in shown
    assert "looks at it to check it" not in shown


async def test_without_an_admin_the_team_is_named(world: World) -> None:
    await world.person("ana")
    assert "ask the clinic’s team." in await world.says("ana", "/privacy")


async def test_a_stranger_reads_nothing_about_groups(world: World) -> None:
    shown = await world.says("eve", "/privacy", world.address("eve"))
    assert "private service" in shown
    assert "Crohn" not in shown
    assert "Crohn" not in await world.says("eve", "/privacy", world.room)
