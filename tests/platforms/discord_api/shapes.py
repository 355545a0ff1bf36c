"""Whether a value has the shape that a JSON schema asks for: as much of it as Discord's uses."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
Schema = dict[str, Any]


@dataclass(frozen=True)
class Shapes:
    """The named schemas of a vendor's file."""

    named: dict[str, Schema]

    def check(self, value: object, schema: Schema, at: str = "") -> list[str]:
        """Return what is wrong with a value; nothing if it fits."""
        return list(self._wrong(value, schema, at))

    def _wrong(self, value: object, schema: Schema, at: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = self.named[schema["$ref"].rpartition("/")[2]]
        if schema.get("format") == "snowflake" and _is_int(value):
            value = str(value)  # Discord takes ids as numbers too; its schema knows only texts
        if _is_bits(value, schema):
            value = int(str(value))
        yield from _own(value, schema, at)
        for part in schema.get("allOf", ()):
            yield from self._wrong(value, part, at)
        yield from self._one_of(value, schema, at)
        if isinstance(value, dict):
            yield from self._object(value, schema, at)
        if isinstance(value, list) and "items" in schema:
            for index, one in enumerate(value):
                yield from self._wrong(one, schema["items"], f"{at}[{index}]")

    def _one_of(self, value: object, schema: Schema, at: str) -> Iterator[str]:
        choices = schema.get("oneOf") or schema.get("anyOf")
        if not choices:
            return
        found = [self.check(value, one, at) for one in choices]
        if all(found):
            yield min(found, key=lambda wrong: (_far(wrong), len(wrong)))[0]

    def _object(self, value: dict[str, Any], schema: Schema, at: str) -> Iterator[str]:
        known = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{at}.{name}: is missing"
        others = schema.get("additionalProperties")
        for name, one in value.items():
            if name in known:
                yield from self._wrong(one, known[name], f"{at}.{name}")
            elif isinstance(others, dict):
                yield from self._wrong(one, others, f"{at}.{name}")
            elif others is False:
                yield f"{at}.{name}: is not known"


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_bits(value: object, schema: Schema) -> bool:
    """Tell whether this is a permission set: a number that Discord itself writes as a text."""
    kinds = schema.get("type", ())
    is_number = "integer" in ([kinds] if isinstance(kinds, str) else kinds)
    is_open = is_number and "format" not in schema
    return is_open and isinstance(value, str) and value.isascii() and value.isdecimal()


def _far(wrong: list[str]) -> bool:
    """Tell whether a choice was not even meant: another type, or another constant."""
    return any(": is not " in one for one in wrong)


def _own(value: object, schema: Schema, at: str) -> Iterator[str]:
    kinds = schema.get("type")
    if kinds is not None:
        names = [kinds] if isinstance(kinds, str) else kinds
        if not any(_is_kind(value, name) for name in names):
            yield f"{at}: is not {' or '.join(names)}: {value!r:.60}"
            return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: is not {schema['const']!r}"
    if value is not None and "enum" in schema and value not in schema["enum"]:
        yield f"{at}: is not one of {schema['enum']}"
    for name, breaks in _LIMITS.items():
        if name in schema and breaks(value, schema[name]):
            yield f"{at}: breaks {name} {schema[name]}"


def _is_kind(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _KINDS[name])


def _is_bad_format(value: object, name: str) -> bool:
    if name == "date-time" and isinstance(value, str):
        try:
            dt.datetime.fromisoformat(value)
        except ValueError:
            return True
    if name == "uri" and isinstance(value, str):
        return not re.match(r"[a-z][a-z0-9+.-]*:", value)
    return False


def _is_twice(value: object, wanted: bool) -> bool:
    return bool(wanted) and isinstance(value, list) and any(value.count(one) > 1 for one in value)


_Breaks = Callable[[Any, Any], bool]
_LIMITS: dict[str, _Breaks] = {
    "maxLength": lambda value, most: isinstance(value, str) and len(value) > most,
    "minLength": lambda value, least: isinstance(value, str) and len(value) < least,
    "pattern": lambda value, pattern: isinstance(value, str) and not re.search(pattern, value),
    "maxItems": lambda value, most: isinstance(value, list) and len(value) > most,
    "minItems": lambda value, least: isinstance(value, list) and len(value) < least,
    "maxProperties": lambda value, most: isinstance(value, dict) and len(value) > most,
    "minimum": lambda value, least: _is_int(value) and value < least,
    "maximum": lambda value, most: _is_int(value) and value > most,
    "uniqueItems": _is_twice,
    "format": _is_bad_format,
}
