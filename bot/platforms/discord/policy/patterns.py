r"""Patterns: a regular expression of Python's, in pieces that Rust's engine takes.

    \b(?:want to die|live(?! (?:on|off)\b))\b
        ─> want\s+to\s+die      between two \b
        ─> live                 and instead of the look-ahead  \b($|[^\w\s]|\s+($|[^o\s]|o…))

Rust's engine looks neither ahead nor back, and takes no longer however far a repetition may go.
Discord matches what was typed, so spaces become any white space and apostrophes any sign.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_WHOLE_WORDS = re.compile(r"\\b\(\?:(.*)\)\\b", re.DOTALL)
_NOT_BEFORE = re.compile(r"(.*)\(\?! \(\?:([a-z|]+)\)\\b\)", re.DOTALL)
_LOOKS = re.compile(r"\(\?<?[=!]")
_BOUND = re.compile(r"\{1,\d+\}")
_APOSTROPHE = re.compile(r"\[['’]+\]")
_GROUP = re.compile(r"(?<!\\)\(\?:")  # Discord asks for no groups, so the shorter kind will do
_SPACE = re.compile(r"\[[^\]]*\]| \?| ")
_REPEATED = "?*+{"


@dataclass(frozen=True, slots=True)
class Piece:
    """One alternative: `core`, with what must stand before it and after it.

    A `strict` one takes a single space where others take any white space, which makes it shorter.
    """

    core: str
    head: str = ""
    tail: str = ""
    strict: bool = False

    @property
    def middle(self) -> str:
        """Return what is looked for between head and tail."""
        return self.core if self.strict else _SPACE.sub(_spaced, self.core)

    @property
    def pattern(self) -> str:
        """Return the whole pattern."""
        return join([self])

    def halves(self) -> "tuple[Piece, Piece] | None":
        """Return two pieces that find the same together; None if there is nothing to halve."""
        groups = [group for group in _groups(self.core) if len(options(group[1])) > 1]
        if not groups:
            return None
        start, inside, end = max(groups, key=lambda group: len(group[1]))
        parts = options(inside)
        middle = min(range(1, len(parts)), key=lambda at: _longer(parts[:at], parts[at:]))
        first, second = (
            f"{self.core[:start]}({'|'.join(half)}){self.core[end:]}"
            for half in (parts[:middle], parts[middle:])
        )
        return replace(self, core=first), replace(self, core=second)


def join(alike: Sequence[Piece]) -> str:
    """Return one pattern for pieces that have the same head and tail."""
    middles = "|".join(piece.middle for piece in alike)
    if len(alike) > 1 and (alike[0].head or alike[0].tail):
        middles = f"({middles})"
    return f"{alike[0].head}{middles}{alike[0].tail}"


def pieces(pattern: str, unless: Collection[str] = ()) -> list[Piece]:
    """Return the alternatives of a pattern; `unless` are words that must not stand right before."""
    whole = _WHOLE_WORDS.fullmatch(pattern)
    if whole is None:
        return [Piece(_plain(core)) for core in options(pattern)]
    head = after_none_of(unless) if unless else r"\b"
    found = []
    for core in options(whole[1]):
        ahead = _NOT_BEFORE.fullmatch(core)
        tail = before_none_of(ahead[2].split("|")) if ahead else r"\b"
        found.append(Piece(_plain(ahead[1] if ahead else core), head, tail))
    return found


def looks_around(pattern: str) -> bool:
    """Tell whether a pattern still holds what Rust's engine does not know."""
    return _LOOKS.search(pattern) is not None


def before_none_of(words: Collection[str]) -> str:
    r"""Return what stands after a word unless one of `words` follows: `(?! (?:a|b)\b)`."""
    return rf"\b($|[^\w\s]|\s+{_another(words, first=True)})"


def after_none_of(endings: Collection[str]) -> str:
    """Return what stands before a word unless the last word ends like one of `endings`."""
    ways = [rf"[^{_letters({ending[-1] for ending in endings})}\s]"]
    tails = {ending[start:] for ending in endings for start in range(1, len(ending))}
    for tail in sorted(tails, key=lambda tail: (len(tail), tail)):
        if tail.endswith(tuple(endings)):
            continue
        leads = {e[-len(tail) - 1] for e in endings if e.endswith(tail) and len(e) > len(tail)}
        ways.append(f"[^{_letters(leads)}]{_sign(tail)}")
    return rf"(^|{'|'.join(ways)})\s*\b"


def options(pattern: str) -> list[str]:
    """Return the alternatives of a pattern: what stands between its outermost bars."""
    bars = [at for at, sign, depth in _signs(pattern) if sign == "|" and depth == 0]
    edges = [-1, *bars, len(pattern)]
    return [pattern[one + 1 : two] for one, two in pairwise(edges)]


def _plain(core: str) -> str:
    return _GROUP.sub("(", _APOSTROPHE.sub(r"[^\\w\\s]", _BOUND.sub("+", core)))


def _spaced(found: re.Match[str]) -> str:
    if found[0].startswith("["):
        return found[0].replace(" ", r"\s")
    return r"\s*" if found[0].endswith("?") else r"\s+"


def _another(words: Collection[str], *, first: bool = False) -> str:
    """Return a word that is none of `words`, read letter by letter."""
    heads = _letters({word[0] for word in words if word})
    if "" in words:  # one of them could end here: it must go on, and with another letter
        ways = [rf"[^\W{heads}]" if heads else r"\w"]
    else:
        ways = ["$", rf"[^{heads}\s]" if first else f"[^{heads}]"]
    ways += [
        letter + _another({word[1:] for word in words if word.startswith(letter)})
        for letter in heads
    ]
    return f"({'|'.join(ways)})" if len(ways) > 1 else ways[0]


def _longer(*lists: Sequence[str]) -> int:
    return max(sum(map(len, one)) + len(one) for one in lists)


def _letters(letters: Collection[str]) -> str:
    return "".join(sorted({"'’" if letter == "'" else letter for letter in letters}))


def _sign(tail: str) -> str:
    return tail.replace("'", "['’]")


def _groups(pattern: str) -> Iterator[tuple[int, str, int]]:
    """Yield the outermost groups that stand exactly once: their start, inside and end."""
    start = 0
    for at, sign, depth in _signs(pattern):
        if sign == "(" and depth == 0:
            start = at
        elif sign == ")" and depth == 0 and pattern[at + 1 : at + 2] not in set(_REPEATED):
            yield start, pattern[start + 1 : at], at + 1


def _signs(pattern: str) -> Iterator[tuple[int, str, int]]:
    """Yield each sign outside classes, where it stands, and how deep in groups."""
    depth, at = 0, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "[":
            at = pattern.index("]", at + 1)
        elif sign == "\\":
            at += 1
        else:
            depth -= sign == ")"
            yield at, sign, depth
            depth += sign == "("
        at += 1
