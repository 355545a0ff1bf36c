from bot.pieces import Span, spans, units


def cut(words: str, limit: int, solid: tuple[Span, ...] = ()) -> list[str]:
    def fits(start: int, end: int) -> bool:
        return units(words[start:end]) <= limit

    return [words[start:end] for start, end in spans(words, fits, solid)]


def test_a_piece_ends_between_paragraphs_then_lines_then_words_then_signs() -> None:
    assert cut("aaa bb\n\ncc dd", 10) == ["aaa bb", "cc dd"]
    assert cut("aaa bb\ncc dd ee", 10) == ["aaa bb", "cc dd ee"]
    assert cut("a\n\nbbb ccc ddd", 10) == ["a\n\nbbb ccc", "ddd"]
    assert cut("abcdefghijkl", 5) == ["abcde", "fghij", "kl"]


def test_what_is_solid_stays_whole_if_it_can() -> None:
    words = "aa bbb ccc dd"
    assert cut(words, 8, ((3, 10),)) == ["aa", "bbb ccc", "dd"]
    assert cut(words, 4, ((3, 10),)) == ["aa", "bbb", "ccc", "dd"]


def test_one_sign_is_never_torn() -> None:
    assert cut("a👩🏽‍🔬", 7) == ["a", "👩🏽‍🔬"]
    assert cut("🇬🇧🇫🇷", 6) == ["🇬🇧", "🇫🇷"]
    assert cut("ae\u0301", 2) == ["a", "e\u0301"]
    assert cut("👩‍🔬" * 3, 8) == ["👩‍🔬"] * 3


def test_nothing_to_see_is_no_piece() -> None:
    assert cut(" \n\u200b\n ", 3) == []
