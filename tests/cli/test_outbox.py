from tests.cli.conftest import Machine


def test_an_empty_outbox_says_so(machine: Machine) -> None:
    assert machine.says("outbox", "list") == "It is empty.\n"
    assert "nothing" in machine.says("outbox", "retry", "--all")


def test_what_could_not_be_sent_is_listed_without_its_words(machine: Machine) -> None:
    machine.dead("a")
    shown = machine.json("outbox", "list")
    assert shown["counts"] == {"dead": 1}
    assert (shown["dead"][0]["kind"], shown["dead"][0]["error"]) == ("send", "the account is gone")
    said = machine.says("outbox", "list")
    assert "1 dead" in said
    assert "the account is gone" in said
    assert "secret" not in said


def test_it_can_be_tried_again(machine: Machine) -> None:
    machine.dead("a", "b", "c")
    number = machine.json("outbox", "list")["dead"][0]["number"]
    assert machine.json("outbox", "retry", str(number)) == {"retried": [number]}
    assert machine.audit()[-1].action == "outbox retried"
    assert "not among" in machine.refuses("outbox", "retry", str(number))
    assert len(machine.json("outbox", "retry", "--all")["retried"]) == 2
    assert machine.json("outbox", "list")["counts"] == {"ready": 3}


def test_one_or_all_has_to_be_said(machine: Machine) -> None:
    assert "--all" in machine.refuses("outbox", "retry")
    assert "--all" in machine.refuses("outbox", "retry", "1", "--all")
