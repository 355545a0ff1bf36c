"""What the visitor sees of a server."""

import pytest

from bot.platforms.discord import visitor
from bot.platforms.discord.visitor import Visitor
from tests.platforms.discord.place import Place


async def test_members_are_read_page_by_page_and_nobody_s_name_is_kept(
    well: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ana", "Mira", "Mallory"):
        well.server.join(well.guild, well.server.person(name))
    monkeypatch.setattr(visitor, "PAGE", 2)
    async with Visitor(well.settings().discord) as client:
        await client.enter()
        guild = await client.server(well.guild.id)
    assert guild.chunked
    assert len(guild.members) == 5
    assert {one.display_name for one in guild.members} == {visitor.NOBODY}


async def test_a_very_large_server_is_not_read_to_its_end(
    well: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ana", "Mira", "Kit"):
        well.server.join(well.guild, well.server.person(name))
    monkeypatch.setattr(visitor, "PAGE", 1)
    monkeypatch.setattr(visitor, "PAGES", 2)
    async with Visitor(well.settings().discord) as client:
        await client.enter()
        guild = await client.server(well.guild.id)
        assert guild.me.id == well.server.bot_id
    assert not guild.chunked
