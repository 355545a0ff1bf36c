"""Words: a patient's sentence as plain words in one spelling, and which of them carry weight."""

import re
import unicodedata

from bot.library.common_words import EMPTY

MAX_TEXT = 2_000
MAX_WORDS = 40

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['\u2019](?:s\b)?")
# One spelling for British and American words; both sides of a search pass through it, so that it
# need not be right, only the same. "fibre" and "fiber", "tumour" and "tumor" meet here.
_SPELLING = (
    (re.compile(r"(?<=\w)[ao]e(?=\w\w|a\b)"), "e"),  # diarrhoea, anaemia, faeces
    (re.compile(r"\b([ao]e)(?=\w{3})"), "e"),  # oesophagus, aetiology
    (re.compile(r"our(?=(?:s|ed|ing|ful|ite|able|less|al)?\b)(?<=\w{4})"), "or"),  # colour
    (re.compile(r"(?<=\w\w[bt])re(s?)\b"), r"er\1"),  # fibre, centre, litre
    (re.compile(r"(?<=\w{4})is(?=(?:e|es|ed|ing|ation|ations|er)\b)"), "iz"),  # immunisation
    (re.compile(r"(?<=\w\w)ys(?=(?:e|es|ed|ing)\b)"), "yz"),  # analyse
    (re.compile(r"\b(travel|cancel|label|counsel)l(?=\w)"), r"\1"),  # travelling, counselling
    (re.compile(r"\bprogrammes?\b"), "program"),
)


def words(text: str, limit: int | None = None) -> list[str]:
    """Return the words of a text in order, in small letters and one spelling."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = _POSSESSIVE.sub("", plain)
    for pattern, instead in _SPELLING:
        plain = pattern.sub(instead, plain)
    return _WORD.findall(plain)[:limit]


def asked(query: str) -> list[str]:
    """Return the words of a query; what is longer than anybody asks is cut off."""
    return words(query[:MAX_TEXT], MAX_WORDS)


def empty(word: str) -> bool:
    """Tell whether a word says nothing about what is meant."""
    return word in EMPTY or (len(word) == 1 and not word.isdigit() and word.isascii())
