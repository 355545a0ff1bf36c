"""The options of a command become the words that its handler reads."""

import pytest

from bot.platforms.discord import options


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("ask", {"question": "  can I eat fibre? "}, "can I eat fibre?"),
        ("tip", {}, ""),
        ("tip", {"topic": "food"}, "food"),
        ("tips", {"change": "pause", "to": "7 days"}, "pause 7 days"),
        ("tips", {"to": "weekdays at 9", "change": "at"}, "at weekdays at 9"),
        ("tips", {"change": "on"}, "on"),
        ("case", {"ref": "R-7K2M9", "action": "seen"}, "seen R-7K2M9"),
        ("timezone", {"zone": "new york"}, "new york"),
        ("setup", {}, ""),
        ("join", {"code": "abcd-efgh"}, "abcd-efgh"),
        ("latest", {"unknown": "words"}, ""),
        ("nonsense", {"x": "y"}, ""),
    ],
)
def test_options_are_put_together_in_the_order_of_the_line(
    name: str, given: dict[str, str], words: str
) -> None:
    assert options.line(name, given) == words
