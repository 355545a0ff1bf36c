"""A small valid pack to write into a folder, whole or with some of its words changed."""

from pathlib import Path

CONDITION = """\
id = "gout"
title = "Gout"
language = "en"
about = "A made-up little pack about gout, only for tests."

[[topic]]
id = "food"
title = "Food and drink"

[[topic]]
id = "flare"
title = "Attacks"

[synonyms]
toe = ["big toe", "foot"]
"""

SOURCES = """\
[[source]]
id = "page"
organisation = "An office"
title = "A page"
url = "https://example.org/page"
seen_on = 2026-01-01
"""

RESEARCH = """\
[[reference]]
id = "study-one"
title = "Cherries and gout"
authors = "Doe J, et al."
year = 2020
journal = "Journal of Tests"
doi = "10.1234/test.1"
pmid = "1234567"
url = "https://doi.org/10.1234/test.1"
evidence = "review"
summary = "A study that asks whether cherries change anything. It is here for tests only."
topics = ["food"]
stages = ["living"]
reviewed_by = "editor"
reviewed_on = 2026-01-01
review_by = 2027-01-01

[[reference]]
id = "study-two"
title = "Water and gout"
authors = "Roe R, et al."
year = 2024
journal = "Journal of Tests"
url = "https://example.org/two"
evidence = "cohort"
summary = "A study that asks about drinking water in attacks. It is here for tests only."
topics = [
  "food",
  "flare",
]
stages = ["living"]
reviewed_by = "dietitian"
reviewed_on = 2026-01-01
review_by = 2027-01-01
"""

RED_FLAGS = """\
[[red_flag]]
id = "flag-fever"
sign = "A hot joint and a fever"
act = "urgent"
say = "Please get medical help today."
source = "page"
reviewed_by = "editor"
reviewed_on = 2026-01-01
review_by = 2027-01-01

[[red_flag]]
id = "flag-faint"
sign = "You faint"
act = "emergency"
say = "Please get emergency help now."
source = "study-one"
reviewed_by = "editor"
reviewed_on = 2026-01-01
review_by = 2026-07-01
"""

TIPS = """\
A note for editors, which nobody sees.

## Rest the sore toe
+++
id = "rest-toe"
topics = ["flare"]
stages = ["living"]
sources = ["page"]
reviewed_by = "editor"
reviewed_on = 2026-01-01
review_by = 2027-01-01
+++
Put your foot up for a while. A **cool pack** can feel good.

- Ask your nurse how long.
- See [the page](https://example.org/page).
"""

FAQ = """\
## Can I eat cherries?
+++
id = "ask-cherries"
topics = ["food"]
stages = ["new", "living"]
sources = ["page", "study-one"]
reviewed_by = "editor"
reviewed_on = 2026-01-01
review_by = 2027-01-01
also = ["Is cherry juice ok?"]
+++
This answer is here for tests only, and says nothing about cherries.
"""

HELPLINES = """\
[[helpline]]
country = "GB"
kind = "crisis"
name = "A line"
contact = "1"
hours = "always"
checked_on = 2026-01-01
seen_in = "a test"

[[helpline]]
country = "EU"
kind = "emergency"
name = "European emergency number"
contact = "2"
checked_on = 2026-01-01
seen_in = "a test"

[[helpline]]
country = "EU"
kind = "crisis"
name = "Another line"
contact = "3"
checked_on = 2026-01-01
seen_in = "a test"

[[helpline]]
country = "SE"
kind = "advice"
name = "A Swedish line"
contact = "4"
checked_on = 2026-01-01
seen_in = "a test"
"""

FILES = {
    "gout/condition.toml": CONDITION,
    "gout/sources.toml": SOURCES,
    "gout/research.toml": RESEARCH,
    "gout/red_flags.toml": RED_FLAGS,
    "gout/tips.md": TIPS,
    "gout/faq.md": FAQ,
    "_shared/helplines.toml": HELPLINES,
}


def write(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write the small pack, some of its files in other words, and return the library's folder."""
    for name, text in (FILES | (files or {})).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def changed(root: Path, name: str, old: str, new: str) -> tuple[Path, int]:
    """Write the pack with one passage changed; return its folder and the line of the change."""
    text = FILES[f"gout/{name}"] if f"gout/{name}" in FILES else FILES[name]
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    name = f"gout/{name}" if f"gout/{name}" in FILES else name
    return write(root, {name: text.replace(old, new, 1)}), line
