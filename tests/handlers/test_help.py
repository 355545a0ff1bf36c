from bot.app import NEUTRAL
from bot.store.people import Role
from tests.world import World


async def test_a_member_sees_what_is_theirs(world: World) -> None:
    await world.person("ana")
    shown = await world.says("ana", "/help")
    assert "What you can do in Crohn’s circle" in shown
    assert "- `/timezone [ZONE]` Set your time zone" in shown
    assert shown.splitlines()[-1].startswith("- `/help`")
    for hidden in ("/invite", "/join", "/setup", "/consent", "clinic’s team"):
        assert hidden not in shown


async def test_the_team_sees_its_own_commands_apart(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    everybody, _, team = (await world.says("sam", "/help")).partition("For the clinic’s team")
    assert "/invite" not in everybody
    assert "- `/invites` See and revoke invites" in team


async def test_every_command_of_the_menu_is_in_the_help(world: World) -> None:
    await world.person("olu", Role.OWNER)
    shown = await world.says("olu", "/help")
    menu = world.bot.table.menu(Role.OWNER)
    assert len(menu) > 4
    assert all(f"`/{route.name}" in shown for route in menu)


async def test_a_stranger_learns_nothing(world: World) -> None:
    assert await world.says("eve", "/help", world.address("eve")) == NEUTRAL
