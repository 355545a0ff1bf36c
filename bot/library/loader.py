"""Loader: a folder of packs becomes a Library, or a list of what is wrong in it."""

from datetime import date
from pathlib import Path

from bot.library import files, pack, rules, tables
from bot.library.items import Condition, Helpline, Item, RedFlag, Source, Topic
from bot.library.library import Library
from bot.library.models import HelplineTable, QuestionBlock, ReferenceTable, TipBlock
from bot.library.pack import Pack
from bot.library.problems import Notes, PackInvalid, Problem
from bot.library.tables import Entry

SHARED = "_shared"


def load(root: Path) -> Library:
    """Read every pack in a folder; raises PackInvalid, which names each file, line and reason."""
    notes = Notes()
    conditions, helplines = _read(root, notes, None)
    if notes.fatal:
        raise PackInvalid(notes.problems)
    return Library(conditions, helplines)


def check(root: Path, *, today: date) -> list[Problem]:
    """Return everything that is wrong or worth a look in a folder of packs."""
    notes = Notes()
    _read(root, notes, today)
    return notes.problems


def _read(root: Path, notes: Notes, today: date | None) -> tuple[list[Condition], list[Helpline]]:
    if not root.is_dir():
        notes.error(root, 1, "there is no such folder")
        return [], []
    conditions = []
    for folder in _folders(root, notes):
        if found := pack.read(folder, root, notes):
            rules.check(found, notes, today)
            if not notes.fatal:
                conditions.append(_condition(found))
    return conditions, _helplines(root, notes, today)


def _folders(root: Path, notes: Notes) -> list[Path]:
    inner = sorted(path for path in root.iterdir() if path.is_dir())
    folders = [path for path in inner if path.name[0] not in "._"]
    for path in folders:
        if not files.inside(path, root):
            notes.error(path, 1, "this is a link to a place outside the library")
    if not folders:
        notes.error(root, 1, "the library is empty: each condition is a folder in it")
    return [path for path in folders if files.inside(path, root)]


def _helplines(root: Path, notes: Notes, today: date | None) -> list[Helpline]:
    path = root / SHARED / "helplines.toml"
    if not path.exists():
        notes.warn(path, 1, "this file is missing: people in need will see no helpline")
        return []
    text = files.read(path, root, notes)
    toml = tables.parse(path, text, notes) if text is not None else None
    entries = tables.many(HelplineTable, "helpline", toml, notes) if toml else []
    for entry in entries:
        rules.not_future(entry, "checked_on", entry.table.checked_on, notes, today)
    return [Helpline(**entry.table.model_dump(exclude={"seen_in"})) for entry in entries]


def _condition(found: Pack) -> Condition:
    sources = {entry.table.id: _source(entry) for entry in found.references}
    for page in found.sources:
        table = page.table
        sources[table.id] = Source(table.id, table.organisation, table.title, table.url)
    file = found.condition
    return Condition(
        id=file.id,
        title=file.title,
        language=file.language,
        about=file.about,
        topics=tuple(Topic(topic.id, topic.title) for topic in file.topic),
        items=(
            *(_research(entry, sources) for entry in found.references),
            *(_written(entry, sources) for entry in (*found.tips, *found.questions)),
        ),
        red_flags=tuple(
            RedFlag(**entry.table.model_dump() | {"source": sources[entry.table.source]})
            for entry in found.red_flags
        ),
        synonyms={word: tuple(also) for word, also in file.synonyms.items()},
    )


def _source(entry: Entry[ReferenceTable]) -> Source:
    return Source(entry.table.id, entry.table.journal, entry.table.title, entry.table.url)


def _research(entry: Entry[ReferenceTable], sources: dict[str, Source]) -> Item:
    table = entry.table
    return Item(
        id=table.id,
        kind="research",
        title=table.title,
        body=table.summary,
        sources=(sources[table.id],),
        topics=tuple(table.topics),
        stages=tuple(table.stages),
        reviewed_by=table.reviewed_by,
        reviewed_on=table.reviewed_on,
        review_by=table.review_by,
        evidence=table.evidence,
        year=table.year,
        authors=table.authors,
        journal=table.journal,
        doi=table.doi,
        pmid=table.pmid,
    )


def _written(entry: Entry[TipBlock], sources: dict[str, Source]) -> Item:
    table = entry.table
    question = isinstance(table, QuestionBlock)
    return Item(
        id=table.id,
        kind="question" if question else "tip",
        title=entry.title,
        body=entry.body,
        sources=tuple(sources[name] for name in table.sources),
        topics=tuple(table.topics),
        stages=tuple(table.stages),
        reviewed_by=table.reviewed_by,
        reviewed_on=table.reviewed_on,
        review_by=table.review_by,
        also=tuple(table.also) if isinstance(table, QuestionBlock) else (),
    )
