import shutil
from pathlib import Path

from typer.testing import CliRunner

from bot.cli.app import app
from tests.cli.conftest import Machine
from tests.library import packs


def test_the_content_that_comes_along_is_right(machine: Machine) -> None:
    assert "0 errors" in machine.says("library", "check", "--today", "2026-11-24")


def test_a_broken_pack_is_named_by_file_line_and_reason(tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "gout"
    pack.mkdir(parents=True)
    (pack / "condition.toml").write_text("title = 3\n", "utf-8")
    done = CliRunner().invoke(app, ["library", "check", str(tmp_path / "packs")])
    assert done.exit_code == 1
    assert "condition.toml:1: error: " in done.stdout
    done = CliRunner().invoke(app, ["library", "check", str(tmp_path / "packs"), "--json"])
    assert done.exit_code == 1
    assert '"severity": "error"' in done.stdout


def test_a_question_shows_what_it_finds(machine: Machine) -> None:
    search = ("library", "search", "--condition", "crohns")
    shown = machine.json(*search, "can I eat fibre during a flare")
    assert shown["confident"]
    assert shown["hits"][0]["score"] > 0.5
    assert "would be answered" in machine.says(*search, "can I eat fibre during a flare")
    assert "I do not know" in machine.says(*search, "who won the football")


def test_a_wrong_day_is_told_as_such(machine: Machine) -> None:
    assert "not a day" in machine.refuses("library", "check", "--today", "soon")


def test_the_condition_is_named_only_where_there_are_several(
    machine: Machine, tmp_path: Path
) -> None:
    shown = machine.json("library", "search", "can I eat fibre")
    assert shown["hits"][0]["sources"][0].startswith("https://")
    root = packs.write(tmp_path / "packs")
    first = next(path for path in root.iterdir() if not path.name.startswith("_"))
    second = shutil.copytree(first, root / "asthma")
    told = (second / "condition.toml").read_text().replace(f'"{first.name}"', '"asthma"', 1)
    (second / "condition.toml").write_text(told)
    search = ("library", "search", "can I eat fibre", "--path", str(root))
    assert "asthma" in machine.refuses(*search)
    assert "asthma" not in machine.says(*search, "--condition", first.name)
