import pytest

from tests.platforms.discord_api.rust import compiled


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bcures?\b", "it cures all"),
        (r"(?i)nhs\z", "my NHS"),
        (r"(?<part>ab)+", "xabab"),
        (r"\p{L}+ \p{N}", "é 5"),
        (r"\(\?=", "the sign (?="),
    ],
)
def test_what_rust_knows_is_tried(pattern: str, text: str) -> None:
    assert compiled(pattern).search(text)


@pytest.mark.parametrize(
    "pattern", [r"a(?=b)", r"(?<!a)b", r"(a)\1", r"(?P<x>a)(?P=x)", r"(?>a)b", r"a\Z", "(", "a**"]
)
def test_what_rust_lacks_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"Rust has no|in \(|in a"):
        compiled(pattern)
