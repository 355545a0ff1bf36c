"""Typos: the known word that a slip of the finger most likely meant."""

from collections.abc import Iterable

SHORTEST = 5
LONG = 9


class Typos:
    """Looks up near words in a vocabulary, first letter and about the length given."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        """Sort the vocabulary by first letter and length."""
        self._shelves: dict[tuple[str, int], list[str]] = {}
        for word in sorted(vocabulary):
            if len(word) >= SHORTEST - 1:
                self._shelves.setdefault((word[0], len(word)), []).append(word)

    def nearest(self, word: str) -> str | None:
        """Return the known word one slip away (two in a long word), or None."""
        if len(word) < SHORTEST or not word.isalpha():
            return None
        allowed = 2 if len(word) >= LONG else 1
        sizes = range(len(word) - allowed, len(word) + allowed + 1)
        near = [one for size in sizes for one in self._shelves.get((word[0], size), ())]
        best = min(((slips(word, one), one) for one in near), default=(allowed + 1, ""))
        return best[1] if best[0] <= allowed else None


def slips(one: str, other: str) -> int:
    """Count the letters to add, drop, change or swap to turn one word into another."""
    before, row = list[int](), list(range(len(other) + 1))
    for at, letter in enumerate(one):
        above, row = row, [at + 1]
        for to, wanted in enumerate(other):
            cost = min(above[to + 1] + 1, row[to] + 1, above[to] + (letter != wanted))
            if at and to and letter == other[to - 1] and one[at - 1] == wanted:
                cost = min(cost, before[to - 1] + 1)
            row.append(cost)
        before = above
    return row[-1]
