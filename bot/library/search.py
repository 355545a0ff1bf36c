"""Search: full text over the items in memory, that rather says nothing than something beside it.

SQLite's FTS5 finds the candidates; scoring.py says how much of the question each one covers; below
the bar nothing is confident, and the bot abstains.
"""

import sqlite3
import weakref
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.library.common_words import LIGHT
from bot.library.intents import refused
from bot.library.items import Condition, Item, served
from bot.library.scoring import NAME_WEIGHT, Card, Scale, Weighed, card, score
from bot.library.stems import TABLE, Stems
from bot.library.thesaurus import Term, Thesaurus
from bot.library.typos import Typos
from bot.library.words import asked, empty, words

# Set by tests/library/questions.toml, where what they bring is measured. A tip or a study that
# holds the words is less likely the answer than a question that was asked before.
BARS = {"question": 0.5, "tip": 0.55, "research": 0.7}
_FAVOUR = {"question": 1.0, "tip": 0.95, "research": 0.88}
# A question of everyday words only is about nothing, unless it names the condition and is asked
# nearly as an item is.
SURE = 0.9
_CANDIDATES = 60
_MAX_PHRASES = 200
_FIND = """
    SELECT rowid FROM item
    WHERE item MATCH ? AND condition = ? AND scope IN ('', ?)
    ORDER BY bm25(item, 0, 0, 8.0, 6.0, 2.0, 1.0), rowid LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that was found; `score` is 0 to 1, the share of the question that it covers."""

    item: Item
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, the best first. Show it as an answer only when `confident`."""

    hits: tuple[Hit, ...] = ()
    confident: bool = False


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What searching one condition needs."""

    condition: Condition
    thesaurus: Thesaurus
    typos: Typos
    vocabulary: frozenset[str]
    scale: Scale


class Index:
    """An FTS5 index in memory over packs, and over the posts that each group's clinicians made."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        """Index the packs."""
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._db.close)
        self._db.execute(
            "CREATE VIRTUAL TABLE item USING fts5("
            f"condition UNINDEXED, scope UNINDEXED, title, also, body, topics, {TABLE})"
        )
        self._stems = Stems(self._db)
        self._cards: dict[int, Card] = {}
        self._scoped: dict[tuple[str, str], list[int]] = {}
        self._shelves = {one.id: self._shelf(one) for one in conditions}

    def sync(self, scope: str, condition: str, items: Iterable[Item]) -> None:
        """Replace what one group's clinicians posted."""
        for row in self._scoped.pop((scope, condition), []):
            self._db.execute("DELETE FROM item WHERE rowid = ?", (row,))
            del self._cards[row]
        shelf = self._shelves[condition]
        cards = (self._card(shelf.condition, item, shelf.thesaurus) for item in items)
        rows = [self._add(shelf.condition, one, scope) for one in cards]
        self._scoped[scope, condition] = rows

    def search(
        self,
        condition: str,
        query: str,
        *,
        today: date,
        scope: str | None = None,
        kinds: Collection[str] | None = None,
        limit: int = 5,
    ) -> Found:
        """Find what covers the query; see Library.search."""
        shelf = self._shelves[condition]
        terms = self._terms(shelf, query)
        if not terms:
            return Found()
        cards = (self._cards[row] for row in self._candidates(shelf, terms, scope))
        hits = [
            Hit(one.item, round(score(one, terms, shelf.scale), 4))
            for one in cards
            if served(one.item, today) and (kinds is None or one.item.kind in kinds)
        ]
        hits.sort(
            key=lambda hit: -hit.score * _FAVOUR[hit.item.kind]
        )  # stable: full text decides between equals
        return Found(tuple(hits[:limit]), self._confident(query, terms, hits))

    @staticmethod
    def _confident(query: str, terms: Sequence[Weighed], hits: Sequence[Hit]) -> bool:
        if not hits or refused(query):
            return False
        if any(one.solid for one in terms):
            return hits[0].score >= BARS[hits[0].item.kind]
        named = any(one.weight == NAME_WEIGHT for one in terms)
        return named and hits[0].score >= SURE

    def _terms(self, shelf: _Shelf, query: str) -> list[Weighed]:
        typed = asked(query)
        meant = [self._meant(shelf, word) for word in typed]
        stems = dict(zip(typed, self._stems.all(typed), strict=True))
        terms = [one for one in shelf.thesaurus.terms(typed, meant) if not empty(one.typed)]
        unique = {term.stems: term for term in reversed(terms)}
        return [self._weighed(shelf, term, stems) for term in reversed(unique.values())]

    def _weighed(self, shelf: _Shelf, term: Term, stems: dict[str, str]) -> Weighed:
        exact = all(stems[word] in term.stems for word in term.typed.split())
        return shelf.scale.weigh(term, typo=not exact)

    def _meant(self, shelf: _Shelf, word: str) -> str:
        """Return the word's stem, or that of the known word which was probably meant."""
        stem = self._stems.of(word)
        if stem in shelf.vocabulary or word in LIGHT or empty(word):
            return stem
        near = shelf.typos.nearest(word)
        return self._stems.of(near) if near else stem

    def _candidates(self, shelf: _Shelf, terms: Iterable[Weighed], scope: str | None) -> list[int]:
        phrases = {one.term.stems for one in terms}
        for one in terms:
            for idea in sorted(one.term.ideas):
                phrases.update(shelf.thesaurus.phrases[idea])
        match = " OR ".join(f'"{" ".join(one)}"' for one in sorted(phrases)[:_MAX_PHRASES])
        key = (match, shelf.condition.id, scope or "", _CANDIDATES)
        return [row for (row,) in self._db.execute(_FIND, key)]

    def _shelf(self, condition: Condition) -> _Shelf:
        thesaurus = Thesaurus(condition.synonyms, self._stems)
        cards = [self._card(condition, item, thesaurus) for item in condition.items]
        for one in cards:
            self._add(condition, one, "")
        known = {word for one in cards for word in _words_of(one.item)}
        known |= {
            word
            for key, also in condition.synonyms.items()
            for word in words(f"{key} {' '.join(also)}")
        }
        names = self._stems.all([*words(condition.title), *words(condition.id), "disease"])
        ideas = (f"={stem}" for stem in names)
        return _Shelf(
            condition=condition,
            thesaurus=thesaurus,
            typos=Typos(known),
            vocabulary=frozenset(self._stems.all(sorted(known))),
            scale=Scale(cards, [*names, *ideas]),
        )

    def _card(self, condition: Condition, item: Item, thesaurus: Thesaurus) -> Card:
        titles = {topic.id: topic.title for topic in condition.topics}
        return card(item, [titles.get(name, name) for name in item.topics], thesaurus, self._stems)

    def _add(self, condition: Condition, one: Card, scope: str) -> int:
        item = one.item
        texts = (item.title, " ".join(item.also), item.body, " ".join(item.topics))
        plain = (" ".join(self._stems.all(words(text))) for text in texts)
        row = self._db.execute(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)", (condition.id, scope, *plain)
        ).lastrowid
        self._cards[int(row or 0)] = one
        return int(row or 0)


def _words_of(item: Item) -> list[str]:
    return words(" ".join((item.title, *item.also, item.body)))
