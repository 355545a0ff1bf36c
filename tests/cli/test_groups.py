import pytest

from tests.cli.conftest import Machine

ADD = ("group", "add", "crohns", "--title", "Crohn’s circle", "--condition", "crohns")


def test_a_group_is_added_with_its_two_rooms_on_the_web(bare: Machine) -> None:
    shown = bare.json(*ADD, "--timezone", "europe/london", "--country", "gb")
    assert shown["timezone"] == "Europe/London"
    assert shown["rooms"] == [
        {"platform": "web", "purpose": "group"},
        {"platform": "web", "purpose": "staff"},
    ]
    entry = bare.audit()[-1]
    assert (entry.actor, entry.action) == ("cli", "group added")


def test_the_next_step_is_named(bare: Machine) -> None:
    assert "roundtable owner --group crohns" in bare.says(*ADD)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("--timezone", "Londonn"), "Did you mean Europe/London?"),
        (("--country", "England"), "two letters"),
        (("--title", " "), "1 to 60 letters"),
        (("--title", "x" * 61), "1 to 60 letters"),
        (("--condition", "gout"), "no content for 'gout'; there is: crohns"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    bare: Machine, change: tuple[str, ...], sentence: str
) -> None:
    answer = bare.refuses(*ADD, *change)
    assert sentence in answer
    assert "\n" not in answer
    assert bare.json("group", "list") == []


@pytest.mark.parametrize("slug", ["c", "Crohns", "1a", "a b", "x" * 41])
def test_a_short_name_is_plain(bare: Machine, slug: str) -> None:
    add = ("group", "add", slug, "--title", "T", "--condition", "crohns")
    assert "small letters, digits and dashes" in bare.refuses(*add)


def test_a_short_name_is_given_once(machine: Machine) -> None:
    assert "already" in machine.refuses(*ADD)


def test_only_what_is_named_changes(machine: Machine) -> None:
    shown = machine.json("group", "set", "crohns", "--urgent-line", "0300 1", "--quiet", "none")
    assert (shown["urgent_line"], shown["quiet_from"]) == ("0300 1", None)
    assert shown["title"] == "Crohn’s circle"
    assert machine.audit()[-1].detail == "urgent_line, quiet"
    shown = machine.json("group", "set", "crohns", "--urgent-line", "", "--quiet", "21:30-07:00")
    assert (shown["urgent_line"], shown["quiet_from"]) == (None, "21:30")


@pytest.mark.parametrize("quiet", ["22-8", "25:00-08:00", "22:00-22:00", "often"])
def test_quiet_hours_are_two_times(machine: Machine, quiet: str) -> None:
    assert "22:00-08:00" in machine.refuses("group", "set", "crohns", "--quiet", quiet)


def test_the_list_is_readable(machine: Machine) -> None:
    listed = machine.says("group", "list")
    assert "crohns: Crohn’s circle" in listed
    assert "quiet hours 22:00-08:00" in listed
    assert "0 members" in listed


def test_without_a_group_every_command_says_how_to_add_one(bare: Machine) -> None:
    assert "no group yet" in bare.says("group", "list")
    assert "roundtable group add" in bare.refuses("invite", "new")


def test_with_several_groups_one_has_to_be_named(machine: Machine) -> None:
    machine.says("group", "add", "two", "--title", "Two", "--condition", "crohns")
    assert "--group with one of: crohns, two" in machine.refuses("invite", "list")
    assert "There is: crohns, two" in machine.refuses("invite", "list", "--group", "three")
    assert machine.json("invite", "list", "--group", "two") == []


def test_a_code_to_bind_a_room_is_made(machine: Machine) -> None:
    shown = machine.json("group", "bind", "crohns", "--purpose", "staff")
    assert shown["command"].startswith("/setup ")
    assert machine.audit()[-1].action == "binding offered"
    assert shown["command"].split()[1] not in machine.audit()[-1].model_dump_json()
    assert "/setup " in machine.says("group", "bind", "crohns")
