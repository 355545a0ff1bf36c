import pytest

from bot.errors import BadInput
from handlers import timezone
from tests.world import World


async def test_a_person_is_told_the_time_of_their_own_zone(world: World) -> None:
    await world.person("ana")
    assert "Europe/London. It is Tuesday 24 November, 10:00" in await world.says("ana", "/timezone")
    said = await world.says("ana", "/timezone america/new york")
    assert "America/New York. It is Tuesday 24 November, 05:00" in said
    assert "05:00" in await world.says("ana", "/timezone")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("europe/madird", "Did you mean Europe/Madrid"),
        ("xyzzy", "such as Europe/London"),
        ("../../etc/passwd", "I do not know that time zone"),
    ],
)
async def test_an_unknown_zone_is_answered_with_the_closest(
    world: World, typed: str, hint: str
) -> None:
    await world.person("ana")
    assert hint in await world.says("ana", f"/timezone {typed}")


def test_the_name_of_the_city_is_enough() -> None:
    assert timezone.named("London") == "Europe/London"
    assert timezone.named("new york") == "America/New_York"


def test_capitals_and_spaces_do_not_matter() -> None:
    assert timezone.named("utc") == "UTC"
    assert timezone.named("AMERICA/new_york") == "America/New_York"
    with pytest.raises(BadInput):
        timezone.named("")
