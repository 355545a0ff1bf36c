"""Patterns of AutoMod: written in Rust's dialect, tried here in Python's."""

import re

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LACKS = ("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?P=", "(?(")
"""Looking around, atomic groups, back references and conditions: Rust has none of them."""
_WORDS = ((r"\z", r"\Z"), (r"\p{L}", r"[^\W\d_]"), (r"\p{N}", r"\d"), ("(?<", "(?P<"))


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern to try, or ValueError with why Discord takes no such pattern."""
    bare = _ESCAPED.sub("", pattern)
    escapes = _ESCAPED.findall(pattern)
    if lacking := [one for one in _LACKS if one in bare]:
        raise ValueError(f"Rust has no {lacking[0]} as in {pattern}")
    if backwards := [one for one in escapes if one in "123456789Z"]:
        raise ValueError(f"Rust has no \\{backwards[0]} as in {pattern}")
    for rust, python in _WORDS:
        pattern = pattern.replace(rust, python)
    try:
        return re.compile(pattern, re.IGNORECASE)  # Discord sets this flag by itself
    except re.error as wrong:
        raise ValueError(f"{wrong} in {pattern}") from wrong
