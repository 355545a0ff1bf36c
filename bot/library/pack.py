"""Pack: the files of one condition's folder, each read and checked by itself."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from bot.library import files, tables
from bot.library.fields import misfit
from bot.library.models import (
    ConditionFile,
    Model,
    QuestionBlock,
    RedFlagTable,
    ReferenceTable,
    SourceTable,
    TipBlock,
)
from bot.library.problems import Notes
from bot.library.sections import Section, body_problems, sections
from bot.library.tables import Entry, Place, Toml

M = TypeVar("M", bound=Model)
B = TypeVar("B", bound=TipBlock)

FILES = (
    "condition.toml",
    "sources.toml",
    "research.toml",
    "red_flags.toml",
    "tips.md",
    "faq.md",
)
MAX_TITLE, MIN_BODY, MAX_BODY = 150, 40, 2_000


@dataclass(slots=True)
class Pack:
    """What the files of one folder hold; `ids` also knows those of entries that are wrong."""

    folder: Path
    condition: ConditionFile
    place: Place
    sources: list[Entry[SourceTable]] = field(default_factory=list)
    references: list[Entry[ReferenceTable]] = field(default_factory=list)
    red_flags: list[Entry[RedFlagTable]] = field(default_factory=list)
    tips: list[Entry[TipBlock]] = field(default_factory=list)
    questions: list[Entry[QuestionBlock]] = field(default_factory=list)
    broken: bool = False


def read(folder: Path, root: Path, notes: Notes) -> Pack | None:
    """Read a condition's folder; None when there is no usable condition.toml."""
    _stray(folder, notes)
    toml = _toml(folder / "condition.toml", root, notes)
    condition = tables.one(ConditionFile, toml, notes) if toml else None
    before = len(notes.problems)
    pack = Pack(folder, condition, toml.place) if toml and condition else None
    parts = (
        _many(SourceTable, "source", folder / "sources.toml", root, notes),
        _many(ReferenceTable, "reference", folder / "research.toml", root, notes),
        _many(RedFlagTable, "red_flag", folder / "red_flags.toml", root, notes),
        _items(TipBlock, folder / "tips.md", root, notes),
        _items(QuestionBlock, folder / "faq.md", root, notes),
    )
    if pack:
        pack.sources, pack.references, pack.red_flags, pack.tips, pack.questions = parts
        pack.broken = len(notes.problems) > before
    return pack


def _stray(folder: Path, notes: Notes) -> None:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in {*FILES, "README.md"}:
            continue
        near = get_close_matches(path.name, FILES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        notes.warn(path, 1, f"this is no file of a pack and is not read{hint}")


def _toml(path: Path, root: Path, notes: Notes) -> Toml | None:
    text = files.read(path, root, notes)
    return tables.parse(path, text, notes) if text is not None else None


def _many(model: type[M], name: str, path: Path, root: Path, notes: Notes) -> list[Entry[M]]:
    if name != "red_flag" and not path.exists():
        return []  # a pack may do without; but never without red flags
    toml = _toml(path, root, notes)
    return tables.many(model, name, toml, notes) if toml else []


def _items(model: type[B], path: Path, root: Path, notes: Notes) -> list[Entry[B]]:
    if not path.exists():
        return []
    text = files.read(path, root, notes)
    if text is None:
        return []
    found = sections(text)
    if not found:
        notes.error(path, 1, "there is no item here: each begins with '## ' and its title")
    entries = [_item(model, path, section, notes) for section in found]
    return [entry for entry in entries if entry]


def _item(model: type[B], path: Path, section: Section, notes: Notes) -> Entry[B] | None:
    _check_texts(path, section, notes)
    if section.block is None or not section.closed:
        reason = "the +++ block is not closed" if section.block else "a +++ block must follow"
        notes.error(path, section.line, f"{reason} under the title {section.title!r}")
        return None
    toml = tables.parse(path, section.block, notes, section.block_line)
    table = tables.one(model, toml, notes) if toml else None
    return Entry(table, toml.place, section.title, section.body) if toml and table else None


def _check_texts(path: Path, section: Section, notes: Notes) -> None:
    bounds = (("title", section.title, 3, MAX_TITLE), ("text", section.body, MIN_BODY, MAX_BODY))
    for what, words, shortest, longest in bounds:
        if reason := misfit(words, shortest, longest):
            notes.error(path, section.line, f"the {what} {reason}")
    for line, reason in body_problems(section):
        notes.error(path, line, reason)
