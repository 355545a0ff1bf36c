"""What the doctor says about a machine that is well, and about each thing that can be wrong."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot import main
from bot.cli import doctor, examine
from bot.platforms import Finding
from bot.settings import Site
from bot.store import migrate, vault
from tests.cli.conftest import ROOT, Machine
from tests.library import packs

DOCS = (ROOT / "docs" / "cli.md").read_text("utf-8")


def look(machine: Machine) -> tuple[int, list[dict[str, Any]]]:
    """Ask the doctor and return the exit code and what was found."""
    done = machine.type("doctor", "--json")
    assert "Traceback" not in done.output
    return done.exit_code, json.loads(done.stdout)


def said(machine: Machine, area: str, level: str) -> str:
    """Ask the doctor and return all that is said about one area at one level."""
    code, rows = look(machine)
    assert code == int(any(row["level"] == "wrong" for row in rows))
    return " ".join(
        f"{row['what']} {row['advice']}"
        for row in rows
        if (row["area"], row["level"]) == (area, level)
    )


def database(machine: Machine) -> Path:
    return machine.folder / "db" / "roundtable.db"


def change(machine: Machine, statement: str) -> None:
    with closing(sqlite3.connect(database(machine))) as db:
        db.execute(statement)
        db.commit()


def test_a_machine_that_is_well_has_no_cross(machine: Machine) -> None:
    machine.person("Ana")
    code, rows = look(machine)
    assert code == 0
    assert {"settings", "key", "database", "rows", "disk", "library", "site", "time zones"} < {
        row["area"] for row in rows
    }
    lines = machine.says("doctor").splitlines()
    assert len(lines) == len(rows)
    assert "✓ rows: The key opens what is in the database." in lines
    assert all(line[0] in "✓!" for line in lines)


def test_json_has_the_documented_shape(machine: Machine) -> None:
    found = re.search(r"### roundtable doctor\n.*?```json\n(.*?)\n```", DOCS, re.DOTALL)
    assert found is not None
    names = list(json.loads(found[1])[0])
    assert [list(row) for row in look(machine)[1]] == [names] * len(look(machine)[1])


def test_nothing_is_made_or_changed(bare: Machine) -> None:
    before = sorted(bare.folder.rglob("*"))
    assert "no database yet" in said(bare, "database", "warn")
    assert sorted(bare.folder.rglob("*")) == before


def test_it_works_while_the_bot_runs(machine: Machine) -> None:
    assert not examine.is_running(database(machine))
    with main.only_one(database(machine)):
        assert look(machine)[0] == 0
        assert examine.is_running(database(machine))
    assert not examine.is_running(database(machine))


def test_a_wrong_setting_is_a_finding(bare: Machine) -> None:
    bare.config.write_text("[site]\nprot = 1\n", "utf-8")
    assert "there is no such setting" in said(bare, "settings", "wrong")


def test_a_key_beside_the_database_is_unsafe(machine: Machine) -> None:
    shutil.copy(machine.folder / "key" / "master.key", machine.folder / "db" / "master.key")
    written = machine.config.read_text("utf-8").replace("key/master.key", "db/master.key")
    machine.config.write_text(written, "utf-8")
    assert "must not be in the folder" in said(machine, "key", "wrong")


def test_a_key_in_the_settings_is_unsafe(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    key = (machine.folder / "key" / "master.key").read_text("ascii").strip()
    monkeypatch.setenv("ROUNDTABLE__SECURITY__KEY", key)
    assert said(machine, "settings", "wrong") == ""
    monkeypatch.delenv("ROUNDTABLE__SECURITY__KEY")
    written = machine.config.read_text("utf-8").replace("[security]", f'[security]\nkey = "{key}"')
    machine.config.write_text(written, "utf-8")
    assert "The master key stands in" in said(machine, "settings", "wrong")
    assert key not in machine.type("doctor").output


def test_a_token_that_others_can_read_is_told(machine: Machine) -> None:
    token = "123456:" + "a" * 30
    with machine.config.open("a", encoding="utf-8") as config:
        config.write(f'[telegram]\ntoken = "{token}"\napi_url = "http://127.0.0.1:9/bot"\n')
    machine.config.chmod(0o644)
    code, rows = look(machine)
    assert code == 1
    assert "cannot be reached" in " ".join(row["what"] for row in rows if row["area"] == "telegram")
    assert "chmod 600" in said(machine, "settings", "warn")
    assert token not in machine.type("doctor").output
    machine.config.chmod(0o600)
    assert said(machine, "settings", "warn") == ""


def test_discord_is_looked_at_too(machine: Machine) -> None:
    assert "not on Discord" in said(machine, "discord", "ok")
    token = "MTAwMDAwMDAwMDAwMDAw.abcdef." + "a" * 30
    with machine.config.open("a", encoding="utf-8") as config:
        config.write(f'[discord]\ntoken = "{token}"\napi_url = "http://127.0.0.1:9/api/v10"\n')
    machine.config.chmod(0o600)
    assert "Discord (127.0.0.1) cannot be reached" in said(machine, "discord", "wrong")
    assert token not in machine.type("doctor").output


def test_another_key_is_told(machine: Machine) -> None:
    machine.person("Ana")
    key = machine.folder / "key" / "master.key"
    key.unlink()
    assert machine.type("keys", "new", str(key)).exit_code == 2  # it takes no --config
    vault.write_key(key)
    assert "made with another key" in said(machine, "rows", "wrong")


@pytest.mark.parametrize(
    ("statement", "level", "words"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "warn", "roundtable migrate"),
        ("UPDATE alembic_version SET version_num = '9999'", "wrong", "a newer program made"),
        ("DELETE FROM alembic_version", "warn", "at step nothing"),
    ],
)
def test_a_database_at_another_step_is_told_and_left(
    machine: Machine, statement: str, level: str, words: str
) -> None:
    change(machine, statement)
    at = migrate.current(database(machine))
    assert words in said(machine, "database", level)
    assert migrate.current(database(machine)) == at
    assert not examine.is_ready(database(machine))


def test_a_broken_database_is_told(machine: Machine) -> None:
    database(machine).write_bytes(b"no database at all, and long enough to be looked at" * 100)
    assert "cannot be read as a database" in said(machine, "database", "wrong")


def test_a_database_that_others_can_read_is_unsafe(machine: Machine) -> None:
    database(machine).chmod(0o644)
    assert "chmod 600" in said(machine, "database", "wrong")


def test_a_clock_that_went_back_is_told(machine: Machine) -> None:
    change(machine, "UPDATE audit SET at = '2099-01-01 00:00:00.000000'")
    assert "clock is behind" in said(machine, "rows", "wrong")


def test_what_could_not_be_answered_is_told(machine: Machine) -> None:
    change(
        machine,
        "INSERT INTO event (id, at, kind, failure) VALUES "
        "('x', '2026-11-24 10:00:00.000000', 'update', 'TypeError')",
    )
    told = said(machine, "rows", "warn")
    assert "1 event could not be answered, the last on 2026-11-24 10:00 UTC (TypeError)." in told


def test_what_could_not_be_sent_is_counted(machine: Machine) -> None:
    machine.dead("a", "b")
    assert "2 messages could not be sent." in said(machine, "rows", "warn")


def test_a_database_without_a_group_says_how_to_add_one(bare: Machine) -> None:
    bare.says("migrate")
    assert "roundtable group add" in said(bare, "rows", "warn")


def test_an_unknown_time_zone_is_told(machine: Machine) -> None:
    change(machine, "UPDATE \"group\" SET timezone = 'Mars/Olympus'")
    assert "Mars/Olympus" in said(machine, "time zones", "wrong")


def test_content_that_is_wrong_or_unsigned_is_one_line(machine: Machine) -> None:
    assert "clinician" in said(machine, "library", "warn")
    written = machine.config.read_text("utf-8").replace(str(ROOT / "content_library"), "nowhere")
    machine.config.write_text(written, "utf-8")
    assert "the bot does not start" in said(machine, "library", "wrong")


def test_content_is_as_its_check_says(tmp_path: Path) -> None:
    signed = {
        f"gout/{name}": text.replace('"editor"', '"dietitian"')
        for name, text in (
            ("research.toml", packs.RESEARCH),
            ("red_flags.toml", packs.RED_FLAGS),
            ("tips.md", packs.TIPS),
            ("faq.md", packs.FAQ),
        )
    }
    root = packs.write(tmp_path, signed)
    (well,) = examine.content(root, date(2026, 6, 1))
    assert (well.level, well.what) == ("ok", "The reviewed content is whole and signed.")
    (late,) = examine.content(root, date(2026, 8, 1))
    assert late.level == "warn"
    assert late.what.endswith("not shown any more.")
    (later,) = examine.content(root, date(2028, 1, 1))
    assert re.search(r", and \d more\.$", later.what)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("free", "level"), [(5_000_000_000, "ok"), (500_000_000, "warn"), (5_000_000, "wrong")]
)
def test_a_full_disk_is_told_in_time(
    monkeypatch: pytest.MonkeyPatch, free: int, level: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, free))
    (finding,) = examine.disk(tmp_path / "not" / "yet" / "there.db")
    assert finding.level == level


@pytest.mark.parametrize(
    ("site", "levels"),
    [
        (Site(), ["warn"]),
        (Site(host="0.0.0.0"), ["wrong"]),  # noqa: S104 - what it warns of
        (Site(public_url="https://groups.clinic"), ["ok", "warn"]),
        (Site(host="10.0.0.1", public_url="https://groups.clinic"), ["ok"]),
        (Site(public_url="https://groups.clinic", behind_proxy=True), ["ok"]),
    ],
)
def test_an_address_that_others_can_read_along_on_is_unsafe(site: Site, levels: list[str]) -> None:
    assert [finding.level for finding in examine.site(site)] == levels


def test_only_a_cross_makes_it_unwell() -> None:
    report = doctor.Report()
    report.add("a", [Finding("warn", "Look.", "Soon.")])
    assert report.well
    assert report.lines() == ["! a: Look. Soon."]
    report.add("a", [Finding("wrong", "No.")])
    assert not report.well
