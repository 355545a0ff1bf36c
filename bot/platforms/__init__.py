"""A platform is two verbs, hear and do; all that is peculiar to one stays in its own folder."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from bot.actions import Action, Receipt
from bot.events import Event


class Status(StrEnum):
    """What became of an event."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED = "refused"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event, once it is safely stored.

    `sentence` is what the person was told when it was refused, held, or failed on our side.
    """

    status: Status
    sentence: str = ""
    actions: tuple[Action, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether the event did what it was meant to do."""
        return self.status in {Status.DONE, Status.REPEATED}


Receive = Callable[[Event], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do; what it cannot show is said in words, never dropped.

    `holds`: a person's message appears only when the bot says so (`Post`).
    `whispers`: a line in a room that only one person sees.
    `deletes`: can take back what members said. `forms`: can show a form. `edits`: can change what
    the bot said. `private_health`: details of a person's health may be written here.
    `once`: the same key twice is provably shown once. `text_limit` is in characters.
    `echoes`: a command typed in a room stands there for everybody to read.
    `private_talk`: a person can be told something outside any room. `picks_rooms`: a button can
    let somebody pick one of their own chats for the bot.
    `reads`: sees what members write in a room. `secures`: keeps a room to those who are let in.
    `door` is the link by which somebody comes in here, with `{code}` in it; empty if there is none.
    """

    holds: bool = False
    whispers: bool = False
    deletes: bool = False
    forms: bool = False
    edits: bool = True
    private_health: bool = False
    once: bool = False
    echoes: bool = False
    private_talk: bool = False
    picks_rooms: bool = False
    reads: bool = True
    secures: bool = False
    door: str = ""
    text_limit: int = 4000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check-up looked at: how it is, and what an operator can do about it."""

    level: Literal["ok", "warn", "wrong"]
    what: str
    advice: str = ""


class Platform(Protocol):
    """One door of the bot.

    `run` turns every update into an event and calls `receive`; only when that has returned is
    the update acknowledged to the platform. `perform` carries one action out and returns its
    receipt, or raises RetryLater or Undeliverable. The same action key again must not show twice
    where the platform makes that possible.
    """

    name: str

    @property
    def capabilities(self) -> Capabilities:
        """What it can do at this moment."""
        ...

    async def run(self, receive: Receive) -> None:
        """Hear until cancelled."""
        ...

    async def perform(self, action: Action) -> Receipt:
        """Carry one action out."""
        ...
