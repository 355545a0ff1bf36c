"""A clinic before its first day: a Telegram, two empty rooms, and a machine with a key.

    async with premises(tmp_path) as here:
        await here.service.type("group", "add", "crohns", …)
        await here.service.start()
        here.owner.opens(here.door("CODE"))

Everything is set up as the README says: settings in the environment, and the command line.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.platforms.telegram_api.chats import Chat
from tests.platforms.telegram_server import Person, Seen, TelegramServer, telegram_server
from tests.processes import ROOT, Service, free_port

PATIENCE = 30.0


@dataclass
class Premises:
    """The server, the machine, and who is there on the first day."""

    server: TelegramServer
    service: Service
    owner: Person
    room: Chat
    staff: Chat
    people: list[Person] = field(default_factory=list)

    @property
    def site(self) -> str:
        """Return the address of the clinic's own page."""
        return f"http://127.0.0.1:{self.service.settings['ROUNDTABLE__SITE__PORT']}"

    def door(self, code: str) -> str:
        """Return the link that carries a code to the bot."""
        return f"https://t.me/{self.server.bot.username}?start={code}"

    def meets(self, name: str) -> Person:
        """Let somebody appear who has never heard of the bot."""
        person = self.server.person(name)
        self.people.append(person)
        return person


@asynccontextmanager
async def premises(
    folder: Path, kind: type[Service] = Service, *, measured: bool = True
) -> AsyncIterator[Premises]:
    """Give a clinic whose bot has never run; it is stopped when the block ends."""
    async with telegram_server() as server:
        service = kind(folder, _settings(server, folder), measured)
        await service.type("keys", "new", str(folder / "key" / "master.key"))
        owner = server.person("Olga")
        room = server.group("Crohn’s circle", admin=owner, bot="")
        staff = server.group("Team", admin=owner, bot="")
        try:
            yield Premises(server, service, owner, room, staff, [owner])
        finally:
            await service.stop()


def _settings(server: TelegramServer, folder: Path) -> dict[str, str]:
    chosen = {
        "TELEGRAM__TOKEN": server.token,
        "TELEGRAM__API_URL": server.api_url,
        "TELEGRAM__FILE_URL": server.file_url,
        "DATABASE__PATH": str(folder / "db" / "roundtable.db"),
        "SECURITY__KEY_FILE": str(folder / "key" / "master.key"),
        "CONTENT__PATH": str(ROOT / "content_library"),
        "SITE__PORT": str(free_port()),
        "LOG__LEVEL": "debug",
    }
    return {f"ROUNDTABLE__{name}": value for name, value in chosen.items()}


async def hears(person: Person, words: str, chat: Chat | None = None) -> Seen:
    """Wait until the bot has said this since the person last did something there."""
    return await person.hears(words, chat=chat, seconds=PATIENCE)


async def fills(person: Person, *answers: str) -> None:
    """Answer a form question by question: by a button of that name, or in words."""
    for number, answer in enumerate(answers, start=1):
        asked = await hears(person, f"Question {number} of {len(answers)}")
        if answer in asked.labels:
            await person.presses(answer)
        else:
            person.writes(answer)


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
