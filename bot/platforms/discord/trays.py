"""Trays: buttons laid out in the five rows of five that stand under a message.

Rows stay as they are if they fit. If not, many buttons of one kind (the same command with other
words after it) become a menu, and what is left is set closer together.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from bot.platforms.discord.cards import Component

ROW, BUTTON, SELECT = 1, 2, 3
STYLES = {"plain": 2, "primary": 1, "danger": 4}
LINK = 5
MOST_ROWS, MOST_IN_ROW, MOST_OPTIONS = 5, 5, 25
LABEL, OPTION, CUSTOM_ID = 80, 100, 100
MENU = "?"
CHOOSE = "Choose one …"
WHOLE = "_label"  # beside what Discord is given: a menu has room for more of a label

Line = list[Component]


def button(label: str, *, custom_id: str = "", url: str = "", style: str = "plain") -> Component:
    """Return one button: a link, or something to press."""
    shown = {"type": BUTTON, "label": short(label, LABEL), WHOLE: label}
    if url:
        return shown | {"style": LINK, "url": url}
    return shown | {"style": STYLES[style], "custom_id": custom_id}


def trays(rows: Iterable[Line]) -> list[Component]:
    """Return the rows as Discord's action rows: five, which hold 125 choices at most."""
    lines = _apart(rows)
    if not _fit(lines):
        lines = _menus(lines, _kind, above=MOST_IN_ROW)
    if not _fit(lines):
        lines = _closer(lines)
    if not _fit(lines):
        lines = _closer(_menus(lines, _any, above=1))
    return [{"type": ROW, "components": [_bare(one) for one in line]} for line in lines[:MOST_ROWS]]


def short(words: str, most: int) -> str:
    """Return words that are no longer than this."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _fit(lines: Sequence[Line]) -> bool:
    return len(lines) <= MOST_ROWS and all(len(line) <= MOST_IN_ROW for line in lines)


def _apart(rows: Iterable[Line]) -> list[Line]:
    """Give each button an id of its own: Discord refuses two of one id under a message."""
    seen: Counter[str] = Counter()
    lines = []
    for row in rows:
        line = []
        for one in row:
            name = one.get("custom_id", "")
            spare = name + " " * seen[name]  # a command line means the same with spaces after it
            seen[name] += 1
            if name and len(spare) <= CUSTOM_ID:
                line.append(one | {"custom_id": spare})
            elif not name:
                line.append(one)
        lines.append(line)
    return [line for line in lines if line]


def _kind(one: Component) -> str:
    """Return what is alike about buttons: the first word of what they do."""
    is_plain = one.get("style") == STYLES["plain"]
    return str(one["custom_id"].split(" ")[0]) if is_plain else ""


def _any(one: Component) -> str:
    return "all" if "custom_id" in one and one["type"] == BUTTON else ""


def _menus(lines: Sequence[Line], kind: Callable[[Component], str], *, above: int) -> list[Line]:
    """Put every kind of which there are more than so many into menus, where its first one was."""
    alike: dict[str, Line] = defaultdict(list)
    for one in _buttons(lines):
        alike[kind(one)].append(one)
    many = {name for name, ones in alike.items() if name and len(ones) > above}
    laid: list[Line] = []
    menus = 0
    for line in lines:
        for name in dict.fromkeys(map(kind, line)):
            ones = alike.pop(name, []) if name in many else []
            for start in range(0, len(ones), MOST_OPTIONS):
                laid.append([_menu(ones[start : start + MOST_OPTIONS], menus)])
                menus += 1
        laid.append([one for one in line if kind(one) not in many])
    return [line for line in laid if line]


def _menu(options: Sequence[Component], number: int) -> Component:
    return {
        "type": SELECT,
        "custom_id": f"{MENU}{number}",
        "placeholder": CHOOSE,
        "options": [
            {"label": short(one[WHOLE], OPTION), "value": one["custom_id"]} for one in options
        ],
    }


def _buttons(lines: Iterable[Line]) -> Iterable[Component]:
    return (one for line in lines for one in line if one["type"] == BUTTON)


def _closer(lines: Sequence[Line]) -> list[Line]:
    """Set buttons closer together; a menu has its row for itself."""
    laid: list[Line] = []
    for line in lines:
        for one in line:
            joins = laid and laid[-1][0]["type"] == one["type"] == BUTTON
            if joins and len(laid[-1]) < MOST_IN_ROW:
                laid[-1].append(one)
            else:
                laid.append([one])
    return laid


def _bare(one: Component) -> Component:
    return {name: value for name, value in one.items() if name != WHOLE}
