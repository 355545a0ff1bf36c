"""Watched: what screening looks for, for platforms that look themselves before anybody reads it."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.safety.rules import CRISIS, DOSING, EMAIL, MEDICINE, Rule

# What the numbers of rules.contact look like where only a pattern can be given.
NUMBERS = Rule(
    "phone number",
    re.compile(
        r"\+\s?\d(?:[\s()./-]{0,3}\d){8,14}"
        r"|(?:^|[^\w/=.-])\(?0\)?\d{2,5}\)?(?:[\s./-]{0,2}\d){6,11}\b"
        r"|\b0\d(?:(?: \d\d){4}|(?:\.\d\d){4}|(?:-\d\d){4})\b"
        r"|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b"
        r"|\(\d{3}\)\s?\d{3}[-. ]\d{4}\b"
    ),
    bad=(
        "call me on 07700 900123",
        "call me on 020 7946 0018",
        "my number is 555-010-4477",
        "my number is (555) 010-4477",
        "+44 7700 900 123 any time",
        "ring +49 30 901820 please",
        "ring 030/901820",
        "from abroad: 0044 7700 900123",
        "ring +44 (0)20 7946 0018",
        "ring +33 1 99 00 12 34",
    ),
    good=(
        "my calprotectin went from 1450 to 230",
        "blood pressure 145/90, pulse 72",
        "my appointment is on 24.11.2026 at 10:30",
        "it was on 01.11.2026 at 10:30",
        "Samaritans are there on 116 123",
        "the study is doi:10.1016/S0140-6736(19)32",
        "0.5 mg in 2024, 1.5 mg in 2025",
        "see https://clinic.example/a?ref=0123456789012",
    ),
)


@dataclass(frozen=True, slots=True)
class Watch:
    """One kind of words: its rules, and the words that turn what follows them around."""

    kind: Literal["crisis", "contact", "medicine"]
    rules: tuple[Rule, ...]
    unless: tuple[str, ...] = ()


WATCHED = (
    Watch("crisis", (CRISIS,)),
    Watch("contact", (EMAIL, NUMBERS)),
    Watch("medicine", (MEDICINE, DOSING), ("not", "never", "n't")),
)
