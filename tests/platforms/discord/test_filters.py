import pytest

from bot.platforms.discord import filters
from bot.platforms.discord.circles import Circle
from bot.platforms.discord.filters import Filter
from bot.platforms.discord.policy.compiled import compiled
from bot.safety.watched import WATCHED

POLICY = {watch.kind: compiled(watch) for watch in WATCHED}
ROOM, TEAM = 10, 11


def circle(slug: str = "a", number: int = ROOM, **more: object) -> Circle:
    told = {
        "id": slug, "slug": slug, "title": slug.upper(), "rooms": frozenset({number}),
        "staff": number + 1, "roles": frozenset({number + 2}), "hidden": frozenset(),
    }  # fmt: skip
    return Circle(**(told | more))  # type: ignore[arg-type]


def given(*circles: Circle, channels: int = 0) -> tuple[list[Filter], list[str]]:
    ours = [number for one in circles for number in (*one.rooms, one.staff) if number]
    return filters.wanted(POLICY, circles, [*ours, *range(1000, 1000 + channels)])


def names(found: list[Filter]) -> list[str]:
    return [one.name.removeprefix(filters.PREFIX) for one in found]


def test_a_group_has_three_rules_the_most_needed_first() -> None:
    found, problems = given(circle())
    assert names(found) == ["crisis, a", "contact", "medicine, a"]
    assert problems == []


def test_a_crisis_is_never_blocked_and_spares_nobody() -> None:
    (crisis, *_), _ = given(circle())
    assert crisis.payload["actions"] == [{"type": 2, "metadata": {"channel_id": str(TEAM)}}]
    assert crisis.payload["exempt_roles"] == []


def test_words_that_are_blocked_get_a_kind_sentence_that_fits() -> None:
    (_, contact, _), _ = given(circle())
    (action,) = contact.payload["actions"]
    assert action == {"type": 1, "metadata": {"custom_message": filters.BLOCKED}}
    assert len(filters.BLOCKED) <= 150
    assert contact.payload["exempt_roles"] == [str(ROOM + 2)]


def test_what_one_group_says_is_told_to_its_own_team_only() -> None:
    found, problems = given(circle("a", 10), circle("b", 20))
    assert names(found) == ["crisis, a", "crisis, b", "contact", "medicine, a"]
    told = [one.payload["actions"][0]["metadata"].get("channel_id") for one in found]
    assert told == ["11", "21", None, "11"]
    assert found[0].payload["exempt_channels"] == ["11", "20", "21"]
    assert found[2].payload["exempt_channels"] == ["11", "21"]
    assert ["unsafe advice" in problem and "B" in problem for problem in problems] == [True]


def test_of_many_groups_crises_are_looked_for_first() -> None:
    found, problems = given(*(circle(f"g{number}", number * 10) for number in range(1, 6)))
    assert names(found) == ["crisis, g1", "crisis, g2", "crisis, g3", "crisis, g4"]
    assert "words of crisis in G5" in problems[0]
    assert "phone numbers and e-mail addresses: " in problems[1]
    assert len(problems) == 7


def test_without_a_staff_room_nobody_could_be_told() -> None:
    found, problems = given(circle(staff=0))
    assert names(found) == ["contact"]
    assert "A has no staff room on Discord" in problems[0]


def test_a_team_without_a_room_needs_no_rule() -> None:
    assert given(circle(rooms=frozenset())) == ([], [])


def test_channels_that_the_team_cannot_see_are_left_out_first() -> None:
    found, problems = given(circle(hidden=frozenset({1058, 1059})), channels=60)
    left_out = found[0].payload["exempt_channels"]
    assert len(left_out) == 50
    assert left_out[:2] == ["1058", "1059"]
    assert "11 channels" in problems[0]


def test_what_the_team_cannot_see_is_never_told_to_it() -> None:
    found, problems = given(circle(hidden=frozenset(range(1000, 1051))), channels=51)
    assert names(found) == ["contact"]
    assert "too many channels that the team of A cannot see" in problems[0]


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({}, False),
        ({"id": "1", "creator_id": "2", "guild_id": "3"}, False),
        ({"exempt_channels": [11]}, False),
        ({"exempt_roles": None}, False),
        ({"actions": [{"type": 2, "metadata": {"channel_id": 11, "custom_message": None}}]}, False),
        ({"actions": [{"type": 2, "metadata": {"channel_id": "12"}}]}, True),
        ({"actions": [{"type": 1}]}, True),
        ({"actions": None}, True),
        ({"enabled": False}, True),
        ({"exempt_channels": []}, True),
        ({"trigger_metadata": None}, True),
        ({"name": "Mine"}, True),
    ],
)
def test_a_rule_is_another_one_only_if_it_does_something_else(
    change: dict[str, object], *, differs: bool
) -> None:
    (crisis, *_), _ = given(circle())
    assert filters.differs(crisis.payload | change, crisis.payload) is differs
