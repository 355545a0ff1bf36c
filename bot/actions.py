"""What the bot can do, as plain frozen data in its own words.

A handler returns actions and cannot send. Each action names where it goes (`to`); the outbox
stores it, and a platform's `perform` carries it out.
"""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Literal, NewType, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Address = NewType("Address", str)
"""`"telegram:-1001"` is a chat, `"telegram:@42"` a person; the first word is the platform."""


def platform_of(address: Address) -> str:
    """Return the platform that an address belongs to, such as `"web"`."""
    return address.partition(":")[0]


def is_person(address: Address) -> bool:
    """Tell whether an address is a person rather than a room."""
    return address.partition(":")[2].startswith("@")


def without_thread(address: Address) -> Address:
    """Return the chat that an address is: of a thread `platform:chat/thread` the chat it is in."""
    return Address(address.partition("/")[0])


class Data(BaseModel):
    """Frozen data: compared by value, stored as JSON, printed whole."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )


class Button(Data):
    """One button: `press` is a command line without its slash, or `url` opens a page.

    With `picks_room` the platform lets the person pick one of their own chats for the bot and
    gives it back with `press` (RoomPicked); a platform without that shows no such button.
    """

    label: str
    press: str = ""
    url: str = ""
    picks_room: bool = False
    style: Literal["plain", "primary", "danger"] = "plain"


class Choice(Data):
    """One option of a form's choice field."""

    value: str
    label: str


class Question(Data):
    """One question of a form."""

    name: str
    label: str
    kind: Literal["text", "long", "choice", "date", "time", "number", "url", "check"] = "text"
    options: tuple[Choice, ...] = ()
    required: bool = True
    max: int = 200
    help: str = ""
    value: str = ""
    error: str = ""


class Form(Data):
    """What must be asked before a handler runs, in the order asked."""

    title: str
    fields: tuple[Question, ...]
    intro: str = ""
    submit: str = "Send"


class Priority(IntEnum):
    """Which action goes first when the platform lets through only some."""

    CRISIS = 0
    REPLY = 10
    STAFF = 20
    ADVISORY = 30
    TIP = 40


class File(Data):
    """A file that a platform keeps; `id` is the platform's own name for it."""

    id: str
    name: str
    type: str
    size: int


class Base(Data):
    """What all actions share.

    `key` names the action for good: the same key twice is sent once. `room` is the room in which
    a private action is to be seen. `expires_at` is when it is too late to be worth sending.
    `sensitive` words are not to be passed on or saved, where the platform can see to that.
    `reply_token` is that of the event which this answers; the ring sets it.
    """

    to: Address
    key: str = ""
    room: Address | None = None
    priority: Priority = Priority.REPLY
    expires_at: datetime | None = None
    sensitive: bool = False
    reply_token: str = ""

    def under(self, key: str) -> Self:
        """Return the same action under a key of its own."""
        return self.model_copy(update={"key": key})


class Send(Base):
    """Say something: small Markdown (bold, italics, links, lists).

    `cites` are the ids of the reviewed items that the words rest on; `silent` makes no sound.
    """

    kind: Literal["send"] = "send"
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    cites: tuple[str, ...] = ()
    silent: bool = False

    def with_buttons(self, *rows: tuple[Button, ...]) -> Self:
        """Return the same words with these rows of buttons."""
        return self.model_copy(update={"buttons": rows})


class Post(Base):
    """Let a person's own message appear, on platforms that hold messages until they are checked."""

    kind: Literal["post"] = "post"
    author: Address
    message: str
    text: str
    files: tuple[File, ...] = ()


class Edit(Base):
    """Change what was said: `of` is the key of the bot's action, or `message` the platform's id."""

    kind: Literal["edit"] = "edit"
    of: str = ""
    message: str = ""
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()


class Delete(Base):
    """Take back what was said: `of` is the key of the bot's action, or `message` the id."""

    kind: Literal["delete"] = "delete"
    of: str = ""
    message: str = ""


class Pin(Base):
    """Pin what was said: `of` is the key of the bot's action, or `message` the id."""

    kind: Literal["pin"] = "pin"
    of: str = ""
    message: str = ""


class Ask(Base):
    """Show a form; once filled it comes back as the command `command` with its answers."""

    kind: Literal["ask"] = "ask"
    form: Form
    command: str
    args: str = ""


class SendFile(Base):
    """Hand over a small file, such as a calendar entry."""

    kind: Literal["file"] = "file"
    name: str
    type: str
    content: bytes
    caption: str = ""


class Admit(Base):
    """Let a person into the room `to`; `what` is what the room is called to them."""

    kind: Literal["admit"] = "admit"
    who: Address
    name: str = ""
    what: str = "the room"


class Decline(Base):
    """Turn away a person who asked to enter the room `to`."""

    kind: Literal["decline"] = "decline"
    who: Address


class Restrict(Base):
    """Let a person read but not write in the room `to`, until `until`."""

    kind: Literal["restrict"] = "restrict"
    who: Address
    until: datetime | None = None


class Remove(Base):
    """Take a person out of the room `to`."""

    kind: Literal["remove"] = "remove"
    who: Address


class Secure(Base):
    """See to it that only people who are let in can be in the room `to`.

    `staff` tells that it is the team's own room; `title` is what its group is called.
    """

    kind: Literal["secure"] = "secure"
    title: str
    staff: bool = False


class Aside(Base):
    """Say something to one person in a private talk beside the room `to`, with a title of its own.

    `also` are people of the team who can read and answer there.
    """

    kind: Literal["aside"] = "aside"
    who: Address
    also: tuple[Address, ...] = ()
    title: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()


class Occasion(Base):
    """Put an event into the calendar that the people of the room `to` share."""

    kind: Literal["occasion"] = "occasion"
    title: str
    about: str = ""
    where: str
    starts_at: datetime
    ends_at: datetime


Action = Annotated[
    Send
    | Post
    | Edit
    | Delete
    | Pin
    | Ask
    | SendFile
    | Admit
    | Decline
    | Restrict
    | Remove
    | Secure
    | Aside
    | Occasion,
    Field(discriminator="kind"),
]
_ANY: TypeAdapter[Action] = TypeAdapter(Action)


class Receipt(Data):
    """What came of an action: the platform's id of the message, and a link if there is one."""

    message: str = ""
    link: str = ""


def parse(stored: str) -> Action:
    """Return the action that `model_dump_json` stored."""
    return _ANY.validate_json(stored)
