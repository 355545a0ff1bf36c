"""What is said of each bound room."""

from bot.store.people import Role
from tests.platforms.discord.place import VIEW, P, Place, words


async def test_a_room_that_is_gone_is_told(well: Place) -> None:
    well.server.delete_channel(well.circle)
    found = words(await well.look(), "wrong")
    assert "crohns, group room: its channel is gone, or the bot cannot see it" in found


async def test_a_room_that_was_never_made_safe_is_told(place: Place) -> None:
    await place.bind(place.circle)
    found = words(await place.look(), "wrong")
    assert "crohns, group room: the bot has not made it safe" in found


async def test_a_room_that_everybody_can_see_is_wrong(well: Place) -> None:
    well.server.overwrite(well.circle, well.guild.made.roles[well.guild.id], allow=VIEW)
    found = words(await well.look(), "wrong")
    assert "crohns, group room: Everybody in the server can see #circle" in found


async def test_a_role_and_a_person_who_can_read_a_room_are_told_without_a_name(
    well: Place,
) -> None:
    helper = well.server.role(well.guild, "Helpers")
    well.server.overwrite(well.circle, helper, allow=VIEW)
    mallory = well.server.person("Mallory")
    well.server.join(well.guild, mallory)
    well.server.overwrite(well.circle, mallory, allow=VIEW)
    found = words(await well.look(), "warn")
    assert "The role “Helpers” can read #circle" in found
    assert "Somebody can read #circle by a permission of their own" in found


async def test_a_role_that_stands_above_the_bot_s_is_wrong(well: Place) -> None:
    role = next(one for name, one in well.guild.roles.items() if name.startswith("Members"))
    role.position = 99
    assert "My role stands below" in words(await well.look(), "wrong")


async def test_administrators_of_the_team_are_no_leak(well: Place) -> None:
    chief = well.server.role(well.guild, "Chiefs", permissions=P(administrator=True).value)
    sam = well.server.person("Sam")
    await well.joins(sam, Role.ADMIN)
    well.server.join(well.guild, sam, roles=[chief])
    assert "Chiefs" not in words(await well.look(), "warn")
    well.server.join(well.guild, well.server.person("Mallory"), roles=[chief])
    assert "Whoever has the role “Chiefs” is an administrator" in words(await well.look(), "warn")


async def test_what_a_server_shows_is_said_once(well: Place) -> None:
    well.server.channel(well.guild, "tea")
    assert words(await well.look(), "warn").count("One of them is enough as a lobby") == 1
