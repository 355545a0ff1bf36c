"""The command line as a whole: what it says, what it documents, and how it fails."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from bot import __main__
from bot.cli.app import app
from bot.settings import Settings
from tests.cli.conftest import ROOT, Machine

DOCS = (ROOT / "docs" / "cli.md").read_text("utf-8")
HERE = ("--group", "crohns")
EXAMPLE = (ROOT / "config.example.toml").read_text("utf-8")


def commands() -> dict[str, list[str]]:
    """Return every command, with its options."""
    found: dict[str, list[str]] = {}

    def walk(group: TyperGroup, name: str) -> None:
        for part, command in group.commands.items():
            if isinstance(command, TyperGroup):
                walk(command, f"{name} {part}")
            else:
                options = [option for parameter in command.params for option in parameter.opts]
                found[f"{name} {part}"] = [one for one in options if one.startswith("--")]

    whole = get_command(app)
    assert isinstance(whole, TyperGroup)
    walk(whole, "roundtable")
    return found


def section(name: str) -> str:
    """Return what docs/cli.md says about a command."""
    found = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/cli.md says nothing about {name}"
    return found[1]


def shape(value: object) -> object:
    """Return the names in a JSON value, without what they hold."""
    if isinstance(value, dict):
        return {name: shape(below) for name, below in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def documented(name: str) -> object:
    """Return the shape of JSON that docs/cli.md promises for a command."""
    found = re.search(r"```json\n(.*?)\n```", section(f"roundtable {name}"), re.DOTALL)
    assert found is not None
    return shape(json.loads(found[1]))


def test_every_command_and_every_option_is_documented() -> None:
    every = commands()
    assert len(every) > 15
    for name, options in every.items():
        said = section(name)
        assert [option for option in options if f"`{option}`" not in said] == [], name
        assert ("```json" in said) == ("--json" in options), name


def test_nothing_else_is_documented() -> None:
    assert set(re.findall(r"^### (.+)$", DOCS, re.MULTILINE)) == set(commands())


def test_what_is_printed_has_the_documented_shape(machine: Machine) -> None:
    ana, invite = machine.person("Ana"), machine.json("invite", "new")
    week = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    day = ("--day", week, "--start", "09:00", "--end", "10:00")
    machine.dead("a")
    typed: list[tuple[str, ...]] = [
        ("group add", "two", "--title", "Two", "--condition", "crohns", "--urgent-line", "1"),
        ("group set", "crohns"),
        ("group list",),
        ("group bind", "crohns"),
        ("owner", *HERE),
        ("invite new", *HERE),
        ("invite list", *HERE),
        ("invite revoke", invite["id"], *HERE),
        ("person list", *HERE),
        ("person grant", ana, "mentor", *HERE),
        ("person remove", ana, *HERE),
        ("slots add", *day, *HERE),
        ("slots list", "--days", "366", *HERE),
        ("library search", "can I eat fibre", "--condition", "crohns"),
        ("outbox list",),
        ("outbox retry", "--all"),
        ("audit verify",),
        ("migrate",),
    ]
    for name, *words in typed:
        shown = machine.json(*name.split(), *words)
        assert shown, name
        assert shape(shown) == documented(name), name


def test_help_lists_what_there_is_and_comes_at_once() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.monotonic() - began < 10
    for name in ("run", "demo", "group", "library", "outbox"):
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE)


def test_the_installed_command_is_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["roundtable", "invite", "--help"])
    with pytest.raises(SystemExit) as left:
        __main__.main()
    assert left.value.code == 0
    assert "Usage: roundtable invite" in capsys.readouterr().out


def test_a_command_without_a_file_of_settings_uses_the_one_here(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(machine.folder)
    done = CliRunner().invoke(app, ["group", "list", "--json"])
    assert json.loads(done.stdout)[0]["slug"] == "crohns"


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("[site]\nprot = 1\n", "config.toml: [site] prot: there is no such setting."),
        ("", "[security] key_file: is missing."),
        ('[security]\nkey_file = "none"\n', "there is no none; make one"),
        (
            '[database]\npath = "k/a.db"\n[security]\nkey_file = "k/b"\n',
            "must not be in the folder",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(bare: Machine, config: str, sentence: str) -> None:
    content = f'[content]\npath = "{ROOT / "content_library"}"\n'
    bare.config.write_text(content + config, "utf-8")
    assert sentence in bare.refuses("group", "list")
    assert sentence in bare.refuses("run")


def test_a_file_that_is_not_there_is_one_sentence(bare: Machine) -> None:
    bare.config.unlink()
    assert "there is no such file" in bare.refuses("group", "list")


def test_the_example_holds_every_setting_with_its_default_and_its_meaning() -> None:
    settings = Settings()
    everything = tomllib.loads(re.sub(r"^# (\w+ = .*)$", r"\1", EXAMPLE, flags=re.MULTILINE))
    set_here = tomllib.loads(EXAMPLE)
    known = settings.model_dump(mode="json")
    assert {name: set(table) for name, table in everything.items()} == {
        name: set(table) for name, table in known.items()
    }
    for name, table in set_here.items():
        assert table == {key: known[name][key] for key in table}
    for name in known:
        below = EXAMPLE.partition(f"[{name}]\n")[2].partition("\n[")[0]
        for key, field in type(getattr(settings, name)).model_fields.items():
            line = re.search(rf"^# (.+)\n(?:# )?{key} = ", below, re.MULTILINE)
            assert line is not None, key
            assert field.description in {line[1], None}


@pytest.fixture
def running(machine: Machine) -> Iterator[subprocess.Popen[str]]:
    """Run the bot as an operator does, on a free port."""
    machine.config.write_text(
        machine.config.read_text("utf-8") + "[site]\nport = 0\n[log]\nformat = 'json'\n", "utf-8"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", str(machine.config)],
        cwd=machine.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_the_bot_runs_until_it_is_told_to_stop(
    running: subprocess.Popen[str], machine: Machine
) -> None:
    assert running.stdout is not None
    assert "Roundtable is running at http://127.0.0.1" in running.stdout.readline()
    assert machine.json("invite", "new")["state"] == "open"
    assert "another Roundtable" in machine.refuses("run")
    running.send_signal(signal.SIGTERM)
    rest, logged = running.communicate(timeout=30)
    assert running.returncode == 0
    assert "Stopped." in rest
    assert all(json.loads(line)["level"] for line in logged.splitlines())


def test_a_port_in_use_is_one_sentence(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ear:
        port = ear.getsockname()[1]
        machine.config.write_text(
            machine.config.read_text("utf-8") + f"[site]\nport = {port}\n", "utf-8"
        )
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run", "--config", str(machine.config)],
            cwd=machine.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr
