"""What can happen, as plain frozen data in the bot's own words.

A platform turns each of its updates into one of these; the clock adds ticks and due rows.
"""

from datetime import datetime
from typing import Literal

from bot.actions import Action, Address, Button, Data, File, Receipt, Remove, Send, is_person


class Base(Data):
    """What all events share.

    `id` is the same however often the platform delivers the update. `chat` is the room, or the
    person when the talk is private. `reply_token` is whatever the platform needs to answer.
    """

    id: str
    at: datetime
    chat: Address
    user: Address
    reply_token: str = ""

    def reply(self, text: str, *buttons: Button) -> Send:
        """Answer where everybody in the chat can see it."""
        return Send(to=self.chat, text=text, buttons=rows(buttons))

    def whisper(self, text: str, *buttons: Button) -> Send:
        """Answer so that only this person sees it."""
        room = None if is_person(self.chat) else self.chat
        return Send(to=self.user, room=room, text=text, buttons=rows(buttons))

    def is_answered_by(self, action: Action) -> bool:
        """Tell whether an action says something to whoever caused this, or where it happened."""
        return action.to in {self.user, self.chat}

    def is_ended_by(self, action: Action) -> bool:
        """Tell whether an action takes whoever caused this out of where it happened."""
        return isinstance(action, Remove) and (action.to, action.who) == (self.chat, self.user)


def rows(buttons: tuple[Button, ...]) -> tuple[tuple[Button, ...], ...]:
    """Put each button on a row of its own: large to touch, and read in order."""
    return tuple((button,) for button in buttons)


class Message(Base):
    """Somebody said something in a chat."""

    kind: Literal["message"] = "message"
    message: str
    text: str
    files: tuple[File, ...] = ()


class Edited(Base):
    """Somebody changed what they had said."""

    kind: Literal["edited"] = "edited"
    message: str
    text: str


class Deleted(Base):
    """Somebody took back what they had said."""

    kind: Literal["deleted"] = "deleted"
    message: str


class Command(Base):
    """Somebody gave a command; `answers` holds the filled form, if one was asked.

    `message` is the id of the message in which it was typed, where everybody in the room sees it.
    `heard` tells that the ring was given all of its words before, each when it was typed.
    `quoted` tells that the words are somebody else's, at which the user points.
    """

    kind: Literal["command"] = "command"
    name: str
    args: str = ""
    answers: dict[str, str] | None = None
    heard: bool = False
    quoted: bool = False
    message: str = ""


class Typed(Base):
    """Somebody typed one answer of a form that is asked question by question."""

    kind: Literal["typed"] = "typed"
    text: str


class Pressed(Base):
    """Somebody pressed a button; `data` is the button's command line."""

    kind: Literal["pressed"] = "pressed"
    data: str
    message: str = ""


class JoinRequested(Base):
    """Somebody asks to enter a room."""

    kind: Literal["join_requested"] = "join_requested"
    name: str = ""
    invite: str = ""


class Joined(Base):
    """Somebody entered a room; the platform may know by which invite."""

    kind: Literal["joined"] = "joined"
    name: str = ""
    invite: str = ""


class Left(Base):
    """Somebody left a room."""

    kind: Literal["left"] = "left"


class RoomPicked(Base):
    """Somebody picked one of their chats for the bot; `data` is the button's command line."""

    kind: Literal["room_picked"] = "room_picked"
    data: str
    room: Address


class Moved(Base):
    """A room has another address from now on: `chat` was its old one, `room` is the new one."""

    kind: Literal["moved"] = "moved"
    room: Address


class Standing(Base):
    """What the bot may do in a room has changed.

    `inside` tells whether it is in the room at all, `able` whether it may do everything it needs.
    `problems` are sentences that say what is wrong, where the platform knows.
    """

    kind: Literal["standing"] = "standing"
    inside: bool
    able: bool
    problems: tuple[str, ...] = ()


class Reported(Base):
    """Somebody asks the team to look at a message; `text` is what it says, `link` leads to it."""

    kind: Literal["reported"] = "reported"
    message: str
    reason: str = ""
    text: str = ""
    link: str = ""


class Flagged(Base):
    """The platform's own filter found words of the user, by a rule that the bot gave it.

    `blocked` tells that nobody has seen them. The words themselves are not known here.
    """

    kind: Literal["flagged"] = "flagged"
    rule: Literal["crisis", "contact", "medicine"]
    blocked: bool
    message: str = ""


class Guessed(Base):
    """Somebody tried many wrong invite codes in a short time; it is not known who."""

    kind: Literal["guessed"] = "guessed"


class Tick(Base):
    """A schedule's moment has come; the id names the schedule and the moment, so it is once."""

    kind: Literal["tick"] = "tick"
    name: str


class Due(Base):
    """One row's moment has come; `ref` is the row's id and `due_at` the moment planned."""

    kind: Literal["due"] = "due"
    name: str
    ref: str
    due_at: datetime


class Done(Base):
    """An action was carried out; `key` names it."""

    kind: Literal["done"] = "done"
    key: str
    receipt: Receipt


Event = (
    Message
    | Edited
    | Deleted
    | Command
    | Typed
    | Pressed
    | JoinRequested
    | Joined
    | Left
    | RoomPicked
    | Moved
    | Standing
    | Reported
    | Flagged
    | Guessed
    | Tick
    | Due
    | Done
)

PAGE = "page"
"""The reply token of a page that shows by itself why something was refused."""

NOBODY = Address("clock:@clock")
"""The user and chat of events that nobody caused."""
