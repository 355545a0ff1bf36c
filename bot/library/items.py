"""Items: the reviewed content as plain frozen data, and how long it may be served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

Kind = Literal["research", "tip", "question"]
Act = Literal["emergency", "urgent"]
LineKind = Literal["crisis", "emergency", "advice"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: an official page, or a reference itself."""

    id: str
    organisation: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of reviewed content: a research summary, a tip, or an answered question.

    `body` is the small Markdown. `also` are other wordings of a question. `scope` is a group's id
    when the item is that group's own clinician's post, and None when it comes from a pack.
    A research item's own reference is its one source.
    """

    id: str
    kind: Kind
    title: str
    body: str
    sources: tuple[Source, ...]
    topics: tuple[str, ...]
    stages: tuple[str, ...]
    reviewed_by: str
    reviewed_on: date
    review_by: date
    evidence: str | None = None
    year: int | None = None
    authors: str | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    also: tuple[str, ...] = ()
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A sign that needs help now or today, and what to do; its words carry no telephone number."""

    id: str
    sign: str
    act: Act
    say: str
    source: Source
    reviewed_by: str
    reviewed_on: date
    review_by: date


@dataclass(frozen=True, slots=True)
class Helpline:
    """A line to call or text in one country (`EU` stands for the whole European Union)."""

    country: str
    kind: LineKind
    name: str
    contact: str
    checked_on: date
    hours: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject that a condition's content is sorted by."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything one pack says about one condition."""

    id: str
    title: str
    language: str
    about: str
    topics: tuple[Topic, ...]
    items: tuple[Item, ...]
    red_flags: tuple[RedFlag, ...]
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class _Reviewed(Protocol):
    @property
    def review_by(self) -> date: ...


def served(thing: _Reviewed, today: date) -> bool:
    """Tell whether this may still be shown; `review_by` is the last day on which it is."""
    return today <= thing.review_by
