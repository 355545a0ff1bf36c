"""Buttons and menus under messages: which one is meant, and what using it sends."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from simcord.backend.models import Channel, Message
from simcord.components import walk_components

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.resolving import Resolved, resolve
from tests.platforms.discord_api.screens import Has, Screen
from tests.platforms.discord_api.seen import Seen, face

BUTTON, SELECT = 2, 3
MENUS = {5: 6, 6: 8, 7: 9, 8: 7}
"""Menus of people, roles, both, and channels, and the kind of option that chooses alike."""

Found = tuple[Message, dict[str, Any]]


def button(screen: Screen, label: str, channel: Has | None, message: Seen | None) -> Found:
    """Return the newest button of this name and its message."""
    return _newest(
        screen, channel, message, f"button {label!r}", lambda one: _is_button(one, label)
    )


def menu(screen: Screen, picked: Sequence[Any], channel: Has | None, message: Seen | None) -> Found:
    """Return the newest menu that these can be chosen in, and its message."""
    words = all(isinstance(one, str) for one in picked)
    holds = _holds if words else lambda one, _: one["type"] in MENUS
    return _newest(screen, channel, message, f"menu with {picked}", lambda one: holds(one, picked))


def chosen(
    screen: Screen, place: Channel, control: dict[str, Any], picked: Sequence[Any]
) -> dict[str, Any]:
    """Return the data of a choice."""
    least = control.get("min_values")
    least = 1 if least is None else least
    most = control.get("max_values") or 1
    if not least <= len(picked) <= most:
        raise MayNot(f"from {least} to {most} can be chosen here")
    resolved: Resolved = {}
    if control["type"] == SELECT:
        values = {name: one["value"] for one in control["options"] for name in _names(one)}
        picked = [values[one] for one in picked]
    else:
        kind = MENUS[control["type"]]
        picked = [resolve(screen, place, kind, one, resolved) for one in picked]
    return used(control) | {"values": picked} | ({"resolved": resolved} if resolved else {})


def used(control: dict[str, Any]) -> dict[str, Any]:
    """Return the data of every use of a button or menu."""
    return {
        "component_type": control["type"],
        "custom_id": control["custom_id"],
        "id": control.get("id", 0),
    }


def _newest(
    screen: Screen,
    channel: Has | None,
    message: Seen | None,
    what: str,
    fits: Callable[[dict[str, Any]], bool],
) -> Found:
    shown = [screen.stored(message)] if message else reversed(screen.shown(channel))
    seen: list[str] = []
    for stored in shown:
        for one in walk_components(stored.components):
            seen += _called(one)
            if fits(one):
                if one.get("disabled"):
                    raise MayNot(f"the {what} is greyed out")
                return stored, one
    raise MayNot(f"no {what} is to be seen; there are {seen}")


def _is_button(one: dict[str, Any], label: str) -> bool:
    return one["type"] == BUTTON and face(one) == label


def _holds(one: dict[str, Any], picked: Sequence[Any]) -> bool:
    options = one.get("options") or () if one["type"] == SELECT else ()
    return set(picked) <= {name for option in options for name in _names(option)} != set()


def _names(option: dict[str, Any]) -> tuple[str, str]:
    return option["value"], option["label"]


def _called(one: dict[str, Any]) -> Iterator[str]:
    if one["type"] == BUTTON:
        yield face(one)
    yield from (option["label"] for option in one.get("options") or ())
