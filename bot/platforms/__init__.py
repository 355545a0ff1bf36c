"""A platform is two verbs, hear and do; all that is peculiar to one stays in its own folder."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from bot.actions import Action, Address, Data, Receipt
from bot.errors import RoundtableError
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


class Traveller(Data):
    """Somebody who agreed on the clinic's page and goes to another platform to join there.

    `consent` is the version of the text that they agreed to.
    """

    code: str
    name: str
    consent: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came back from another platform with a proof of who they are there."""

    who: Address
    traveller: Traveller


class Entry(Data):
    """One room that somebody is being let into: the key of the admission, and what it is called."""

    key: str
    room: Address
    what: str


class Progress(Data):
    """How far a traveller is: `stage` is one word, `problem` why the bot refused.

    The invite's code is kept for as long as it may be needed.
    """

    at: datetime
    stage: str
    code: str = ""
    problem: str = ""
    who: Address = Address("")
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """The link that leads somebody to a room; `once` tells that it works once, for them alone."""

    link: str
    once: bool = False


class Astray(RoundtableError):
    """Somebody came back with nothing that lets them in; `why` is one word.

    `lost`: not ours, too old, or begun in another browser. `again`: the same proof a second time.
    Of the others the traveller is known: `denied` by themselves, `late`, `refused` by the
    platform, or the platform was `down`.
    """

    def __init__(
        self,
        why: Literal["lost", "again", "denied", "late", "refused", "down"],
        traveller: Traveller | None = None,
    ) -> None:
        """Keep the reason, and who it was if that is sure."""
        super().__init__(why)
        self.why, self.traveller = why, traveller


class Passage(Protocol):
    """A way into a platform that begins and ends on the clinic's own page.

    `browser` is the secret of the browser that travels; `back` is the page to come back to.
    `home` is the platform's own page, for somebody who has no room to be shown.
    """

    name: str
    title: str

    @property
    def home(self) -> str:
        """Return the address of the platform."""
        ...

    @property
    def page(self) -> str:
        """Return the address of the platform's page to which people are sent."""
        ...

    async def leave(self, browser: str, traveller: Traveller, back: str) -> str:
        """Return where the browser goes."""
        ...

    async def arrive(self, browser: str, said: Mapping[str, str]) -> Arrival:
        """Return who came back, once; raises Astray. From then on `kept` says `going`."""
        ...

    async def keep(self, browser: str, progress: Progress) -> None:
        """Keep how far they are, for the page that they look at."""
        ...

    async def kept(self, browser: str) -> Progress | None:
        """Return how far they are."""
        ...

    async def way(self, who: Address, room: Address, link: str = "") -> Way:
        """Return what leads somebody to their room; `link` is what the admission's receipt says.

        Somebody may have to go the last step by a link of their own (`once`).
        """
        ...

    async def done(self, who: Address) -> None:
        """Give back what somebody allowed: nobody is let in by it any more."""
        ...
