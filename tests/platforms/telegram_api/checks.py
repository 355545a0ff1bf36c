"""Requests against the schema: first read, then checked."""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from tests.platforms.telegram_api.errors import broken
from tests.platforms.telegram_api.methods.files import Upload
from tests.platforms.telegram_api.schema import Kind, Schema, Shape, Slot, schemas

_WHOLE = re.compile(r"-?\d{1,19}")
_PLAIN = frozenset({"Integer", "Float", "String", "Boolean", "InputFile"})


@cache
def _readers(method: str) -> dict[str, str]:
    """Say how each parameter of a method is read from a form."""
    readers: dict[str, str] = {}
    for schema in reversed(schemas()):
        for name, slot in schema.methods.get(method, {}).items():
            readers[name] = _reader(slot)
    return readers


def _reader(slot: Slot) -> str:
    names = {kind.name for kind in slot.kinds if not kind.depth}
    if any(kind.depth or kind.name not in _PLAIN for kind in slot.kinds):
        return "json"
    if "Integer" in names:
        return "name" if "String" in names else "Integer"
    return "String" if "String" in names else min(names, default="String")


def decode(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Turn the texts of a form into numbers, yes or no, and objects."""
    readers = _readers(method)
    for name, value in params.items():
        if isinstance(value, str):
            params[name] = _decode(name, value, readers.get(name, "String"))
    return params


def _decode(name: str, value: str, reader: str) -> object:
    if reader in {"Integer", "name"} and _WHOLE.fullmatch(value):
        return int(value)
    if reader == "Boolean" and value.lower() in {"true", "false", "1", "0"}:
        return value.lower() in {"true", "1"}
    if reader == "Float":
        return float(value)
    if reader == "json":
        try:
            return json.loads(value)
        except ValueError:
            raise broken(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return value


def check(method: str, params: dict[str, Any]) -> list[str]:
    """Return what the schemas have against a request."""
    found: list[str] = []
    for schema in schemas():
        shape = schema.methods.get(method)
        if shape is None:
            continue
        # A file that another parameter names as attach:// comes under a name of its own.
        given = {
            name: value
            for name, value in params.items()
            if name in shape or not isinstance(value, Upload)
        }
        found += [f"{one} ({schema.name})" for one in _check_shape(given, shape, schema, method)]
    return found


def _check_shape(given: dict[str, Any], shape: Shape, schema: Schema, where: str) -> Iterable[str]:
    for name, value in given.items():
        slot = shape.get(name)
        if slot is None:
            yield f"{where}: unknown parameter {name}"
        else:
            yield from _check_value(value, slot, schema, f"{where}.{name}")
    for name, slot in shape.items():
        if slot.required and name not in given:
            yield f"{where}: parameter {name} is missing"


def _check_value(value: object, slot: Slot, schema: Schema, where: str) -> Iterable[str]:
    if slot.fixed and isinstance(value, str) and value not in slot.fixed:
        return [f"{where} must be one of {sorted(slot.fixed)}"]
    return _check_kinds(value, slot.kinds, schema, where)


def _check_kinds(value: object, kinds: Iterable[Kind], schema: Schema, where: str) -> list[str]:
    """A value is good if it fits any of its kinds; else the nearest one says why not."""
    if isinstance(value, list):
        inner = [Kind(kind.name, kind.depth - 1) for kind in kinds if kind.depth]
        if not inner:
            return [f"{where} is a list"]
        return [
            one
            for place, item in enumerate(value)
            for one in _check_kinds(item, inner, schema, f"{where}[{place}]")
        ]
    names = [name for kind in kinds if not kind.depth for name in _flat(kind.name, schema)]
    tries = {name: _check_one(value, name, schema, where) for name in names}
    if not tries:
        return [f"{where} is no list"]
    return tries[min(tries, key=lambda name: (len(tries[name]), -_alike(value, name, schema)))]


def _alike(value: object, name: str, schema: Schema) -> int:
    """Count the fields that a value shares with a type."""
    return len(value.keys() & schema.types.get(name, {}).keys()) if isinstance(value, dict) else 0


def _flat(name: str, schema: Schema) -> list[str]:
    return (
        [deep for one in schema.subtypes[name] for deep in _flat(one, schema)]
        if name in schema.subtypes
        else [name]
    )


def _check_one(value: object, name: str, schema: Schema, where: str) -> list[str]:
    if name in _PLAIN:
        return [] if _fits(value, name) else [f"{where} is no {name}: {type(value).__name__}"]
    if not isinstance(value, dict):
        return [f"{where} is no {name}"]
    return list(_check_shape(value, schema.types.get(name, {}), schema, f"{where}<{name}>"))


def _fits(value: object, name: str) -> bool:
    if name == "Boolean":
        return isinstance(value, bool)
    if name == "InputFile":
        return isinstance(value, Upload)
    if name == "String":
        return isinstance(value, str)
    numbers = int if name == "Integer" else (int, float)
    return isinstance(value, numbers) and not isinstance(value, bool)
