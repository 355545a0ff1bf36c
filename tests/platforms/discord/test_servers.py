"""What is said of each server, its commands and its filter."""

import pytest

from bot.platforms.discord import permissions, visitor
from tests.platforms.discord.place import BACK, VIEW, P, Place, words


async def test_a_bot_that_is_nowhere_is_told(place: Place) -> None:
    place.server.remove_bot(place.guild)
    found = await place.look()
    assert "in no server yet" in words(found, "warn")
    assert "No room on Discord belongs to a group yet" in words(found, "warn")


async def test_more_servers_than_discord_tells_at_once_are_all_looked_at(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor, "SERVERS", 1)
    place.server.guild("The annexe", permissions=permissions.NUMBER)
    found = words(await place.look(), "warn")
    for name in ("The clinic", "The annexe"):
        assert f"“{name}”: no channel there is a room of a group yet" in found
        assert f"“{name}”: The commands of the server are not published" in found


async def test_a_permission_that_is_missing_is_named(well: Place) -> None:
    well.server.allow_bot(well.guild, permissions.NUMBER & ~P(manage_guild=True).value)
    assert "may not do all it has to: “Manage Server”" in words(await well.look(), "wrong")


async def test_permissions_that_the_bot_never_uses_are_told(well: Place) -> None:
    more = P(ban_members=True, kick_members=True, manage_webhooks=True, manage_nicknames=True)
    well.server.allow_bot(well.guild, permissions.NUMBER | more.value)
    found = words(await well.look(), "warn")
    assert "may do more than it needs: Kick Members, Ban Members, Manage Nicknames and 1" in found


async def test_an_administrator_may_do_too_much(well: Place) -> None:
    well.server.allow_bot(well.guild, P(administrator=True).value)
    assert "the bot is an administrator" in words(await well.look(), "warn")


async def test_commands_that_are_not_published_are_told(place: Place) -> None:
    found = words(await place.look(), "warn")
    assert "The commands of private talks are not published" in found
    assert "“The clinic”: The commands of the server are not published" in found


async def test_a_server_that_takes_no_commands_is_told(well: Place) -> None:
    body = {"message": "Missing Access", "code": 50001}
    well.server.faults.next("GET", "/guilds/.*/commands", status=403, body=body)
    assert "may not publish its commands there" in words(await well.look(), "wrong")


async def test_a_lobby_in_which_nobody_can_type_join_is_told(well: Place) -> None:
    well.server.overwrite(well.lobby, well.guild.made.roles[well.guild.id], deny=VIEW)
    found = await well.look()
    assert "nobody without a room can type /join" in words(found, "wrong")
    assert "whoever has no invite sees" not in words(found, "ok")
    well.server.redirect(BACK)
    by_page = await well.look(client_secret=well.server.client_secret)
    assert words(by_page, "wrong") == ""


async def test_a_server_that_anybody_can_ask_others_into_is_told(well: Place) -> None:
    everyone = well.guild.made.roles[well.guild.id]
    bits = everyone.permissions | P(create_instant_invite=True).value
    well.server.world.backend.edit_role(well.guild.id, everyone.id, {"permissions": bits})
    assert "everybody there can ask others in" in words(await well.look(), "warn")


async def test_channels_that_strangers_see_are_named(well: Place) -> None:
    for name in ("news", "tea", "cake"):
        well.server.channel(well.guild, name)
    found = await well.look()
    assert "whoever has no invite sees #lobby, #news, #tea and 1 more" in words(found, "ok")
    assert "One of them is enough as a lobby" in words(found, "warn")


# --- AutoMod -------------------------------------------------------------------------------------


async def test_rules_that_somebody_changed_are_told(well: Place) -> None:
    rules = well.guild.made.auto_mod_rules
    assert rules
    next(iter(rules.values())).enabled = False
    found = await well.look()
    assert "AutoMod is not as it should be: “Roundtable: crisis, crohns”." in words(found, "warn")
    again = await well.look(running=True)
    assert "Roundtable runs and could not put it right" in words(again, "wrong")


async def test_a_rule_that_was_deleted_or_is_left_over_is_told(well: Place) -> None:
    rules = well.guild.made.auto_mod_rules
    one, other, *_ = list(rules)
    del rules[one]
    rules[other].name = "Roundtable: something"
    found = words(await well.look(), "warn")
    assert "“Roundtable: crisis, crohns”, “Roundtable: something”." in found


async def test_a_group_without_a_staff_room_is_told(place: Place) -> None:
    await place.bind(place.circle)
    await place.starts()
    assert "has no staff room on Discord" in words(await place.look(), "wrong")


async def test_rules_that_cannot_be_looked_at_are_a_missing_permission(well: Place) -> None:
    well.server.allow_bot(well.guild, permissions.NUMBER & ~P(manage_guild=True).value)
    found = await well.look()
    assert "“Manage Server”" in words(found, "wrong")
    assert "AutoMod has" not in words(found, "ok")
