"""Interactions over the wire, answered by the real library."""

import asyncio
import io
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import ui

from tests.platforms.discord_api.client import Bot
from tests.platforms.discord_api.house import House, code
from tests.platforms.discord_server import Unanswered

Act = Callable[[discord.Interaction], Awaitable[object]]


def offer(bot: Bot, name: str, act: Act) -> None:
    @bot.tree.command(name=name, description="Does what the test says")
    async def command(interaction: discord.Interaction) -> None:
        await act(interaction)


class Form(ui.Modal, title="Report"):
    words: "ui.TextInput[Form]" = ui.TextInput(label="What happened?", custom_id="words")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        with pytest.raises(discord.HTTPException) as again:
            await interaction.response.send_modal(Form())
        await interaction.response.send_message(f"{self.words.value} {code(again)}")


async def test_an_answer_is_followed_up_and_changed(house: House) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Wait", ephemeral=True)
        await interaction.followup.send("More", ephemeral=True)
        await interaction.edit_original_response(content="Done")

    offer(house.bot, "ask", act)
    await house.bot.tree.sync()
    lobby = await house.lobby()
    answer = await house.ben.runs(lobby, "ask")
    assert answer.kind == "message"
    await house.ben.hears("More", channel=lobby)
    await house.ben.hears("Done", channel=lobby)
    assert house.ana.sees(lobby) == []


async def test_an_answer_may_take_its_time_and_bring_a_file(house: House) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        with pytest.raises(discord.InteractionResponded):
            await interaction.response.send_message("Twice")
        file = discord.File(io.BytesIO(b"abc"), "a.txt")
        await interaction.followup.send("Here", file=file)

    offer(house.bot, "ask", act)
    await house.bot.tree.sync()
    lobby = await house.lobby()
    assert (await house.ben.runs(lobby, "ask")).kind == "deferred"
    seen = await house.ben.hears("Here", channel=lobby)
    assert (seen.ephemeral, seen.file_name, seen.file) == (True, "a.txt", b"abc")


async def test_a_form_is_filled_in_and_not_answered_with_another(house: House) -> None:
    offer(house.bot, "report", lambda one: one.response.send_modal(Form()))
    await house.bot.tree.sync()
    lobby = await house.lobby()
    assert (await house.ben.runs(lobby, "report")).kind == "modal"
    answer = await house.ben.fills(words="A rude word")
    assert answer.seen is not None
    assert answer.seen.text == "A rude word 50035"


async def test_a_button_changes_its_own_message(house: House) -> None:
    lobby = await house.lobby()
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="Yes", custom_id="yes"))
    await lobby.send("Shall I?", view=view)

    async def pressed(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="I shall", view=None)

    house.bot.on_interaction = pressed  # type: ignore[method-assign]
    assert (await house.ben.presses("Yes", channel=lobby)).kind == "update"
    assert house.ben.reads(lobby) == ["I shall"]


async def test_a_token_is_worth_nothing_after_a_quarter_of_an_hour(house: House) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Now", ephemeral=True)

    offer(house.bot, "ask", act)
    await house.bot.tree.sync()
    await house.ben.runs(await house.lobby(), "ask")
    house.server.later(minutes=16)
    with pytest.raises(discord.NotFound) as late:
        await house.bot.heard[-1].followup.send("Later")
    assert code(late) == 10015


async def test_who_does_not_answer_in_three_seconds_is_not_heard(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.platforms.discord_api.clicks.ACKNOWLEDGED_WITHIN", 0.1)
    offer(house.bot, "ask", lambda _: asyncio.sleep(0))
    await house.bot.tree.sync()
    with pytest.raises(Unanswered):
        await house.ben.runs(await house.lobby(), "ask")
    assert house.server.unanswered == 1
    early = house.bot.heard[-1]
    with pytest.raises(discord.NotFound) as unknown:
        await early.followup.send("Without a first answer")
    house.server.later(seconds=4)
    with pytest.raises(discord.NotFound) as late:
        await early.response.send_message("Late")
    assert (code(unknown), code(late)) == (10015, 10062)


async def test_two_clients_answer_once(house: House) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("First")
        interaction.response._response_type = None
        with pytest.raises(discord.HTTPException) as second:
            await interaction.response.send_message("Second")
        assert code(second) == 40060
        await interaction.followup.send("Only once")

    offer(house.bot, "ask", act)
    await house.bot.tree.sync()
    lobby = await house.lobby()
    await house.ben.runs(lobby, "ask")
    await house.ben.hears("Only once", channel=lobby)
    assert house.ana.reads(lobby) == ["First", "Only once"]
