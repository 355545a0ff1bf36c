"""The vendor's schema of every method and type, from its own page's data or from aiogram."""

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import aiogram.methods
from aiogram.client.default import Default
from aiogram.types import InputFile
from pydantic import BaseModel

SPEC = Path(__file__).parents[4] / "shared" / "data" / "specs" / "telegram-api.json"
_LITERAL = re.compile(r"(?:, must be|always) [“\"]?(\w+)[”\"]?\.?$")
_ALL_OPTIONAL = frozenset({"ChatAdministratorRights"})
"""aiogram asks for rights that are newer than the page; one that is not named is off."""
_PLAIN: dict[object, str] = {
    int: "Integer",
    float: "Float",
    str: "String",
    bool: "Boolean",
    dt.datetime: "Integer",
    dt.timedelta: "Integer",
}


class Kind(NamedTuple):
    """A type: its name, and how many lists are around it."""

    name: str
    depth: int = 0


@dataclass(frozen=True)
class Slot:
    """One parameter of a method or one field of a type."""

    kinds: frozenset[Kind]
    required: bool
    fixed: frozenset[str] = frozenset()
    """The only values that a text may have."""


Shape = dict[str, Slot]


@dataclass
class Schema:
    """All methods (in small letters) and all types."""

    name: str
    methods: dict[str, Shape] = field(default_factory=dict)
    types: dict[str, Shape] = field(default_factory=dict)
    subtypes: dict[str, list[str]] = field(default_factory=dict)


@cache
def schemas() -> tuple[Schema, ...]:
    """Return the schemas that are at hand."""
    return (from_page(SPEC), from_aiogram()) if SPEC.exists() else (from_aiogram(),)


def from_page(path: Path) -> Schema:
    """Read the data taken from the vendor's own page."""
    data = json.loads(path.read_text())
    schema = Schema("the Bot API")
    for name, method in data["methods"].items():
        schema.methods[name.lower()] = _page_shape(method)
    for name, kind in data["types"].items():
        schema.types[name] = _page_shape(kind)
        if kind.get("subtypes"):
            schema.subtypes[name] = kind["subtypes"]
    return schema


def _page_shape(entry: dict[str, Any]) -> Shape:
    shape = {}
    for one in entry.get("fields", []):
        kinds = frozenset(
            Kind(name.removeprefix("Array of ").removeprefix("Array of "), name.count("Array of "))
            for name in one["types"]
        )
        found = _LITERAL.search(one["description"]) if one["name"] == "type" else None
        fixed = frozenset({found[1]} if found else ())
        shape[one["name"]] = Slot(kinds, one["required"], fixed)
    return shape


def from_aiogram() -> Schema:
    """Read aiogram's typed methods."""
    schema = Schema("aiogram")
    for name in aiogram.methods.__all__:
        method = getattr(aiogram.methods, name)
        if isinstance(method, type) and issubclass(method, BaseModel) and name != "TelegramMethod":
            schema.methods[name.lower()] = _model_shape(method, schema)
    return schema


def _model_shape(model: type[BaseModel], schema: Schema) -> Shape:
    shape = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and extra.get("deprecated"):
            continue
        kinds: set[Kind] = set()
        fixed: set[str] = set()
        _walk(info.annotation, 0, kinds, fixed)
        for kind in list(kinds):
            _add_model(kind, schema)
        required = info.is_required() and model.__name__ not in _ALL_OPTIONAL
        names = frozenset(Kind(kind.name, kind.depth) for kind in kinds)
        shape[info.alias or name] = Slot(names, required, frozenset(fixed))
    return shape


_MODELS: dict[str, type[BaseModel]] = {}


def _add_model(kind: Kind, schema: Schema) -> None:
    model = _MODELS.get(kind.name)
    if model is not None and kind.name not in schema.types:
        schema.types[kind.name] = {}
        schema.types[kind.name] = _model_shape(model, schema)


def _walk(note: object, depth: int, kinds: set[Kind], fixed: set[str]) -> None:
    """Take an annotation apart; a kind at its depth of lists."""
    origin = get_origin(note)
    if origin in {Union, UnionType}:
        for part in get_args(note):
            _walk(part, depth, kinds, fixed)
    elif origin is Annotated:
        _walk(get_args(note)[0], depth, kinds, fixed)
    elif origin is list:
        _walk(get_args(note)[0], depth + 1, kinds, fixed)
    elif origin is Literal:
        fixed.update(str(getattr(one, "value", one)) for one in get_args(note))
        kinds.add(Kind("Boolean" if get_args(note) == (True,) else "String", depth))
    elif isinstance(note, type):
        _named(note, depth, kinds)


def _named(note: type, depth: int, kinds: set[Kind]) -> None:
    if note in {NoneType, Default}:
        return
    if note in _PLAIN:
        kinds.add(Kind(_PLAIN[note], depth))
    elif issubclass(note, InputFile):
        kinds.add(Kind("InputFile", depth))
    elif issubclass(note, Enum):
        kinds.add(Kind("String", depth))
    elif issubclass(note, BaseModel):
        _MODELS[note.__name__] = note
        kinds.add(Kind(note.__name__, depth))
