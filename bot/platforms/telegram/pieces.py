"""Pieces: where to cut a long text so that each piece fits and reads well.

Telegram counts UTF-16 units and cuts the white space off both ends of a message.
"""

import unicodedata
from collections.abc import Iterator

_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_JOINER = "\u200d"
_SKINS = "".join(map(chr, range(0x1F3FB, 0x1F400)))
_TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))  # of flags such as Scotland's
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def spans(words: str, limit: int) -> Iterator[tuple[int, int]]:
    """Yield where each piece starts and ends; no piece is empty to the eye.

    A piece ends between paragraphs, or else between lines, if that leaves it at least half full;
    else between words, else between signs.
    """
    start = 0
    while start < len(words):
        if words[start].isspace():
            start += 1
            continue
        end = _end(words, start, limit)
        kept = start + len(words[start:end].rstrip())
        if any(unicodedata.category(sign) not in _UNSEEN for sign in words[start:kept]):
            yield start, kept
        start = end


def _end(words: str, start: int, limit: int) -> int:
    """Return where a piece that starts at `start` best ends."""
    fitting = words[start : start + limit].encode("utf-16-le")[: 2 * limit]
    end = start + max(1, len(fitting.decode("utf-16-le", "ignore")))
    if end == len(words):
        return end
    half = start + (end - start) // 2
    for border in ("\n\n", "\n"):
        if (found := words.rfind(border, half, end + len(border))) > start:
            return found
    for at in range(end, start, -1):
        if words[at].isspace():
            return at
    return next((at for at in range(end, start, -1) if not _is_one(words, at)), end)


def _is_one(words: str, at: int) -> bool:
    """Tell whether a cut here would tear one sign apart: an accent, an emoji's parts, a flag."""
    before, after = words[at - 1], words[at]
    if before in _FLAG_LETTERS and after in _FLAG_LETTERS:
        letters = at - len(words[:at].rstrip(_FLAG_LETTERS))
        return letters % 2 == 1
    glued = after == _JOINER or after in _SKINS or after in _TAGS
    return glued or before == _JOINER or unicodedata.category(after)[0] == "M"
