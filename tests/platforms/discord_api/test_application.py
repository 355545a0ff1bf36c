"""The application and its commands."""

from typing import Any

import discord
import pytest
from discord import app_commands

from tests.platforms.discord_api.house import House, code


async def test_the_application_has_an_owner(house: House) -> None:
    told = await house.bot.application_info()
    assert told.id == house.server.application_id
    assert told.owner.id == house.server.world.owner.id
    assert told.flags.gateway_guild_members_limited


async def test_commands_keep_their_names_in_other_languages(house: House) -> None:
    http, number = house.bot.http, house.server.application_id
    names = {"de": "frage"}
    command = {
        "name": "ask",
        "description": "Ask",
        "type": 1,
        "name_localizations": names,
        "options": [],
    }
    made = await http.bulk_upsert_guild_commands(number, house.guild.id, [command])
    listed = await http.get_guild_commands(number, house.guild.id)
    assert made[0]["name_localizations"] == names
    assert "name_localizations" not in listed[0]
    changed = {"description": "Ask again"}
    edited = await http.edit_guild_command(number, house.guild.id, made[0]["id"], changed)
    assert (edited["id"], edited["description"]) == (made[0]["id"], "Ask again")
    fetched = await http.get_guild_command(number, house.guild.id, made[0]["id"])
    assert fetched["description"] == "Ask again"
    other = {"name": "Report", "type": 3}
    await http.upsert_guild_command(number, house.guild.id, other)
    await http.delete_guild_command(number, house.guild.id, made[0]["id"])
    assert [one["name"] for one in await http.get_guild_commands(number, house.guild.id)] == [
        "Report"
    ]
    with pytest.raises(discord.NotFound) as gone:
        await http.get_guild_command(number, house.guild.id, made[0]["id"])
    assert code(gone) == 10063


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Ask", "description": "Capital", "type": 1},
        {"name": "ask me", "description": "Space", "type": 1},
        {"name": "ask", "type": 1},
        {"name": " ", "type": 3},
        {
            "name": "ask",
            "description": "Order",
            "options": [
                {"name": "a", "description": "a", "type": 3},
                {"name": "b", "description": "b", "type": 3, "required": True},
            ],
        },
    ],
)
async def test_commands_that_discord_would_not_take(
    house: House, command: dict[str, object]
) -> None:
    number = house.server.application_id
    with pytest.raises(discord.HTTPException) as refused:
        await house.bot.http.bulk_upsert_global_commands(number, [command])
    assert code(refused) == 50035
    house.server.violations.clear()


async def test_a_command_is_synchronised_from_the_tree(house: House) -> None:
    @app_commands.command(description="Ask the library")
    async def ask(interaction: discord.Interaction) -> None:
        """Never called."""

    house.bot.tree.add_command(ask, guild=house.guild)
    made = await house.bot.tree.sync(guild=house.guild)
    assert [one.name for one in made] == ["ask"]
    twice: list[Any] = [{"name": "Report", "type": 3}] * 2
    with pytest.raises(discord.HTTPException) as refused:
        await house.bot.http.bulk_upsert_global_commands(house.server.application_id, twice)
    assert code(refused) == 50035


async def test_the_application_is_described_and_the_gateway_is_told(house: House) -> None:
    told = await house.asks("PATCH", "/applications/@me", {"tags": ["clinic"]})
    assert told["id"] == str(house.server.application_id)
    assert await house.asks("GET", "/gateway") == {"url": house.server.gateway_url}


async def test_commands_are_for_this_application_and_its_guilds(house: House) -> None:
    number = house.server.application_id
    elsewhere = house.server.guild("Elsewhere", bot=False)
    with pytest.raises(discord.NotFound) as stranger:
        await house.bot.http.get_global_commands(5)
    with pytest.raises(discord.Forbidden) as outside:
        await house.bot.http.bulk_upsert_guild_commands(number, elsewhere.id, [])
    assert (code(stranger), code(outside)) == (10002, 50001)


async def test_there_are_only_so_many_commands(house: House) -> None:
    many: list[Any] = [{"name": f"Report {one}", "type": 3} for one in range(16)]
    with pytest.raises(discord.HTTPException) as refused:
        await house.bot.http.bulk_upsert_global_commands(house.server.application_id, many)
    assert code(refused) == 30032
