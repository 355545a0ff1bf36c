from typing import Any

import discord
import pytest

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.options import available, filled
from tests.platforms.discord_api.parlour import Parlour

MANAGE = str(discord.Permissions(manage_guild=True).value)


def option(name: str, kind: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": name, "description": "d", "type": kind, **more}


COMMANDS: list[dict[str, Any]] = [
    {
        "name": "tell",
        "options": [
            option("words", 3, required=True, max_length=5),
            option("often", 4, min_value=1, max_value=3),
            option("loud", 5),
            option("how", 3, choices=[{"name": "Kindly", "value": "kind"}]),
            option("file", 11),
        ],
    },
    {
        "name": "name",
        "options": [
            option("whom", 6),
            option("where", 7, channel_types=[0]),
            option("as_what", 8),
            option("any", 9),
        ],
    },
    {
        "name": "tips",
        "options": [
            option("on", 1, options=[option("day", 3, required=True)]),
            option("off", 1),
            option("team", 2, options=[option("list", 1)]),
        ],
    },
    {"name": "setup", "default_member_permissions": MANAGE},
]


@pytest.fixture
def parlour() -> Parlour:
    made = Parlour()
    described = [{"type": 1, "description": "d"} | one for one in COMMANDS]
    made.world.backend.register_commands(made.guild.id, described)
    made.world.backend.register_commands(None, [{"name": "care", "type": 1, "description": "d"}])
    return made


def data(parlour: Parlour, line: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    return filled(parlour.ben, parlour.room, line, given)


def test_options_go_with_their_types(parlour: Parlour) -> None:
    sent = data(parlour, "tell", words="hello", often=2, loud=True, how="Kindly")
    assert sent["options"] == [
        {"name": "words", "type": 3, "value": "hello"},
        {"name": "often", "type": 4, "value": 2},
        {"name": "loud", "type": 5, "value": True},
        {"name": "how", "type": 3, "value": "kind"},
    ]
    assert (sent["type"], sent["guild_id"]) == (1, str(parlour.guild.id))


def test_a_file_is_uploaded_with_its_command(parlour: Parlour) -> None:
    sent = data(parlour, "tell", words="see", file=("a.txt", b"abc"))
    stored = sent["resolved"]["attachments"][sent["options"][1]["value"]]
    assert (stored["filename"], stored["size"], stored["ephemeral"]) == ("a.txt", 3, True)
    assert parlour.world.backend.cdn.get(stored["url"]) == b"abc"


def test_whoever_is_named_comes_along(parlour: Parlour) -> None:
    role = parlour.stage.role(parlour.guild, "Team")
    sent = data(
        parlour, "name", whom=parlour.ana, where=parlour.desk, as_what=role, any=parlour.ben
    )
    resolved = sent["resolved"]
    assert [one["value"] for one in sent["options"]] == [
        str(one.id) for one in (parlour.ana, parlour.desk, role, parlour.ben)
    ]
    assert set(resolved["users"]) == {str(parlour.ana.id), str(parlour.ben.id)}
    assert int(resolved["members"][str(parlour.ana.id)]["permissions"]) & 8
    assert "user" not in resolved["members"][str(parlour.ana.id)]
    assert resolved["roles"][str(role.id)]["name"] == "Team"
    assert resolved["channels"][str(parlour.desk.id)]["name"] == "desk"


def test_subcommands_are_nested(parlour: Parlour) -> None:
    assert data(parlour, "/tips on", day="Monday")["options"] == [
        {"name": "on", "type": 1, "options": [{"name": "day", "type": 3, "value": "Monday"}]}
    ]
    assert data(parlour, "tips off")["options"] == [{"name": "off", "type": 1, "options": []}]
    (group,) = data(parlour, "tips team list")["options"]
    assert (group["type"], group["options"][0]["name"]) == (2, "list")


@pytest.mark.parametrize(
    ("line", "given", "why"),
    [
        ("tell", {}, "cannot be sent without \\['words'\\]"),
        ("tell", {"words": "too long"}, "at most 5"),
        ("tell", {"words": 5}, "expects str"),
        ("tell", {"words": "a", "often": 4}, "≤ 3"),
        ("tell", {"words": "a", "how": "rudely"}, "only allows"),
        ("tell", {"words": "a", "file": "a.txt"}, "tuple"),
        ("tell", {"words": "a", "colour": "red"}, "has no \\['colour'\\]; it has"),
        ("tips", {}, "goes on: \\['off', 'on', 'team'\\]"),
        ("tips never", {}, "no subcommand path"),
        ("shout", {}, "no command 'shout'; there are \\['care', 'name', 'tell', 'tips'\\]"),
        ("setup", {}, "Ben does not see the command 'setup' here: default-member"),
    ],
)
def test_what_cannot_be_sent(parlour: Parlour, line: str, given: dict[str, Any], why: str) -> None:
    with pytest.raises(MayNot, match=why):
        data(parlour, line, **given)


def test_only_what_is_to_be_seen_can_be_named(parlour: Parlour) -> None:
    category = parlour.stage.category(parlour.guild, "Rooms")
    hidden = parlour.stage.channel(parlour.guild, "hidden")
    everyone = parlour.guild.roles["@everyone"]
    parlour.stage.overwrite(hidden, everyone, deny=discord.Permissions(view_channel=True).value)
    stranger = parlour.stage.person("Cleo")
    for given, why in (
        ({"where": category}, "no such channel can be chosen"),
        ({"where": hidden}, "finds nothing of the number"),
        ({"whom": stranger}, "finds nothing of the number"),
        ({"whom": parlour.desk}, "cannot be chosen here"),
    ):
        with pytest.raises(MayNot, match=why):
            data(parlour, "name", **given)


def test_who_runs_the_guild_sees_more(parlour: Parlour) -> None:
    assert "setup" in available(parlour.ana, parlour.room)
    assert "setup" not in available(parlour.ben, parlour.room)
    assert parlour.ben.commands() == ["care"]
    assert filled(parlour.ana, parlour.room, "setup", {})["name"] == "setup"


def test_in_private_there_is_only_oneself_and_the_bot(parlour: Parlour) -> None:
    command = {"name": "pick", "type": 1, "description": "d", "options": [option("whom", 6)]}
    parlour.world.backend.register_commands(None, [command])
    talk = parlour.ben.place(None)
    sent = filled(parlour.ben, talk, "pick", {"whom": parlour.ben})
    assert list(sent["resolved"]["users"]) == [str(parlour.ben.id)]
    assert "members" not in sent["resolved"]
    assert "guild_id" not in sent
    with pytest.raises(MayNot, match="nobody else to choose"):
        filled(parlour.ben, talk, "pick", {"whom": parlour.ana})
