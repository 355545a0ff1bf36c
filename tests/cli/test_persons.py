from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import Admit, Remove, Send
from bot.store import groups, people
from bot.store.people import Role
from tests.cli.conftest import Machine


def test_people_are_listed_with_their_roles(machine: Machine) -> None:
    assert "Nobody" in machine.says("person", "list")
    ana = machine.person("Ana")
    listed = machine.json("person", "list")
    assert [(row["id"], row["name"], row["role"]) for row in listed] == [(ana, "Ana", "member")]
    assert "Ana" in machine.says("person", "list")


def test_a_new_role_is_told_and_opens_the_staff_room(machine: Machine) -> None:
    kim = machine.person("Kim")
    assert machine.says("person", "grant", kim, "reviewer") == "Kim is reviewer in crohns.\n"
    told = machine.waiting()
    assert [a.text for a in told if isinstance(a, Send)] == [
        "Your role in Crohn’s circle is now: reviewer."
    ]
    assert len([a for a in told if isinstance(a, Admit) and a.who == "web:@kim"]) == 2
    entry = machine.audit()[-1]
    assert (entry.action, entry.subject, entry.detail) == (
        "role changed",
        kim,
        "member to reviewer",
    )


def test_a_role_taken_away_closes_the_staff_room(machine: Machine) -> None:
    kim = machine.person("Kim", Role.REVIEWER)
    machine.says("person", "grant", kim, "mentor")
    assert len([a for a in machine.waiting() if isinstance(a, Remove)]) == 1


def test_the_same_role_again_changes_nothing(machine: Machine) -> None:
    kim = machine.person("Kim")
    before = len(machine.audit())
    assert machine.json("person", "grant", kim, "member")["role"] == "member"
    assert len(machine.audit()) == before
    assert machine.waiting() == []


def test_somebody_is_removed_and_told(machine: Machine) -> None:
    ana = machine.person("Ana")
    shown = machine.json("person", "remove", ana)
    assert shown["left_at"] is not None
    assert machine.json("person", "list") == []
    told = machine.waiting()
    assert any(isinstance(a, Send) and "ended your place" in a.text for a in told)
    assert any(isinstance(a, Remove) and a.who == "web:@ana" for a in told)
    assert machine.audit()[-1].action == "removed"
    assert "Nobody in crohns" in machine.refuses("person", "remove", ana)


def test_the_last_owner_stays(machine: Machine) -> None:
    sam = machine.person("Sam", Role.OWNER)
    machine.person("Kim", Role.ADMIN)
    assert "last person in charge" in machine.refuses("person", "remove", sam)
    assert "last person in charge" in machine.refuses("person", "grant", sam, "member")
    olu = machine.person("Olu")
    machine.says("person", "grant", olu, "owner")
    machine.says("person", "remove", sam)


def test_an_admin_who_became_an_owner_left_no_group_alone(machine: Machine) -> None:
    kim = machine.person("Kim", Role.ADMIN)
    assert machine.json("person", "grant", kim, "owner")["role"] == "owner"


def test_somebody_without_an_account_is_told_nothing(machine: Machine) -> None:
    async def work(db: AsyncSession) -> str:
        now = datetime.now(UTC)
        group = await groups.find(db, "crohns")
        assert group is not None
        person = await people.create(db, "Ghost", now)
        await people.admit(db, person.id, group.id, Role.MEMBER, "1", now)
        return person.id

    machine.says("person", "grant", machine.with_db(work), "mentor")
    assert machine.waiting() == []


def test_no_id_looks_like_an_option() -> None:
    ids = {people.new_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert not any(one.startswith("-") for one in ids)
