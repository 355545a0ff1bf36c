from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Address
from bot.store import groups
from tests.cli.conftest import Machine


def bind(machine: Machine, purpose: str, number: int) -> None:
    """Give the group a room on Discord."""

    async def work(db: AsyncSession) -> None:
        group = await groups.find(db, "crohns")
        assert group is not None
        room = Address(f"discord:{number}")
        await groups.add_room(db, group.id, room, purpose, datetime.now(UTC))

    machine.with_db(work)


def test_it_says_how_strong_each_rule_is_without_a_database(bare: Machine) -> None:
    said = bare.says("parity")
    assert "phone number: blocked before anybody reads it." in said
    assert "crisis: it stands there, and the team is told at once." in said
    assert "names of files: not looked for." in said
    assert "Lets through" not in said
    assert not (bare.folder / "db").exists()


def test_json_holds_the_same(machine: Machine) -> None:
    told = machine.json("parity")
    assert told["gaps"] == []
    assert [list(one) for one in told["rules"]] == [
        ["rule", "strength", "lost", "missed", "caught"]
    ] * len(told["rules"])
    assert {one["strength"] for one in told["rules"]} == {"before", "after", "never"}


def test_a_room_without_a_staff_room_is_a_cross_and_exit_code_1(machine: Machine) -> None:
    bind(machine, groups.GROUP, 1)
    done = machine.type("parity")
    assert done.exit_code == 1
    assert done.stdout.startswith("✗ Crohn’s circle has no staff room on Discord")
    assert machine.type("parity", "--json").exit_code == 1
    bind(machine, groups.STAFF, 2)
    assert "✗" not in machine.says("parity")
