"""The import contracts: each module has its place, and a wrong import is caught."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS = CONFIG["tool"]["importlinter"]["contracts"][0]["layers"]
LINTER = """
import sys
from importlinter.cli import lint_imports_command
sys.path.insert(0, ".")
lint_imports_command()
"""


def modules_of_bot() -> set[str]:
    """Return the modules and packages that stand directly in bot/."""
    found = {path.stem for path in (ROOT / "bot").glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}
    return {f"bot.{name}" for name in found}


def test_every_module_has_its_place_in_the_layers() -> None:
    placed = set(re.findall(r"[\w.]+", " ".join(LAYERS)))
    modules = modules_of_bot()
    assert {"bot.events", "bot.store"} <= modules
    assert modules <= placed


def test_the_smallest_bot_keeps_them(tmp_path: Path) -> None:
    assert contracts_hold(small_bot(tmp_path))


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("bot/events.py", "import bot.store"),
        ("bot/store/__init__.py", "import bot.app"),
        ("bot/app.py", "import handlers"),
        ("bot/web/__init__.py", "import bot.app"),
        ("handlers/tips.py", "import bot.outbox"),
        ("handlers/tips.py", "import bot.platforms.web"),
        ("handlers/tips.py", "import bot.app"),
        ("handlers/tips.py", "import telegram"),
        ("bot/platforms/web/__init__.py", "import discord"),
        ("bot/platforms/web/__init__.py", "import bot.platforms.other"),
    ],
)
def test_a_wrong_import_is_caught(tmp_path: Path, importer: str, line: str) -> None:
    tree = small_bot(tmp_path)
    (tree / importer).write_text(line, encoding="utf-8")
    assert not contracts_hold(tree)


def small_bot(folder: Path) -> Path:
    """Write a bot of empty modules, under the contracts of this project."""
    names = [layer.strip("()") for layer in re.findall(r"\(?bot\.\w+\)?", " ".join(LAYERS))]
    files = [f"{name.replace('.', '/')}/__init__.py" for name in [*names, "bot", "handlers"]]
    files += [f"bot/platforms/{name}/__init__.py" for name in ("web", "other", "discord")]
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    for name in ("events", "app"):  # as modules, like the real ones
        shutil.rmtree(folder / "bot" / name)
        (folder / "bot" / f"{name}.py").touch()
    (folder / "bot/platforms/discord/__init__.py").write_text("import discord", encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def contracts_hold(tree: Path) -> bool:
    """Run import-linter there; a linter that could not look at all is an error."""
    done = subprocess.run(
        [sys.executable, "-c", LINTER, "--no-logo", "--no-cache"],
        check=False,
        cwd=tree,
        capture_output=True,
        text=True,
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return done.returncode == 0
