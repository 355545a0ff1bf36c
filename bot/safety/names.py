"""Names: what a person may be called here, so that nobody can pass for the clinic."""

import re
import unicodedata

from bot import text
from bot.safety import outgoing, rules

LONGEST = 40
STAFF_WORDS = frozenset(
    (
        *("admin", "administrator", "bot", "clinic", "clinician", "consultant", "doc", "doctor"),
        *("dr", "everyone", "mod", "moderator", "nurse", "owner", "prof", "professor"),
        *("reviewer", "roundtable", "staff", "support", "team"),
    )
)
_LINK = re.compile(
    r"://|www\.|\b[\w-]+\.(?:com|org|net|info|io|co|me|uk|de|xyz|link)\b", re.IGNORECASE
)
_WORDS = re.compile(r"[^\W_]+")
# Cyrillic and Greek letters that look like Latin ones, in small letters.
_ALIKE = str.maketrans("авекмнорстухіјѕԁɡһӏαβεικνορτυχ", "abekmhopctyxijsdghlabeikvoptux")


def tidy(name: str) -> str:
    """Return a name on one line, without signs that hide or turn text."""
    return text.one_line(name)


def problem(name: str, country: str, *, staff: bool = False) -> str:
    """Return one sentence that says why a name cannot be used here; empty when it can.

    The clinic's own people may say what they are: `staff`.
    """
    if not 1 <= len(name) <= LONGEST:
        return f"Please choose a name of 1 to {LONGEST} letters."
    if not any(map(str.isalnum, rules.plain(name))):
        return "Please choose a name with at least one letter."
    if "@" in name or _LINK.search(name) or rules.contact(name, country):
        return "A name here cannot hold a web address, an e-mail address, a phone number or an @."
    if outgoing.DOSE.search(name):
        return "Please choose another name: this one looks like an amount of medicine."
    if not staff and STAFF_WORDS & set(_WORDS.findall(fold(name))):
        return "Please choose another name: this one could be taken for the clinic’s team."
    return ""


def fold(name: str) -> str:
    """Return a name as it looks to a quick reader.

    Capitals, accents, wide forms, unseen signs and the alphabet of letters that look alike are
    gone.
    """
    apart = unicodedata.normalize("NFKD", rules.plain(name))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.casefold().translate(_ALIKE)


def same(one: str, other: str) -> bool:
    """Tell whether two names would be taken for each other: only their letters count."""
    return "".join(_WORDS.findall(fold(one))) == "".join(_WORDS.findall(fold(other)))
