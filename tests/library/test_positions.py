"""Positions of tables, keys and entries in TOML."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from bot.library.positions import Positions

TRICKY = '''\
# [[item]] in a comment
a = """
[[item]] in a text, with "quotes" and \\""" and a tail""""
b.c = 1
"d e" = '[[item]]'

[[item]]
id = "one" # ]]
list = [ # [
  "x",
  [1, { y = "," }],
  """
  [[item]]
  """, "z",
]
'f' = { g = [1], h = "=" }
e = []

[[item]]
[[item.part]]
k = """""no"""
[item.part.deep]
m = \'\'\'
]]\'\'\'
[[item.part]]
k = 2
["q.r".s]
t = 1'''


def test_brackets_in_texts_and_comments_fool_nobody() -> None:
    data = tomllib.loads(TRICKY)
    assert len(data["item"]) == 2
    at = Positions(TRICKY).line
    assert [at("a"), at("b", "c"), at("d e")] == [2, 4, 5]
    assert [at("item"), at("item", 0), at("item", 0, "id")] == [7, 7, 8]
    assert [at("item", 0, "list", number) for number in range(4)] == [10, 11, 12, 14]
    assert [at("item", 0, "f"), at("item", 0, "e")] == [16, 17]
    assert [at("item", 1), at("item", 1, "part", 0), at("item", 1, "part", 0, "k")] == [19, 20, 21]
    assert at("item", 1, "part", 0, "deep", "m") == 23
    assert [at("item", 1, "part", 1), at("item", 1, "part", 1, "k")] == [25, 26]
    assert at("q.r", "s", "t") == 28


def test_what_has_no_line_is_told_at_what_is_around_it() -> None:
    positions = Positions('[[item]]\nid = "x"\n', first_line=10)
    assert positions.line("item", 0, "missing") == 10
    assert positions.line("item", 0, "id", 5) == 11
    assert positions.line("nothing") == 10


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), max_size=8))
def test_any_texts_keep_their_lines(texts: list[str]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    source = "list = [\n" + "".join(f"  {quoted(text)},\n" for text in texts) + "]\nend = 1\n"
    assert tomllib.loads(source)["list"] == texts
    positions = Positions(source)
    assert [positions.line("list", number) for number in range(len(texts))] == [
        number + 2 for number in range(len(texts))
    ]
    assert positions.line("end") == len(texts) + 3
