import sqlite3
from contextlib import closing
from pathlib import Path

from typer.testing import CliRunner

from bot.cli.app import app
from bot.store.people import Role
from tests.cli.conftest import Machine


def keys(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["keys", "new", *words])
    return done.exit_code, done.output


def test_a_key_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    file = tmp_path / "key" / "master.key"
    assert keys(str(file))[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_written_over_another_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("mine")
    code, said = keys(str(file))
    assert (code, file.read_text()) == (2, "mine")
    assert "left as it is" in said


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    code, said = keys(str(tmp_path / ("x" * 300)))
    assert code == 2
    assert "cannot be written: File name too long" in said


def test_the_audit_log_is_whole_until_somebody_changes_it(machine: Machine) -> None:
    assert machine.json("audit", "verify") == {"entries": 1, "broken": None}
    assert machine.says("audit", "verify") == "All 1 rows are whole.\n"
    with closing(sqlite3.connect(machine.folder / "db" / "roundtable.db")) as database:
        database.execute("UPDATE audit SET actor = 'somebody else'")
        database.commit()
    done = machine.type("audit", "verify")
    assert done.exit_code == 1
    assert "Row 1 was changed" in done.stdout


def test_the_database_is_brought_up_to_date_once(bare: Machine) -> None:
    first = bare.json("migrate")
    assert first["from"] is None
    assert bare.json("migrate") == {"from": first["to"], "to": first["to"]}
    assert "is at step" in bare.says("migrate")


def test_another_key_is_one_sentence_and_nothing_is_mixed(machine: Machine) -> None:
    machine.person("Sam", Role.ADMIN)
    key = machine.folder / "key" / "master.key"
    key.unlink()
    assert keys(str(key))[0] == 0
    assert "it was made with another key" in machine.refuses("group", "list")
    assert "it was made with another key" in machine.refuses("run")
