"""What every platform is put on for the contract: a stage, with people who act and look.

A platform joins the contract with one class that has the verbs of `Stage`, added to
tests/platforms/stages.py. The same tests then run on it. A platform that cannot do something
by its nature names that in `lacks`; the test is then skipped, with the reason.
"""

from dataclasses import dataclass
from typing import Protocol

import pytest

from bot.actions import Address
from bot.main import Bot
from bot.platforms import Platform
from bot.store.people import Role

BOT = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as a person sees it: `by` is the writer's name, or empty for the bot."""

    words: str
    by: str = BOT
    private: bool = False
    pinned: bool = False
    buttons: tuple[str, ...] = ()
    file: str = ""
    id: str = ""


class Stage(Protocol):
    """One platform with the bot behind it, a room, and people in it."""

    lacks: frozenset[str]

    @property
    def bot(self) -> Bot:
        """The bot that runs at this moment."""
        ...

    @property
    def platform(self) -> Platform:
        """The platform that the contract is about."""
        ...

    @property
    def room(self) -> Address:
        """The group's room."""
        ...

    def address(self, name: str) -> Address:
        """Return the account of somebody who has entered."""
        ...

    async def enters(self, name: str, role: Role = Role.MEMBER) -> None:
        """Put somebody in the group and in the room."""
        ...

    async def says(self, name: str, words: str, update: str = "") -> str:
        """Send words (or a command) and return the update's id once it is acknowledged.

        An `update` given again is the same update delivered once more.
        """
        ...

    async def presses(self, name: str, label: str) -> None:
        """Press the newest button of that label."""
        ...

    async def fills(self, name: str, **values: str) -> None:
        """Fill the newest form."""
        ...

    async def edits(self, name: str, words: str, new: str) -> None:
        """Change one's own message."""
        ...

    async def takes_back(self, name: str, words: str) -> None:
        """Delete one's own message."""
        ...

    async def sends_file(self, name: str, file: str, content: bytes) -> None:
        """Send a file to the room."""
        ...

    async def shown(self, name: str) -> list[Shown]:
        """Return all that stands before somebody, once everything is carried out."""
        ...

    async def restarts(self) -> None:
        """End the program, whatever waits to be sent, and start it again on the same rows."""
        ...

    async def close(self) -> None:
        """End everything."""
        ...


def needs(stage: Stage, what: str) -> None:
    """Skip a test on a platform that cannot do this by its nature."""
    if what in stage.lacks:
        pytest.skip(f"this platform has no {what}")


async def words(stage: Stage, name: str) -> list[str]:
    """Return the words that stand before somebody, oldest first."""
    return [shown.words for shown in await stage.shown(name)]


async def one(stage: Stage, name: str, part: str) -> Shown:
    """Return the newest message that holds these words."""
    found = [shown for shown in await stage.shown(name) if part in shown.words]
    assert found, f"{name} sees nothing like {part!r}: {await words(stage, name)}"
    return found[-1]
