"""Compiled: what Discord's AutoMod is given for one kind of words, within its limits.

A rule of AutoMod takes ten patterns of 260 signs. Its thousand words are not used: they match
only between white space, so that “suicide.” at the end of a sentence would pass.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Protocol

from pydantic import StringConstraints, TypeAdapter, ValidationError

from bot.platforms.discord.policy.patterns import Piece, join, looks_around, pieces

Kind = Literal["crisis", "contact", "medicine"]
PATTERNS, LENGTH = 10, 260


class Source(Protocol):
    """A regular expression, as it was written."""

    @property
    def pattern(self) -> str:
        """Return the expression."""


class Rule(Protocol):
    """A rule of screening, with sentences that it catches and sentences that it lets through."""

    @property
    def name(self) -> str:
        """Return what the rule is called."""

    @property
    def pattern(self) -> Source:
        """Return what the rule looks for."""

    @property
    def bad(self) -> Sequence[str]:
        """Return sentences that it catches."""

    @property
    def good(self) -> Sequence[str]:
        """Return sentences that it lets through."""


class Watch(Protocol):
    """Everything that one kind of words is looked for by.

    `unless` are words that turn what follows them around: `not`, `never`.
    """

    @property
    def kind(self) -> Kind:
        """Return the kind."""

    @property
    def rules(self) -> Sequence[Rule]:
        """Return the rules."""

    @property
    def unless(self) -> Collection[str]:
        """Return the words that turn it around."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What AutoMod is given for one kind; `lost` are patterns for which there was no room.

    `strict` and `blunt` count the patterns that take single spaces only, and that do not see a
    `not` before them: there was no room for more.
    """

    kind: Kind
    patterns: tuple[str, ...]
    lost: tuple[str, ...] = ()
    strict: int = 0
    blunt: int = 0

    def catches(self, words: str) -> bool:
        """Tell whether Discord would find these words: Rust's own engine looks for them."""
        return any(matches(pattern, words) for pattern in self.patterns)


def compiled(watch: Watch) -> Compiled:
    """Return what Discord is given to look for."""
    found = [piece for rule in watch.rules for piece in pieces(rule.pattern.pattern, watch.unless)]
    usable = [piece for piece in found if not looks_around(piece.pattern)]
    fitted = [part for piece in usable for part in _fitted(piece)]
    patterns = _packed(part for part in fitted if len(part.pattern) <= LENGTH)
    lost = [piece.core for piece in found if piece not in usable]
    lost += [part.core for part in fitted if len(part.pattern) > LENGTH]
    return Compiled(
        watch.kind,
        tuple(patterns[:PATTERNS]),
        (*lost, *patterns[PATTERNS:]),
        sum(part.strict for part in fitted),
        sum(part.head == r"\b" for part in fitted) if watch.unless else 0,
    )


def _fitted(piece: Piece) -> list[Piece]:
    """Return a piece so that it fits: with single spaces, then blunt, then in halves."""
    blunt = replace(piece, head=piece.head and r"\b")
    for way in (piece, replace(piece, strict=True), blunt, replace(blunt, strict=True)):
        if len(way.pattern) <= LENGTH:
            return [way]
    halves = way.halves()
    return [way] if halves is None else [part for half in halves for part in _fitted(half)]


def _packed(parts: Iterable[Piece]) -> list[str]:
    """Return as few patterns as will do: each takes what still fits."""
    packs: list[list[Piece]] = []
    for part in sorted(parts, key=lambda part: -len(part.pattern)):
        for pack in packs:
            alike = (pack[0].head, pack[0].tail) == (part.head, part.tail)
            if alike and len(join([*pack, part])) <= LENGTH:
                pack.append(part)
                break
        else:
            packs.append([part])
    return [join(pack) for pack in packs]


def matches(pattern: str, words: str) -> bool:
    """Tell whether Rust's engine finds a pattern, with the flags that Discord sets by itself."""
    wanted = Annotated[str, StringConstraints(pattern=f"(?i){pattern}")]
    try:
        TypeAdapter(wanted).validate_python(words)
    except ValidationError:
        return False
    return True
