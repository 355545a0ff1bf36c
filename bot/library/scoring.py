"""Scoring: how much of what was asked an item covers, word by word.

Each word of a query weighs as much as it is rare in the pack; a word that the pack does not know
weighs most, so that a question about something else finds no item that covers it. An item covers
a word fully in its title or another wording of its question, less in its text, and a little less
when it only says the same idea in another word.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import log

from bot.library.common_words import FOREIGN, LIGHT
from bot.library.items import Item
from bot.library.stems import Stems
from bot.library.thesaurus import Term, Thesaurus
from bot.library.words import empty, words

TITLE, BODY, TOPIC = 1.0, 0.55, 0.5
SAME_IDEA, TYPO = 0.85, 0.9
NAME_WEIGHT, MAX_WEIGHT, UNKNOWN_WEIGHT, FOREIGN_WEIGHT = 0.1, 4.0, 5.0, 12.0
LIGHT_KNOWN, LIGHT_UNKNOWN = 0.5, 0.8
WORDING = 0.35


@dataclass(frozen=True, slots=True)
class Field:
    """The stems and ideas of one text."""

    stems: frozenset[str]
    ideas: frozenset[str]

    def holds(self, term: Term) -> float:
        """Return 1 for the word itself, a little less for the same idea, and 0 for neither."""
        if self.stems.issuperset(term.stems):
            return 1.0
        return SAME_IDEA if self.ideas & term.ideas else 0.0


@dataclass(frozen=True, slots=True)
class Card:
    """An item prepared for search: its wordings (title and others), text and topics."""

    item: Item
    wordings: tuple[Field, ...]
    body: Field
    topics: Field

    def covers(self, term: Term) -> float:
        """Return how well this item covers one term, 0 to 1."""
        title = max(wording.holds(term) for wording in self.wordings)
        return max(TITLE * title, BODY * self.body.holds(term), TOPIC * self.topics.holds(term))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A term of a query and its weight; `certainty` is below 1 for a corrected typo.

    `solid` is False for everyday words and for the condition's own name, which alone say little.
    """

    term: Term
    weight: float
    certainty: float = 1.0
    solid: bool = True


class Scale:
    """Weighs terms by how rare they are among a pack's items."""

    def __init__(self, cards: Collection[Card], names: Iterable[str]) -> None:
        """Count words and ideas; `names` are the stems that name the condition itself."""
        self._names = frozenset(names)
        self._size = len(cards)
        asked = [one for one in cards if one.item.kind != "research"]
        self._asked = {stem for one in asked for wording in one.wordings for stem in wording.stems}
        self._holding: dict[str, set[int]] = {}
        for number, card in enumerate(cards):
            for field in (*card.wordings, card.body, card.topics):
                for mark in field.stems | field.ideas:
                    self._holding.setdefault(mark, set()).add(number)

    def weigh(self, term: Term, *, typo: bool) -> Weighed:
        """Weigh a term; unknown words weigh most, unless they are everyday ones."""
        if self._names.issuperset(term.stems) or self._names & term.ideas:
            return Weighed(term, NAME_WEIGHT, solid=False)
        holding = self._items(term)
        if term.typed in FOREIGN and not self._asked.issuperset(term.stems):
            return Weighed(term, FOREIGN_WEIGHT, 0.0)  # named in passing is not spoken of
        light = term.typed in LIGHT or term.typed.isdigit()
        if not holding:
            return Weighed(term, LIGHT_UNKNOWN if light else UNKNOWN_WEIGHT, solid=not light)
        rarity = self._log(len(holding)) * (LIGHT_KNOWN if light else 1.0)
        return Weighed(term, rarity, TYPO if typo else 1.0, solid=not light)

    def rarity(self, stem: str) -> float:
        """Return the weight of a stem of the pack's own text."""
        if stem in self._names:
            return NAME_WEIGHT
        return self._log(len(self._holding.get(stem, ())))

    def _items(self, term: Term) -> set[int]:
        each = [self._holding.get(stem, set()) for stem in term.stems]
        ideas = (self._holding.get(idea, set()) for idea in term.ideas)
        return set.intersection(*each).union(*ideas)

    def _log(self, holding: int) -> float:
        return min(MAX_WEIGHT, log(1 + (self._size - holding + 0.5) / (holding + 0.5)))


def card(item: Item, topic_titles: Iterable[str], thesaurus: Thesaurus, stems: Stems) -> Card:
    """Prepare an item for search."""

    def field(text: str) -> Field:
        found = words(text)
        full = stems.all([word for word in found if not empty(word)])
        return Field(frozenset(full), thesaurus.ideas(stems.all(found)))

    wordings = tuple(field(text) for text in (item.title, *item.also))
    return Card(item, wordings, field(item.body), field(" ".join(topic_titles)))


def score(card: Card, query: Collection[Weighed], scale: Scale) -> float:
    """Return 0 to 1: the weighed share of the query that the item covers, and how like it asks."""
    total = sum(one.weight for one in query)
    covered = sum(one.weight * one.certainty * card.covers(one.term) for one in query) / total
    alike = max(likeness(wording, query, scale) for wording in card.wordings)
    return (1 - WORDING) * covered + WORDING * alike


def likeness(wording: Field, query: Collection[Weighed], scale: Scale) -> float:
    """Return 0 to 1: how far one wording and the query say the same, and nothing else."""
    shared = sum(one.weight * one.certainty * wording.holds(one.term) for one in query)
    own = sum(scale.rarity(stem) for stem in wording.stems)
    both = own + sum(one.weight for one in query)
    return min(1.0, 2 * shared / both)
