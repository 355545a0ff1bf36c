from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from tests.platforms.discord_api.little_bot import Clinic, opened
from tests.platforms.discord_server import DiscordServer, MayNot


@pytest.fixture
async def clinic(server: DiscordServer) -> AsyncIterator[Clinic]:
    async with opened(server) as made:
        yield made
    assert server.violations == []


class Board(discord.ui.View):
    """Buttons and menus; what happens at them is in the bot's `acts`."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Go", custom_id="go"))
        self.add_item(discord.ui.Button(label="Page", url="https://example.org/page"))
        self.add_item(discord.ui.Button(emoji="✅", custom_id="tick", disabled=True))
        options = [discord.SelectOption(label=one, value=one.lower()) for one in ("Up", "Down")]
        self.add_item(discord.ui.Select(custom_id="way", options=options))
        self.add_item(discord.ui.UserSelect(custom_id="who", max_values=2))
        self.stop()


async def test_buttons(clinic: Clinic) -> None:
    channel = clinic.bot.get_partial_messageable(clinic.lobby.id)
    await channel.send("Old", view=Board())
    said = await channel.send("Board", view=Board())
    clinic.bot.acts["go"] = lambda one: one.response.edit_message(content="Gone", view=None)
    assert (await clinic.ben.hears("Board", channel=clinic.lobby)).buttons == (
        ("Go", "Page", "✅"),
    )
    assert (await clinic.ben.presses("Page", channel=clinic.lobby)).url.endswith("/page")
    with pytest.raises(MayNot, match="button '✅' is greyed out"):
        await clinic.ben.presses("✅", channel=clinic.lobby)
    answer = await clinic.ben.presses("Go", channel=clinic.lobby)
    assert answer.kind == "update"
    assert answer.seen is not None
    assert (answer.seen.id, answer.seen.text, answer.seen.labels) == (said.id, "Gone", [])
    assert clinic.bot.last.message is not None
    assert clinic.bot.last.message.id == said.id
    assert clinic.bot.data == {"component_type": 2, "custom_id": "go", "id": 0} | clinic.bot.data
    clinic.bot.acts["go"] = lambda one: one.response.defer()
    old = clinic.ben.sees(clinic.lobby)[0]
    assert (await clinic.ben.presses("Go", message=old)).kind == "none"
    with pytest.raises(MayNot, match="no button 'Stop' is to be seen; there are \\['Go'"):
        await clinic.ben.presses("Stop", channel=clinic.lobby)


async def test_menus(clinic: Clinic) -> None:
    channel = clinic.bot.get_partial_messageable(clinic.lobby.id)
    await channel.send("Board", view=Board())
    for name in ("way", "who"):
        clinic.bot.acts[name] = lambda one: one.response.defer()
    assert clinic.ben.sees(clinic.lobby)[0].choices == ("Up", "Down")
    await clinic.ben.selects("Down", channel=clinic.lobby)
    assert clinic.bot.data["values"] == ["down"]
    await clinic.ben.selects(clinic.ana, clinic.ben, channel=clinic.lobby)
    assert clinic.bot.data["values"] == [str(clinic.ana.id), str(clinic.ben.id)]
    assert set(clinic.bot.data["resolved"]["members"]) == set(clinic.bot.data["values"])
    with pytest.raises(MayNot, match="from 1 to 1 can be chosen"):
        await clinic.ben.selects("Up", "down", channel=clinic.lobby)
    with pytest.raises(MayNot, match="no menu with"):
        await clinic.ben.selects("Sideways", channel=clinic.lobby)
    with pytest.raises(MayNot, match="cannot be chosen here"):
        await clinic.ben.selects(clinic.lobby, channel=clinic.lobby)


class Layout(discord.ui.LayoutView):
    """A message that is made of components."""

    box: Any = discord.ui.Container(
        discord.ui.Section(
            "One of **two**", accessory=discord.ui.Button(label="Take it", custom_id="take")
        ),
        discord.ui.TextDisplay("The other"),
    )


async def test_messages_made_of_components_are_read_and_pressed(clinic: Clinic) -> None:
    channel = clinic.bot.get_partial_messageable(clinic.lobby.id)
    await channel.send(view=Layout(timeout=None))
    clinic.bot.acts["take"] = lambda one: one.response.defer()
    seen = await clinic.ben.hears("The other", channel=clinic.lobby)
    assert (seen.text, seen.buttons) == ("One of **two**\nThe other", (("Take it",),))
    await clinic.ben.presses("Take it", channel=clinic.lobby)
    assert clinic.bot.data["id"] > 0
