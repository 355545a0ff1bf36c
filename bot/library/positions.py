"""Positions: the line on which each table, key and list entry of a TOML file begins.

tomllib tells what a file says, not where. Positions reads a file that tomllib has accepted once
more, as a row of tokens, so that brackets in texts and comments fool nobody.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
      (?P<text>
          \"{3} (?: [^"\\] | \\. | "(?!"") )* \"{3,5}
        | '{3} (?: [^'] | '(?!'') )* '{3,5}
        | " (?: [^"\\\n] | \\. )* "
        | ' [^'\n]* '
      )
    | (?P<comment> \#[^\n]* )
    | (?P<end> \n )
    | (?P<mark> [\[\]{},=] )
    | (?P<word> [^\s\[\]{},="'\#]+ )
    | (?P<blank> [^\S\n]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


class Positions:
    """Where things stand in one TOML text: `line("reference", 2, "doi")`."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        """Read a text that is valid TOML; its first line has the number `first_line`."""
        self._lines: dict[Path, int] = {(): first_line}
        self._table: Path = ()
        self._count: dict[Path, int] = {}
        for statement in _statements(_tokens(text, first_line)):
            self._read(statement)

    def line(self, *path: str | int) -> int:
        """Return the line of this path, or of the nearest thing around it that has one."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _read(self, tokens: list[_Token]) -> None:
        if tokens[0].text == "[":
            self._header(tokens)
        else:
            self._pair(tokens)

    def _header(self, tokens: list[_Token]) -> None:
        many = tokens[1].text == "["
        name = self._current(_key([one for one in tokens if one.kind != "mark"]))
        if many:
            number = self._count.get(name, 0)
            self._count[name] = number + 1
            self._lines.setdefault(name, tokens[0].line)
            name = (*name, number)
        self._table = name
        self._lines[name] = tokens[0].line

    def _current(self, names: Path) -> Path:
        """Return the path with the number of the last entry of each list of tables in it."""
        path: Path = ()
        for name in names[:-1]:
            path = (*path, name)
            if path in self._count:
                path = (*path, self._count[path] - 1)
        return (*path, names[-1])

    def _pair(self, tokens: list[_Token]) -> None:
        cut = next(at for at, one in enumerate(tokens) if one.text == "=" and one.kind == "mark")
        path = (*self._table, *_key(tokens[:cut]))
        self._lines[path] = tokens[0].line
        for number, line in enumerate(_entries(tokens[cut + 1 :])):
            self._lines[(*path, number)] = line


def _tokens(text: str, line: int) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup not in {"comment", "blank"}:
            yield _Token(str(match.lastgroup), match.group(), line)
        line += match.group().count("\n")


def _statements(tokens: Iterator[_Token]) -> Iterator[list[_Token]]:
    depth, statement = 0, list[_Token]()
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in "[{") - (token.text in "]}")
        if token.kind != "end":
            statement.append(token)
        elif depth == 0 and statement:
            yield statement
            statement = []
    if statement:
        yield statement


def _key(tokens: list[_Token]) -> Path:
    """Return the parts of a key; tomllib knows best how dots and quotes are meant."""
    tree: object = tomllib.loads("".join(one.text for one in tokens) + " = 0")
    parts = list[str]()
    while isinstance(tree, dict):
        [(name, tree)] = tree.items()
        parts.append(name)
    return tuple(parts)


def _entries(value: list[_Token]) -> Iterator[int]:
    """Yield the line of each entry of a list; nothing for any other value."""
    if value[0].text != "[" or value[0].kind != "mark":
        return
    depth, fresh = 0, False
    for token in value:
        mark = token.text if token.kind == "mark" else ""
        if fresh and mark != "]":
            yield token.line
        depth += (mark in {"[", "{"}) - (mark in {"]", "}"})
        fresh = depth == 1 and (mark == "," or token is value[0])
