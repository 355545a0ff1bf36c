from datetime import UTC, datetime, timedelta

import pytest

from bot.store.people import Role
from tests.cli.conftest import Machine

DAY = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
ADD = ("slots", "add", "--day", DAY, "--start", "09:00", "--end", "10:00")


def test_times_are_opened_and_listed(machine: Machine) -> None:
    okafor = machine.person("Dr. Okafor", Role.CLINICIAN)
    made = machine.json(*ADD, "--clinician", okafor, "--place", "Room 3")
    assert [(row["place"], row["state"], row["clinician"]) for row in made] == [
        ("Room 3", "free", okafor)
    ] * 2
    assert machine.json("slots", "list") == made
    assert "09:00-09:30  free    Room 3" in machine.says("slots", "list")
    entry = machine.audit()[-1]
    assert (entry.action, entry.subject, entry.detail) == ("slots opened", made[0]["id"], "2 times")


def test_what_was_opened_is_shown(machine: Machine) -> None:
    assert "Opened 1 time:" in machine.says(*ADD, "--minutes", "60")
    assert "no times" in machine.says("slots", "list", "--days", "1")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("--day", "tomorrow"), "not a day"),
        (("--start", "9"), "not a time"),
        (("--start", "11:00"), "later than the start"),
        (("--day", "2020-01-01"), "passed"),
        (("--clinician", "nobody"), "Nobody of the team"),
    ],
)
def test_what_cannot_be_opened_is_said(
    machine: Machine, change: tuple[str, ...], sentence: str
) -> None:
    assert sentence in machine.refuses(*ADD, *change)
    assert machine.json("slots", "list") == []


def test_a_patient_is_nobodys_clinician(machine: Machine) -> None:
    assert "Nobody of the team" in machine.refuses(*ADD, "--clinician", machine.person("Ana"))
