"""Fields: checks of single values, each with a plain sentence for whoever writes content."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from bot.library.files import hidden_character

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+")
_TAG = re.compile(r"<[a-zA-Z/!?]")


def wrong(sentence: str) -> PydanticCustomError:
    """Return an error whose text is this sentence, whatever braces it holds."""
    return PydanticCustomError("pack", "{sentence}", {"sentence": sentence})


def _plain(words: str) -> str:
    if not words.strip():
        raise wrong("must not be empty")
    if hidden := hidden_character(words):
        raise wrong(hidden)
    if _TAG.search(words):
        raise wrong("raw HTML is not allowed")
    return " ".join(words.split())


def _slug(name: str) -> str:
    if not _SLUG.fullmatch(name):
        raise wrong(f"{name!r} must be lower-case letters and digits, parted by single hyphens")
    return name


def _https(url: str) -> str:
    if not url.startswith("https://"):
        raise wrong("must begin with https://")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise wrong(f"{url!r} is not a web address") from None
    if "." not in (parts.hostname or "") or parts.username or re.search(r"\s", url):
        raise wrong(f"{url!r} is not a web address")
    return url


def _doi(doi: str) -> str:
    if not _DOI.fullmatch(doi):
        raise wrong(f"{doi!r} is no DOI: it must look like 10.1234/abc, without an address")
    return doi


def _pmid(pmid: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,8}", pmid):
        raise wrong(f"{pmid!r} is no PMID: it must be one to nine digits in quotes")
    return pmid


def _country(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise wrong(f"{code!r} must be two capital letters, such as GB, or EU")
    return code


def _no_number(words: str) -> str:
    if re.search(r"\d{3}", re.sub(r"[\s().-]", "", words)):
        raise wrong("must not hold a telephone number: numbers come from helplines.toml")
    return words


def misfit(words: str, shortest: int, longest: int) -> str | None:
    """Return a sentence when a text is too short or too long, in characters."""
    if len(words) < shortest:
        return f"is too short: {len(words)} characters, at least {shortest}"
    if len(words) > longest:
        return f"is too long: {len(words)} characters, at most {longest}"
    return None


def length(shortest: int, longest: int) -> AfterValidator:
    """Return a check that a text is neither too short nor too long."""

    def check(words: str) -> str:
        if reason := misfit(words, shortest, longest):
            raise wrong(reason)
        return words

    return AfterValidator(check)


def _some(names: list[str]) -> list[str]:
    if not names:
        raise wrong("must name at least one")
    if double := next((name for name in names if names.count(name) > 1), None):
        raise wrong(f"names {double!r} twice")
    return names


Plain = Annotated[str, AfterValidator(_plain)]
Line = Annotated[Plain, length(1, 300)]
Slug = Annotated[str, AfterValidator(_slug)]
Https = Annotated[str, AfterValidator(_https)]
Some = AfterValidator(_some)
Slugs = Annotated[list[str], Some]
Doi = Annotated[str, AfterValidator(_doi)]
Pmid = Annotated[str, AfterValidator(_pmid)]
Country = Annotated[str, AfterValidator(_country)]
NoNumber = AfterValidator(_no_number)
