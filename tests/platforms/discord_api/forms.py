"""Modals: the form that the bot opens before a person, and what is sent when it is filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from tests.platforms.discord_api.maynot import MayNot

ROW, SELECT, TEXT_INPUT, TEXT, LABEL, FILES, RADIO, CHECKS, CHECK = 1, 3, 4, 10, 18, 19, 21, 22, 23
_MANY = {SELECT, 5, 6, 7, 8, CHECKS, FILES}
_LONGEST = 4000


@dataclass(frozen=True)
class Field:
    """One thing that a form asks for."""

    label: str
    description: str
    spec: dict[str, Any]

    @property
    def custom_id(self) -> str:
        """Return the name that the bot knows it by."""
        return str(self.spec["custom_id"])

    @property
    def kind(self) -> int:
        """Return Discord's number of the kind of component."""
        return int(self.spec["type"])

    @property
    def required(self) -> bool:
        """Tell whether the form cannot be sent without it."""
        return self.kind != CHECK and bool(self.spec.get("required", True))

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the labels that can be chosen from."""
        return tuple(str(one["label"]) for one in self.spec.get("options") or ())

    @property
    def prefilled(self) -> Any:  # noqa: ANN401 - text, yes or no, or values
        """Return what stands in it before anybody touches it; None is nothing."""
        if self.kind == TEXT_INPUT:
            return self.spec.get("value") or None
        if self.kind == CHECK:
            return bool(self.spec.get("default"))
        chosen = [one["value"] for one in self.spec.get("options") or () if one.get("default")]
        return (chosen[0] if self.kind == RADIO else chosen) if chosen else None


@dataclass(eq=False)
class Modal:
    """An open form."""

    spec: dict[str, Any]
    interaction: int
    channel: int
    message: int | None
    fields: list[Field] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for one in self.spec["components"]:
            if one["type"] == TEXT:
                self.texts.append(one["content"])
            elif one["type"] == LABEL:
                described = str(one.get("description") or "")
                self.fields.append(Field(str(one["label"]), described, one["component"]))
            else:
                self.fields += [Field(str(two.get("label")), "", two) for two in one["components"]]

    @property
    def title(self) -> str:
        """Return what stands above it."""
        return str(self.spec["title"])

    @property
    def custom_id(self) -> str:
        """Return the name that the bot knows it by."""
        return str(self.spec["custom_id"])

    @property
    def labels(self) -> list[str]:
        """Return what the fields are called."""
        return [one.label for one in self.fields]

    def named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is filled in by custom ids, where it may be named by labels as well."""
        names = {one.label: one.custom_id for one in self.fields}
        names |= {one.custom_id: one.custom_id for one in self.fields}
        if unknown := [name for name in values if name not in names]:
            raise MayNot(f"the form has no {unknown}; it has {self.labels}")
        return {names[name]: value for name, value in values.items()}

    def filled(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the components that are sent, in the shape that they were shown in."""
        given = self.named(values)
        fields = {one.custom_id: one for one in self.fields}
        return [_sent(one, fields, given) for one in self.spec["components"]]


def _sent(one: dict[str, Any], fields: dict[str, Field], given: dict[str, Any]) -> dict[str, Any]:
    base = {"type": one["type"], "id": one["id"]}
    if one["type"] == TEXT:
        return base
    if one["type"] == LABEL:
        return base | {"component": _sent(one["component"], fields, given)}
    if one["type"] == ROW:
        return base | {"components": [_sent(two, fields, given) for two in one["components"]]}
    asked = fields[one["custom_id"]]
    value = given.get(asked.custom_id, asked.prefilled)
    return base | {"custom_id": asked.custom_id} | _value(asked, value)


def _value(asked: Field, value: Any) -> dict[str, Any]:  # noqa: ANN401
    if value in (None, "", []) and asked.required:
        raise MayNot(f"{asked.label!r} must be filled in")
    if asked.kind == TEXT_INPUT:
        return {"value": _text(asked, value or "")}
    if asked.kind == CHECK:
        if not isinstance(value, bool):
            raise MayNot(f"{asked.label!r} is ticked or not: True or False")
        return {"value": value}
    if asked.kind == RADIO:
        return {"value": None if value in (None, "") else _option(asked, value)}
    several = list(value or ()) if isinstance(value, (list, NoneType)) else [value]
    if asked.spec.get("options"):
        several = [_option(asked, one) for one in several]
    return {"values": list(_counted(asked, several))}


def _text(asked: Field, value: str) -> str:
    longest = asked.spec.get("max_length") or _LONGEST
    shortest = asked.spec.get("min_length") or 0
    if len(value) > longest:
        raise MayNot(f"{asked.label!r} takes at most {longest} characters")
    if value and len(value) < shortest:
        raise MayNot(f"{asked.label!r} takes at least {shortest} characters")
    return value


def _option(asked: Field, value: str) -> str:
    for one in asked.spec["options"]:
        if value in (one["value"], one["label"]):
            return str(one["value"])
    raise MayNot(f"{asked.label!r} has no choice {value!r}; it has {list(asked.choices)}")


def _counted(asked: Field, chosen: list[Any]) -> Iterator[Any]:
    options = asked.spec.get("options") or ()
    least = asked.spec.get("min_values")
    least = 1 if least is None else least
    most = asked.spec.get("max_values") or (len(options) if asked.kind == CHECKS else 1)
    if len(set(chosen)) != len(chosen):
        raise MayNot(f"{asked.label!r}: nothing can be chosen twice")
    if chosen and not least <= len(chosen) <= most:
        raise MayNot(f"{asked.label!r} takes from {least} to {most} choices")
    yield from chosen
