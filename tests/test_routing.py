import pytest

from bot.routing import ADMINS, Route, Table, split
from bot.store.people import Role


async def nothing(event: object, ctx: object) -> None:
    del event, ctx


@pytest.mark.parametrize(
    ("line", "name", "rest"),
    [
        ("/ask can I eat", "ask", "can I eat"),
        ("/ASK", "ask", ""),
        ("/ask@roundtable_bot  fibre ", "ask", "fibre"),
        ("case seen R-1", "case", "seen R-1"),
        ("/", "", ""),
        ("", "", ""),
    ],
)
def test_a_command_line_is_a_name_and_the_rest(line: str, name: str, rest: str) -> None:
    assert split(line) == (name, rest)


def test_two_routes_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="ask"):
        Table((Route("ask", nothing), Route("question", nothing, aliases=("ask",))))


def test_a_menu_shows_what_the_role_may_do() -> None:
    table = Table(
        (
            Route("ask", nothing, "Ask"),
            Route("invite", nothing, "Invite", who=ADMINS),
            Route("join", nothing, "Join", open=True),
            Route("hold", nothing),
        )
    )
    assert [route.name for route in table.menu(Role.MEMBER)] == ["ask", "join"]
    assert [route.name for route in table.menu(Role.ADMIN)] == ["ask", "invite", "join"]
    assert [route.name for route in table.menu(None)] == ["join"]
