"""Filters: which rules of AutoMod a server should have for the groups in it.

    crisis     one for each group    tells its team; what was said stays, whoever said it
    contact    one for all           keeps the words from being said, and says why
    medicine   one for each group    tells its team; what was said stays

A server has room for six such rules. The bot takes four at most, in this order, so that the clinic
has two for itself. A rule looks at all channels but fifty that it leaves out: those come first that
a group's team cannot see, since an alert shows the team what was said there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.discord.circles import Circle
from bot.platforms.discord.policy.compiled import Compiled, Kind
from bot.text import plural

PREFIX = "Roundtable: "
KEYWORD, SAID, BLOCK, ALERT = 1, 1, 1, 2  # Discord's numbers: of a trigger, an event, two actions
MOST, ROOM = 4, 6
CHANNELS, ROLES, NAME = 50, 20, 100

BLOCKED = (
    "This seems to hold a phone number or an e-mail address. Everybody here could keep it, so it "
    "was not posted. You can send it again without."
)
WHAT: Mapping[Kind, str] = {
    "crisis": "words of crisis",
    "contact": "phone numbers and e-mail addresses",
    "medicine": "unsafe advice about medicines",
}
NO_STAFF = (
    "{title} has no staff room on Discord, so nobody is told of words of crisis or of unsafe "
    "advice about medicines there. Please set up a channel for the team."
)
TOO_MANY_HIDDEN = (
    "This server has too many channels that the team of {title} cannot see, so nobody is told of "
    "words of crisis there. Please give the group a server of its own."
)
NOT_OURS = (
    "My filters also look at {channels} in this server that have nothing to do with a group: "
    "Discord lets me leave out 50 only. A server of its own is better for a group."
)
NO_ROOM = (
    "Discord’s filter cannot look for {what}{where}: a server has room for few filters. "
    "Please delete one of yours, or give each group a server of its own."
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One rule of AutoMod, and the rooms that it is for."""

    kind: Kind
    title: str
    rooms: frozenset[int]
    payload: dict[str, Any]

    @property
    def name(self) -> str:
        """Return what the rule is called in the server's settings."""
        return str(self.payload["name"])

    @property
    def no_room(self) -> str:
        """Return the sentence for a server that has no room for it."""
        return NO_ROOM.format(what=WHAT[self.kind], where=f" in {self.title}" * bool(self.title))


def wanted(
    policy: Mapping[Kind, Compiled], circles: Sequence[Circle], channels: Collection[int]
) -> tuple[list[Filter], list[str]]:
    """Return the rules that a server with these channels should have, and what is wrong there."""
    held = [circle for circle in circles if circle.rooms]
    able = [circle for circle in held if circle.staff and len(circle.hidden) <= CHANNELS]
    found = [
        *(_alert(policy["crisis"], circle, channels) for circle in able),
        *_block(policy["contact"], held, channels),
        *(_alert(policy["medicine"], circle, channels) for circle in able),
    ]
    problems = list(_problems(held, channels))
    return found[:MOST], [*problems, *(one.no_room for one in found[MOST:])]


def differs(rule: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    """Tell whether a rule as Discord has it is another one than it should be."""
    return _shape(rule) != _shape(payload)


def _alert(compiled: Compiled, circle: Circle, channels: Collection[int]) -> Filter:
    action = {"type": ALERT, "metadata": {"channel_id": str(circle.staff)}}
    # Somebody of the team may be in a crisis too; what they advise is their work.
    spared = frozenset() if compiled.kind == "crisis" else circle.roles
    left_out = _others(channels, circle.rooms, circle.hidden)
    name = f"{compiled.kind}, {circle.slug}"
    payload = _payload(name, compiled, action, spared, left_out)
    return Filter(compiled.kind, circle.title, circle.rooms, payload)


def _block(
    compiled: Compiled, circles: Sequence[Circle], channels: Collection[int]
) -> Iterator[Filter]:
    if circles:
        rooms = frozenset[int]().union(*(circle.rooms for circle in circles))
        roles = frozenset[int]().union(*(circle.roles for circle in circles))
        hidden = frozenset[int]().union(*(circle.hidden for circle in circles))
        action = {"type": BLOCK, "metadata": {"custom_message": BLOCKED}}
        left_out = _others(channels, rooms, hidden)
        payload = _payload(compiled.kind, compiled, action, roles, left_out)
        yield Filter(compiled.kind, "", rooms, payload)


def _payload(
    name: str,
    compiled: Compiled,
    action: dict[str, Any],
    roles: Collection[int],
    channels: Sequence[int],
) -> dict[str, Any]:
    return {
        "name": f"{PREFIX}{name}"[:NAME],
        "event_type": SAID,
        "trigger_type": KEYWORD,
        "trigger_metadata": {
            "keyword_filter": [],
            "regex_patterns": list(compiled.patterns),
            "allow_list": [],
        },
        "actions": [action],
        "enabled": True,
        "exempt_roles": [str(role) for role in sorted(roles)[:ROLES]],
        "exempt_channels": [str(channel) for channel in channels[:CHANNELS]],
    }


def _others(
    channels: Collection[int], rooms: Collection[int], hidden: Collection[int]
) -> list[int]:
    """Return the channels that are none of these rooms; those that nobody may hear of first."""
    others = [channel for channel in channels if channel not in rooms]
    return sorted(others, key=lambda channel: (channel not in hidden, channel))


def _problems(circles: Sequence[Circle], channels: Collection[int]) -> Iterator[str]:
    for circle in circles:
        if not circle.staff:
            yield NO_STAFF.format(title=circle.title)
        elif len(circle.hidden) > CHANNELS:
            yield TOO_MANY_HIDDEN.format(title=circle.title)
    extra = max((len(set(channels) - circle.rooms) - CHANNELS for circle in circles), default=0)
    if extra > 0:
        yield NOT_OURS.format(channels=plural(extra, "channel"))


def _shape(rule: Mapping[str, Any]) -> dict[str, Any]:
    metadata = rule.get("trigger_metadata") or {}
    return {
        **{name: rule.get(name) for name in ("name", "event_type", "trigger_type", "enabled")},
        **{
            name: list(metadata.get(name) or [])
            for name in ("keyword_filter", "regex_patterns", "allow_list")
        },
        **{
            name: sorted(map(int, rule.get(name) or []))
            for name in ("exempt_roles", "exempt_channels")
        },
        "actions": [
            (action["type"], {key: str(value) for key, value in _facts(action) if value})
            for action in rule.get("actions") or []
        ],
    }


def _facts(action: Mapping[str, Any]) -> Collection[tuple[str, Any]]:
    return (action.get("metadata") or {}).items()
