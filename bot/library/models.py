"""Models: what may stand in each file of a pack, field by field.

The checks say what is wrong in plain sentences; where it is, positions.py knows.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.library.fields import (
    Country,
    Doi,
    Https,
    Line,
    NoNumber,
    Plain,
    Pmid,
    Slug,
    Slugs,
    Some,
    length,
)
from bot.library.items import Act, LineKind

EDITOR = "editor"
Role = Literal[
    "editor",
    "gastroenterologist",
    "ibd nurse",
    "dietitian",
    "pharmacist",
    "psychologist",
    "surgeon",
]
Stage = Literal["new", "living", "deciding"]
Evidence = Literal[
    "guideline", "consensus", "systematic review", "randomised trial", "cohort", "review", "other"
]

Stages = Annotated[list[Stage], Some]


class Model(BaseModel):
    """A table of a pack: no unknown keys, and no type is guessed from another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Named(Model):
    """What has an id of its own."""

    id: Slug


class Reviewed(Named):
    """What was read by somebody, and until when that counts."""

    reviewed_by: Role
    reviewed_on: date
    review_by: date


class Filed(Reviewed):
    """What is found under topics, and is for people at some stages of their illness."""

    topics: Slugs
    stages: Stages


class TopicTable(Named):
    """A [[topic]] of condition.toml."""

    title: Line


class ConditionFile(Named):
    """The whole of condition.toml."""

    title: Line
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
    about: Annotated[Plain, length(20, 500)]
    topic: list[TopicTable]
    synonyms: dict[Plain, list[Plain]] = Field(default_factory=dict)


class SourceTable(Named):
    """A [[source]] of sources.toml: an official page."""

    organisation: Line
    title: Line
    url: Https
    seen_on: date


class ReferenceTable(Filed):
    """A [[reference]] of research.toml."""

    title: Annotated[Plain, length(5, 500)]
    authors: Line
    year: Annotated[int, Field(ge=1900, le=2100)]
    journal: Line
    doi: Doi | None = None
    pmid: Pmid | None = None
    url: Https
    evidence: Evidence
    summary: Annotated[Plain, length(40, 900)]


class RedFlagTable(Reviewed):
    """A [[red_flag]] of red_flags.toml."""

    sign: Annotated[Plain, length(5, 250)]
    act: Act
    say: Annotated[Plain, length(20, 600), NoNumber]
    source: str


class TipBlock(Filed):
    """The +++ block of an item in tips.md."""

    sources: Slugs


class QuestionBlock(TipBlock):
    """The +++ block of an item in faq.md."""

    also: list[Line] = Field(default_factory=list)


class HelplineTable(Model):
    """A [[helpline]] of _shared/helplines.toml."""

    country: Country
    kind: LineKind
    name: Line
    contact: Line
    hours: Line | None = None
    url: Https | None = None
    checked_on: date
    seen_in: Line
