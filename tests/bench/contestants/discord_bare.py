"""discord.py as its own documentation shows it: a client with a tree of one command.

A second argument of `raw` leaves the tree out: the client's `on_interaction` answers itself.
"""

import discord
from discord import app_commands
from discord.http import Route

from tests.bench.contestants.target import COMMAND, DiscordTarget, manner

SHOWS = "Show the time zone"


def run(target: DiscordTarget, way: str) -> None:
    """Answer until killed."""
    Route.BASE = target.url
    client = discord.AutoShardedClient(intents=discord.Intents.default())
    (raw if way else tree)(client, target.reply)
    client.run(target.token, log_handler=None)


def tree(client: discord.AutoShardedClient, words: str) -> None:
    """Let discord.py find the command."""
    commands = app_commands.CommandTree(client)

    @commands.command(name=COMMAND, description=SHOWS)
    async def reply(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(words, ephemeral=True)

    @client.event
    async def setup_hook() -> None:
        await commands.sync()


def raw(client: discord.AutoShardedClient, words: str) -> None:
    """Take each interaction as it comes."""

    @client.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(words, ephemeral=True)

    @client.event
    async def setup_hook() -> None:
        assert client.application_id is not None
        await client.http.bulk_upsert_global_commands(
            client.application_id, [{"name": COMMAND, "description": SHOWS, "type": 1}]
        )


if __name__ == "__main__":
    run(DiscordTarget.given(), manner())
