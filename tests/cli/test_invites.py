from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import invites
from tests.cli.conftest import Machine


def opens(machine: Machine, code: str) -> bool:
    async def work(db: AsyncSession) -> bool:
        return await invites.find(db, code, datetime.now(UTC)) is not None

    return machine.with_db(work)


def test_an_owner_gets_a_code_that_works_once(machine: Machine) -> None:
    shown = machine.json("owner")
    assert (shown["role"], shown["uses"], shown["group"]) == ("owner", 1, "crohns")
    assert shown["link"] == f"http://127.0.0.1:8080/join/{shown['code']}"
    assert opens(machine, shown["code"])


def test_an_invite_is_made_listed_and_revoked(machine: Machine) -> None:
    shown = machine.json("invite", "new", "--label", "ward 3", "--days", "2", "--uses", "5")
    listed = machine.json("invite", "list")
    assert [(row["id"], row["state"], row["uses"]) for row in listed] == [(shown["id"], "open", 5)]
    assert "member “ward 3”: open, used 0 of 5" in machine.says("invite", "list")
    assert machine.json("invite", "revoke", shown["id"])["state"] == "revoked"
    assert not opens(machine, shown["code"])
    acts = [(entry.actor, entry.action, entry.subject) for entry in machine.audit()[-2:]]
    assert acts == [("cli", "invite made", shown["id"]), ("cli", "invite revoked", shown["id"])]
    assert not any(shown["code"] in entry.model_dump_json() for entry in machine.audit())


def test_a_new_invite_is_shown_for_people(machine: Machine) -> None:
    said = machine.says("invite", "new", "--role", "clinician")
    assert "to crohns as clinician, for 1 to use" in said
    assert "cannot be shown again" in said
    assert "no invites yet" not in machine.says("invite", "list")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("--days", "0"), "1 to 365 days"),
        (("--uses", "0"), "1 to 500 people"),
        (("--role", "owner", "--uses", "2"), "one person only"),
        (("--label", "x" * 61), "simpler note"),
    ],
)
def test_what_cannot_be_made_is_said(
    machine: Machine, change: tuple[str, ...], sentence: str
) -> None:
    assert sentence in machine.refuses("invite", "new", *change)
    assert "no invites yet" in machine.says("invite", "list")


def test_only_an_invite_of_the_group_is_revoked(machine: Machine) -> None:
    assert "no invite nothing in crohns" in machine.refuses("invite", "revoke", "nothing")
