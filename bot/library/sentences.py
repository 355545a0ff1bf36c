"""Sentences: pydantic's errors said to somebody who writes content, not code."""

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_TYPES = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number without quotes",
    "date_type": "must be a date such as 2026-11-24, without quotes",
    "list_type": "must be a list in square brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
}


def sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Return what is wrong, beginning with the key it concerns."""
    names = [str(part) for part in error["loc"] if isinstance(part, str)]
    key = names[-1] if names else ""
    if error["type"] == "extra_forbidden":
        return unknown("key", key, _keys(model, names))
    if error["type"] == "missing":
        return f"{key!r} is missing"
    return f"{key!r} {_reason(error)}" if key else _reason(error)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return that a name is not known, with the nearest known one as a suggestion."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"unknown {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _keys(model: type[BaseModel], names: list[str]) -> Iterable[str]:
    """Return the keys of the table that the last name stands in."""
    for name in names[:-1]:
        field = model.model_fields[name]
        inner = getattr(field.annotation, "__args__", (field.annotation,))[0]
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    return model.model_fields


def _reason(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "literal_error":
        return f"must be one of {context['expected']}, not {error['input']!r}"
    if error["type"] in {"greater_than_equal", "less_than_equal"}:
        return f"cannot be {error['input']!r}"
    if error["type"] == "string_pattern_mismatch":
        return f"{error['input']!r} is not a language such as 'en' or 'pt-BR'"
    return _TYPES.get(error["type"], error["msg"])
