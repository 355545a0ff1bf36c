"""Pieces: where to cut a long text so that each piece fits and reads well.

Chat apps cut the white space off both ends of a message.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]
Fits = Callable[[int, int], bool]

_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_JOINER = "\u200d"
_MODIFIERS = {_JOINER, *map(chr, range(0x1F3FB, 0x1F400)), *map(chr, range(0xE0020, 0xE0080))}
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def units(words: str) -> int:
    """Return how long words are in UTF-16 units, the strictest way in which anybody counts."""
    return len(words.encode("utf-16-le")) // 2


def spans(words: str, fits: Fits, solid: Sequence[Span] = ()) -> Iterator[Span]:
    """Yield where each piece starts and ends; no piece is empty to the eye.

    `fits` tells of a stretch whether it is short enough, as it will be written. A piece ends
    between paragraphs, or else between lines, if that leaves it at least half full; else between
    words, else between signs. What is `solid` (a link, code) is torn only if it alone is too long.
    """
    start = 0
    while start < len(words):
        if words[start].isspace():
            start += 1
            continue
        end = _end(words, start, fits, solid)
        kept = start + len(words[start:end].rstrip())
        if any(unicodedata.category(sign) not in _UNSEEN for sign in words[start:kept]):
            yield start, kept
        start = end


def _end(words: str, start: int, fits: Fits, solid: Sequence[Span]) -> int:
    """Return where a piece that starts at `start` best ends."""
    end = _furthest(start, len(words), fits)
    if end == len(words):
        return end
    free = [at for at in range(end, start, -1) if not _is_inside(at, start, solid)]
    half = start + (end - start) // 2
    for border in ("\n\n", "\n"):
        for at in free:
            if at >= half and words.startswith(border, at):
                return at
    for at in free:
        if words[at].isspace():
            return at
    return next((at for at in free if not _is_one(words, at)), end)


def _furthest(start: int, most: int, fits: Fits) -> int:
    """Return the furthest end that fits: at least one sign on."""
    if fits(start, most):  # as nearly always
        return most
    low, high = start + 1, most - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(start, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _is_inside(at: int, start: int, solid: Sequence[Span]) -> bool:
    """Tell whether a cut here would tear something that can stand whole in the next piece."""
    return any(start < first < at < last for first, last in solid)


def _is_one(words: str, at: int) -> bool:
    """Tell whether a cut here would tear one sign apart: an accent, an emoji's parts, a flag."""
    before, after = words[at - 1], words[at]
    if before in _FLAG_LETTERS and after in _FLAG_LETTERS:
        letters = at - len(words[:at].rstrip(_FLAG_LETTERS))
        return letters % 2 == 1
    glued = after in _MODIFIERS or before == _JOINER
    return glued or unicodedata.category(after)[0] == "M"
