import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import text
from bot.pieces import units
from bot.platforms.discord.markup import LIMIT, markdown, parts


@pytest.mark.parametrize(
    ("small", "shown"),
    [
        ("**bold** and *soft* `code`", "**bold** and _soft_ `code`"),
        ("# One\n\n## Two\n\n### Three", "## One\n\n### Two\n\n**Three**"),
        ("- one\n- two\n  more", "- one\n- two\n  more"),
        ("1. one\n   - in\n     more\n2. two", "1. one\n   - in\n     more\n2. two"),
        ("- one\n\n  again\n\nafter", "- one\n  again\n\nafter"),
        ("- # head", "- **head**"),
        ("> a\n> b\n>\n> c\n\nd", "> a\n> b\n> \n> c\n\nd"),
        ("> > deep", "> deep"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("```\nx # y\n- z\n```", "```\nx # y\n- z\n```"),
        ("> ```\n> x\n> ```", "> ```\n> x\n> ```"),
        ("``a`b``", "a\\`b"),
        ("one\ntwo", "one\ntwo"),
    ],
)
def test_what_discord_knows_is_written_its_way(small: str, shown: str) -> None:
    assert markdown(small) == shown


@pytest.mark.parametrize(
    ("small", "shown"),
    [
        ("[words](https://a.b/c_(d))", "[words](<https://a.b/c_(d)>)"),
        ("**[bold](https://a.b)**", "**[bold](<https://a.b>)**"),
        ("[`code`](https://a.b)", "[code](<https://a.b>)"),
        ("[a \\[b\\]](https://a.b)", "[a \\[b\\]](<https://a.b>)"),
        ("[https://a.b](https://a.b)", "<https://a.b>"),
        ("[https://a.b](https://c.d)", "<https://a.b> (<https://c.d>)"),
        ("[call us](tel:+44123)", "call us (+44123)"),
        ("[+44 123](tel:+44123)", "+44 123"),
        ("[mail](mailto:a%40b.c?subject=x)", "mail (a@b.c)"),
        ("[x](javascript:alert)", "[x]\\(javascript:alert)"),
        ("[there](/desk)", "there"),
        (f"[far](https://a.b/{'c' * 1000})", "far"),
        ("see https://a.b/c_d.", "see <https://a.b/c_d>."),
        ("(see https://a.b/c)", "(see <https://a.b/c>)"),
        ("https://a.b/c(d)", "<https://a.b/c(d)>"),
        ("**https://a.b**", "**<https://a.b>**"),
    ],
)
def test_a_link_leads_where_it_says_and_shows_no_preview(small: str, shown: str) -> None:
    assert markdown(small) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
        ("<@42> <#42> </ask:42> <t:1>", "\\<@42> \\<#42> \\</ask:42> \\<t:1>"),
        ("||spoiler|| ~~gone~~ a|b ~5", "\\|\\|spoiler\\|\\| \\~\\~gone\\~\\~ a|b ~5"),
        ("*a* _b_ `c` \\", "\\*a\\* \\_b\\_ \\`c\\` \\\\"),
        ("[a](https://evil.example)", "[a]\\(<https://evil.example>)"),
        ("# no heading", "\\# no heading"),
        ("-# no small print", "\\-# no small print"),
        ("- no item", "\\- no item"),
        ("2. no number", "2\\. no number"),
        ("> no quote", "\\> no quote"),
        ("BP < 90 and <5 > 3", "BP < 90 and <5 > 3"),
    ],
)
def test_what_people_typed_never_becomes_a_sign(typed: str, shown: str) -> None:
    assert markdown(text.literal(typed)) == shown


def test_a_sign_at_the_start_of_a_later_line_is_no_sign_either() -> None:
    assert markdown("a\n\\# b\n\\- c") == "a\n\\# b\n\\- c"


def test_long_words_are_cut_between_paragraphs_and_styles_go_on() -> None:
    words = "\n\n".join(f"**Paragraph {number}** " + "word " * 150 for number in range(10))
    cut = parts(words)
    assert len(cut) > 2
    assert all(piece.startswith("**Paragraph") for piece in cut)
    bold = parts("**" + "word " * 600 + "end**")
    assert all(piece.startswith("**") and piece.endswith("**") for piece in bold)


def test_a_link_and_code_are_not_torn_apart() -> None:
    for whole in (f"[{'label ' * 50}](https://a.b)", f"`{'code ' * 60}`"):
        for before in (1650, 1700, 1900):
            cut = parts("w " * (before // 2) + whole + " more" * 300)
            assert sum("label label" in one or "code code" in one for one in cut) == 1


def test_code_that_is_longer_than_a_message_goes_on_in_the_next() -> None:
    cut = parts("```\n" + "x" * 4500 + "\n```")
    assert all(one.startswith("```\n") and one.endswith("\n```") for one in cut)
    assert sum(one.count("x") for one in cut) == 4500


def test_a_quote_goes_on_as_a_quote() -> None:
    cut = parts("> " + "word " * 600)
    assert len(cut) > 1
    assert all(one.startswith("> ") for one in cut)


def test_words_that_cannot_be_seen_are_no_message() -> None:
    assert parts("\u200b \n\n ") == []


def test_half_a_sign_is_replaced() -> None:
    assert markdown("a\ud800b") == "a\ufffdb"


@given(st.text(alphabet="ab *_`~|<>@#-+.1()[]\\\n:/é👩🏽‍🔬🇬🇧", max_size=4000), st.integers(60, 300))
def test_no_piece_is_too_long_and_no_word_is_lost(words: str, limit: int) -> None:
    cut = parts(text.paragraphs(words), limit)
    assert all(0 < units(piece) <= limit for piece in cut)
    assert _letters("".join(cut)) == _letters(words)


def test_every_piece_fits_discord() -> None:
    assert max(map(units, parts("\\*" * 3000))) <= LIMIT


def _letters(words: str) -> str:
    return re.sub(r"[^ab]", "", words)
