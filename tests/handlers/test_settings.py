from bot.app import NEUTRAL
from tests.world import World


async def test_a_member_sees_what_they_can_set_and_the_way_out(app: World) -> None:
    await app.person("ana")
    alone = app.address("ana")
    shown = await app.says("ana", "/settings", alone)
    assert "Your time zone is Europe/London." in shown
    assert "Your time zone is Europe/Paris" in await app.says("ana", "/timezone Paris", alone)
    assert "What is held about you" in await app.presses("ana", "What is held about me", alone)
    assert "Do you want to leave" in await app.presses("ana", "Leave the group", alone)


async def test_a_stranger_sees_nothing(app: World) -> None:
    assert await app.says("eve", "/settings", app.address("eve")) == NEUTRAL
