"""Rules: what must hold between the entries of a pack: ids, topics, sources and dates."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bot.library.items import served
from bot.library.models import EDITOR, Filed, Model, Named, Reviewed
from bot.library.pack import Pack
from bot.library.problems import Notes
from bot.library.sentences import unknown
from bot.library.tables import Entry


def check(pack: Pack, notes: Notes, today: date | None) -> None:
    """Note what does not fit together; rules about today's date need one."""
    _condition(pack, notes)
    _ids(pack, notes)
    _topics(pack, notes)
    _sources(pack, notes)
    for entry in _reviewed(pack):
        _dates(entry, notes, today)
    for source in pack.sources if today else ():
        not_future(source, "seen_on", source.table.seen_on, notes, today)
    _signed(pack, notes)


def not_future(entry: Entry[Model], key: str, day: date, notes: Notes, today: date | None) -> None:
    """Note a day that has not come yet."""
    if today and day > today:
        place = entry.place
        notes.error(place.file, place.line(key), f"{key!r} lies in the future: {day}")


def _condition(pack: Pack, notes: Notes) -> None:
    if pack.condition.id != pack.folder.name:
        reason = f"'id' must be the folder's name, {pack.folder.name!r}"
        notes.error(pack.place.file, pack.place.line("id"), reason)
    if not (pack.references or pack.tips or pack.questions or pack.broken):
        notes.error(pack.place.file, 1, "the pack holds no research, no tip and no question")
    seen = set[str]()
    for number, topic in enumerate(pack.condition.topic):
        if topic.id in seen:
            line = pack.place.line("topic", number, "id")
            notes.error(pack.place.file, line, f"the topic {topic.id!r} is already there")
        seen.add(topic.id)


def _reviewed(pack: Pack) -> list[Entry[Reviewed]]:
    return [*pack.references, *pack.red_flags, *pack.tips, *pack.questions]


def _ids(pack: Pack, notes: Notes) -> None:
    first: dict[str, Entry[Named]] = {}
    entries: tuple[Entry[Named], ...] = (*pack.sources, *_reviewed(pack))
    for entry in entries:
        name, place = entry.table.id, entry.place
        if name in first:
            other = first[name].place
            where = f"{_short(other.file)}:{other.line('id')}"
            reason = f"the id {name!r} is already used in {where}"
            notes.error(place.file, place.line("id"), reason)
        first.setdefault(name, entry)


def _short(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _topics(pack: Pack, notes: Notes) -> None:
    known = {topic.id for topic in pack.condition.topic}
    entries: tuple[Entry[Filed], ...] = (*pack.references, *pack.tips, *pack.questions)
    for entry in entries:
        _known(entry, "topics", entry.table.topics, known, notes)


def _sources(pack: Pack, notes: Notes) -> None:
    if pack.broken:
        return  # a source that is itself wrong would be told as unknown once more everywhere
    known = {entry.table.id for entry in (*pack.sources, *pack.references)}
    for entry in (*pack.tips, *pack.questions):
        _known(entry, "sources", entry.table.sources, known, notes)
    for flag in pack.red_flags:
        if flag.table.source not in known:
            reason = unknown("source", flag.table.source, known)
            notes.error(flag.place.file, flag.place.line("source"), reason)


def _known(entry: Entry[Model], key: str, names: list[str], known: set[str], notes: Notes) -> None:
    for number, name in enumerate(names):
        if name not in known:
            reason = unknown(key.removesuffix("s"), name, known)
            notes.error(entry.place.file, entry.place.line(key, number), reason)


def _dates(entry: Entry[Reviewed], notes: Notes, today: date | None) -> None:
    table, place = entry.table, entry.place
    if table.review_by <= table.reviewed_on:
        notes.error(place.file, place.line("review_by"), "'review_by' must be after 'reviewed_on'")
    not_future(entry, "reviewed_on", table.reviewed_on, notes, today)
    if today and not served(table, today):
        reason = f"{table.id!r} was to be reviewed by {table.review_by} and is not shown any more"
        notes.warn(place.file, place.line("review_by"), reason)


def _signed(pack: Pack, notes: Notes) -> None:
    unsigned = sum(_unsigned(_reviewed(pack)))
    if unsigned:
        reason = (
            f"{unsigned} of {len(_reviewed(pack))} items are reviewed by an editor only; "
            "a clinician of the clinic must read them and sign"
        )
        notes.warn(pack.place.file, 1, reason)


def _unsigned(entries: Iterable[Entry[Reviewed]]) -> Iterator[bool]:
    return (entry.table.reviewed_by == EDITOR for entry in entries)
