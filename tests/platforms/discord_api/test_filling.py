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


class Form(discord.ui.Modal, title="How are you?"):
    """One of each kind of field that a form has."""

    told: Any = discord.ui.TextDisplay("Only the team reads this.")
    pain: Any = discord.ui.Label(
        text="Pain",
        component=discord.ui.RadioGroup(
            custom_id="pain",
            options=[discord.RadioGroupOption(label=one, value=one) for one in ("None", "Some")],
        ),
    )
    sure: Any = discord.ui.Label(text="Sure?", component=discord.ui.Checkbox(custom_id="sure"))
    note: Any = discord.ui.Label(
        text="Note", component=discord.ui.TextInput(custom_id="note", max_length=20)
    )
    whom: Any = discord.ui.Label(
        text="Whom?", component=discord.ui.UserSelect(custom_id="whom", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what was filled in."""
        told = (
            self.pain.component.value,
            self.sure.component.value,
            self.note.component.value,
            [one.name for one in self.whom.component.values],
        )
        await interaction.response.send_message(str(told), ephemeral=True)


async def test_forms_are_filled_in_and_sent(clinic: Clinic) -> None:
    board = discord.ui.View(timeout=None)
    board.add_item(discord.ui.Button(label="Go", custom_id="go"))
    await clinic.bot.get_partial_messageable(clinic.lobby.id).send("Board", view=board)
    board.stop()
    clinic.bot.acts["go"] = lambda one: one.response.send_modal(Form())
    with pytest.raises(MayNot, match="no form is open before Ben"):
        await clinic.ben.fills(pain="Some")
    answer = await clinic.ben.presses("Go", channel=clinic.lobby)
    modal = clinic.ben.modal
    assert modal is not None
    assert (answer.kind, answer.modal) == ("modal", modal)
    assert (modal.title, modal.texts) == ("How are you?", ["Only the team reads this."])
    assert modal.labels == ["Pain", "Sure?", "Note", "Whom?"]
    with pytest.raises(MayNot, match="'Note' must be filled in"):
        await clinic.ben.fills(pain="Some", sure=True)
    still_open = clinic.ben.modal
    assert still_open is modal
    values = {"Pain": "Some", "Sure?": True, "Note": "ouch", "Whom?": clinic.ana}
    answer = await clinic.ben.fills_in(values)
    assert answer.seen is not None
    assert answer.seen.text == "('Some', True, 'ouch', ['ana'])"
    assert clinic.ben.modal is None
    assert clinic.bot.last.message is not None
    await clinic.ben.presses("Go", channel=clinic.lobby)
    clinic.ben.closes_form()
    assert clinic.ben.modal is None


class Upload(discord.ui.Modal, title="A file"):
    """A form that takes files."""

    files: Any = discord.ui.Label(
        text="Files", component=discord.ui.FileUpload(custom_id="files", max_values=2)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what came."""
        names = [one.filename for one in self.files.component.values]
        await interaction.response.send_message(str(names), ephemeral=True)


async def test_forms_take_files(clinic: Clinic) -> None:
    await clinic.offers({"name": "give"})
    clinic.bot.acts["give"] = lambda one: one.response.send_modal(Upload())
    await clinic.ben.runs(clinic.lobby, "give")
    answer = await clinic.ben.fills(files=[("a.txt", b"a"), ("b.txt", b"b")])
    assert answer.seen is not None
    assert answer.seen.text == "['a.txt', 'b.txt']"
    assert clinic.bot.last.message is None  # a command opened it, so there is no message


async def test_a_form_cannot_follow_an_acknowledgement(clinic: Clinic) -> None:
    async def twice(one: discord.Interaction) -> None:
        await one.response.defer(ephemeral=True, thinking=True)
        one.response._response_type = None
        with pytest.raises(discord.HTTPException) as caught:
            await one.response.send_modal(Form())
        refused.append(caught.value.code)

    refused: list[int] = []
    await clinic.offers({"name": "twice"})
    clinic.bot.acts["twice"] = twice
    assert (await clinic.ben.runs(clinic.lobby, "twice")).kind == "deferred"
    await clinic.server.quiet()
    assert refused == [40060]
    assert clinic.ben.modal is None
