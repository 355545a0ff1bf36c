"""Tables: checked entries of TOML texts that remember where they stand."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from bot.library.models import Model
from bot.library.positions import Positions
from bot.library.problems import Notes
from bot.library.sentences import sentence, unknown

M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one table stands: its file, and its path in it."""

    file: Path
    positions: Positions
    path: tuple[str | int, ...] = ()

    def line(self, *keys: str | int) -> int:
        """Return the line of a key of this table, or of the table when it lacks the key."""
        return self.positions.line(*self.path, *keys)


@dataclass(frozen=True, slots=True)
class Entry(Generic[M_co]):
    """One valid table and its place; `title` and `body` are what Markdown holds around it."""

    table: M_co
    place: Place
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Toml:
    """One TOML text that could be read, with the positions in it."""

    data: dict[str, object]
    place: Place


def parse(file: Path, text: str, notes: Notes, first_line: int = 1) -> Toml | None:
    """Read a TOML text that begins on a given line of a file."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else max(1, len(text.rstrip().split("\n")))
        reason = re.sub(r" \(at .*\)$", "", str(error))
        notes.error(file, first_line + line - 1, f"this is not valid TOML: {reason}")
        return None
    return Toml(data, Place(file, Positions(text, first_line)))


def one(model: type[M], toml: Toml, notes: Notes) -> M | None:
    """Check a whole TOML text against a model."""
    return _checked(model, toml.data, toml.place, notes)


def many(model: type[M], name: str, toml: Toml, notes: Notes) -> list[Entry[M]]:
    """Check each [[name]] of a TOML text against a model; wrong ones are noted and left out."""
    place = toml.place
    for key in toml.data.keys() - {name}:
        notes.error(place.file, place.line(key), unknown("key", key, [name]))
    rows = toml.data.get(name)
    if not isinstance(rows, list) or not rows:
        notes.error(place.file, place.line(name), f"there is no [[{name}]] here")
        return []
    entries = []
    for number, row in enumerate(rows):
        here = Place(place.file, place.positions, (name, number))
        if table := _checked(model, row, here, notes):
            entries.append(Entry(table, here))
    return entries


def _checked(model: type[M], data: object, place: Place, notes: Notes) -> M | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            notes.error(place.file, place.line(*detail["loc"]), sentence(detail, model))
        return None
