"""Frames: what a browser may say over the socket, checked before anybody acts on it."""

import json
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

LARGEST = 128 * 1024  # characters of one frame
TEXT_LIMIT = 4000
_ID_PATTERN = r"^[A-Za-z0-9-]{8,64}$"

ClientId = Annotated[str, Field(pattern=_ID_PATTERN)]
Name = Annotated[str, Field(max_length=120)]
Revision = Annotated[int, Field(ge=0, lt=2**53)]


class Frame(BaseModel):
    """One frame; a key that is not known is a mistake of the browser."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hello(Frame):
    """The first frame: how far this browser has heard each stream."""

    t: Literal["hello"]
    cursors: dict[Name, Revision] = Field(default_factory=dict, max_length=200)


class Act(Frame):
    """What a person does; `id` is the browser's own and makes that it counts once."""

    id: ClientId


class Say(Act):
    """Something said, or a command if it begins with a slash."""

    t: Literal["say"]
    room: Name
    text: str


class Press(Act):
    """A button pressed."""

    t: Literal["press"]
    room: Name = ""
    line: Name
    data: str


class Answer(Act):
    """A form filled."""

    t: Literal["answer"]
    room: Name = ""
    line: Name
    command: str
    args: str = ""
    values: dict[Name, str] = Field(default_factory=dict, max_length=50)


class Edit(Act):
    """One's own words changed."""

    t: Literal["edit"]
    room: Name = ""
    line: Name
    text: str


class Delete(Act):
    """One's own line taken back."""

    t: Literal["delete"]
    room: Name = ""
    line: Name


class Read(Frame):
    """How far a room was read."""

    t: Literal["read"]
    room: Name
    rev: Revision


AnyAct = Say | Press | Answer | Edit | Delete
AnyFrame = Annotated[Hello | Read | AnyAct, Field(discriminator="t")]
_ANY: TypeAdapter[Hello | Read | AnyAct] = TypeAdapter(AnyFrame)


class Unreadable(Exception):
    """A frame that cannot be used; `id` is what the browser called it, if that could be read."""

    def __init__(self, why: str, frame_id: str = "") -> None:
        """Keep the sentence for the person and the id for the browser."""
        super().__init__(why)
        self.id = frame_id


def parse(text: str) -> Hello | Read | AnyAct:
    """Return what a browser said; raises Unreadable with a sentence for the person."""
    if len(text) > LARGEST:
        raise Unreadable("This is far too long to send. Please make it shorter.", _id_in(text))
    try:
        frame = _ANY.validate_json(text)
    except ValidationError:
        raise Unreadable(
            "The page and the server did not understand each other. Please load the page again.",
            _id_in(text),
        ) from None
    if isinstance(frame, Say | Edit) and (why := _unfit(frame.text)):
        raise Unreadable(why, frame.id)
    return frame


def _unfit(text: str) -> str:
    if not text.strip():
        return "There is nothing to send."
    if len(text) > TEXT_LIMIT:
        return (
            f"This message has {len(text):,} characters. At most {TEXT_LIMIT:,} can be sent at "
            "once. Please make it shorter, or send it in parts."
        )
    return ""


def _id_in(text: str) -> str:
    """Return the id of a frame that is no good, so that the browser can say what failed."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    named = found.get("id") if isinstance(found, dict) else None
    return named if isinstance(named, str) and re.fullmatch(_ID_PATTERN, named) else ""
