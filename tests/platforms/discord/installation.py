"""A clinic before its first day: a Discord with a server in it, and a machine with a key.

    async with installation(tmp_path) as here:
        await here.service.type("group", "add", "crohns", …)
        await here.service.start()
        await here.adds_bot()
        await here.owner.runs(here.lobby, "join", code="CODE")

Everything is set up as the README says: settings in the environment, and the command line. The
server refuses Message Content.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simcord.backend.models import Channel

from bot.platforms.discord import permissions
from tests.platforms.discord_server import (
    Answer,
    DiscordServer,
    Guild,
    Person,
    Seen,
    discord_server,
)
from tests.processes import ROOT, Service, free_port

PATIENCE = 30.0


@dataclass
class Installation:
    """The server, the machine, and who is there on the first day."""

    server: DiscordServer
    service: Service
    owner: Person
    guild: Guild
    lobby: Channel
    circle: Channel
    team: Channel
    people: list[Person] = field(default_factory=list)

    @property
    def site(self) -> str:
        """Return the address of the clinic's own page."""
        return f"http://127.0.0.1:{self.service.settings['ROUNDTABLE__SITE__PORT']}"

    def meets(self, name: str) -> Person:
        """Let somebody appear who has never heard of the bot, and is in no server."""
        person = self.server.person(name)
        self.people.append(person)
        return person

    async def adds_bot(self) -> None:
        """Let the server's owner follow the link that adds the bot."""
        await self.server.connected(seconds=PATIENCE)
        self.server.add_bot(self.guild, permissions=permissions.NUMBER)
        await until(lambda: "join" in self.owner.commands(self.lobby))

    def channels(self, person: Person) -> set[str]:
        """Return the names of the channels that somebody can see."""
        return set(person.channels(self.guild))


@asynccontextmanager
async def installation(
    folder: Path, kind: type[Service] = Service, *, measured: bool = True
) -> AsyncIterator[Installation]:
    """Give a clinic whose bot has never run; it is stopped when the block ends."""
    async with discord_server() as server:
        server.flags(members=True, message_content=False)
        service = kind(folder, _settings(server, folder), measured)
        await service.type("keys", "new", str(folder / "key" / "master.key"))
        owner = server.person("Olga")
        guild = server.guild("Circle 7", owner=owner, bot=False)
        lobby, circle, team = (server.channel(guild, name) for name in ("lobby", "circle", "team"))
        here = Installation(server, service, owner, guild, lobby, circle, team, [owner])
        server.redirect(f"{here.site}/discord/back")
        try:
            yield here
        finally:
            await service.stop()


def _settings(server: DiscordServer, folder: Path) -> dict[str, str]:
    chosen = {
        "DISCORD__TOKEN": server.token,
        "DISCORD__API_URL": server.api_url,
        "DISCORD__GATEWAY_URL": server.gateway_url,
        "DISCORD__APPLICATION_ID": str(server.application_id),
        "DISCORD__CLIENT_SECRET": server.client_secret,
        "DATABASE__PATH": str(folder / "db" / "roundtable.db"),
        "SECURITY__KEY_FILE": str(folder / "key" / "master.key"),
        "CONTENT__PATH": str(ROOT / "content_library"),
        "SITE__PORT": str(free_port()),
        "LOG__LEVEL": "debug",
    }
    return {f"ROUNDTABLE__{name}": value for name, value in chosen.items()}


async def hears(person: Person, words: str, channel: Channel | None = None) -> Seen:
    """Wait until the bot has said this since the person last did something there."""
    return await person.hears(words, channel=channel, seconds=PATIENCE)


async def fills(person: Person, **values: Any) -> Answer:  # noqa: ANN401 - text, or yes and no
    """Fill in the window of a form once it is open."""
    await until(lambda: person.modal is not None)
    return await person.fills(**values)


async def until(happened: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.01)


def found(pattern: str, words: str) -> str:
    """Return what is looked for in some words."""
    match = re.search(pattern, words)
    assert match, words
    return match[0]
