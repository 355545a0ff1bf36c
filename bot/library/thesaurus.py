"""Thesaurus: the words that patients use for the same idea, from a pack's condition.toml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.library.stems import Stems
from bot.library.words import words

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase of a query: its stems, the ideas it stands for, and how it was typed."""

    stems: Phrase
    ideas: frozenset[str]
    typed: str


class Thesaurus:
    """Finds the ideas behind words; an idea is named by the stem of its key."""

    def __init__(self, synonyms: Mapping[str, Iterable[str]], stems: Stems) -> None:
        """Take the table of synonyms, key and values alike."""
        ideas: dict[Phrase, set[str]] = {}
        for key, also in synonyms.items():
            for name in (key, *also):
                phrase = tuple(stems.all(words(name)))
                ideas.setdefault(phrase, set()).add("=" + " ".join(stems.all(words(key))))
        self._ideas = {phrase: frozenset(names) for phrase, names in ideas.items() if phrase}
        self._longest = max(map(len, self._ideas), default=1)
        self.phrases: dict[str, list[Phrase]] = {}
        for phrase, names in self._ideas.items():
            for name in names:
                self.phrases.setdefault(name, []).append(phrase)

    def terms(self, typed: list[str], stems: list[str]) -> list[Term]:
        """Cut a query into terms; the longest phrase at each place wins."""
        found, at = list[Term](), 0
        while at < len(stems):
            size = self._size(stems, at)
            phrase = tuple(stems[at : at + size])
            ideas = self._ideas.get(phrase, frozenset())
            found.append(Term(phrase, ideas, " ".join(typed[at : at + size])))
            at += size
        return found

    def ideas(self, stems: list[str]) -> frozenset[str]:
        """Return every idea that a text holds."""
        spans = (
            tuple(stems[at : at + size])
            for at in range(len(stems))
            for size in range(1, self._longest + 1)
        )
        return frozenset(idea for span in spans for idea in self._ideas.get(span, ()))

    def _size(self, stems: list[str], at: int) -> int:
        for size in range(min(self._longest, len(stems) - at), 1, -1):
            if tuple(stems[at : at + size]) in self._ideas:
                return size
        return 1
