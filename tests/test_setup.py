"""What the set-up promises: hashed locks that name no host, and a reason for every dependency."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt")


def read(name: str) -> str:
    """Return the text of a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """Return the packages of a lock, each with its pin and its hashes."""
    blocks = re.split(r"\n(?=\w)", read(lock).strip())
    return {block.split()[0]: block.partition("    # via")[0] for block in blocks}


def names(requirements: list[str]) -> set[str]:
    """Return the bare names of requirements."""
    return {re.split(r"[\[<>=]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    found = pins(lock)
    assert len(found) > 20
    assert all("==" in name and "--hash=sha256:" in text for name, text in found.items())


@pytest.mark.parametrize("file", [*LOCKS, "pyproject.toml", "Makefile", ".ci/run", ".ci/setup"])
def test_no_registry_host_is_named(file: str) -> None:
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", read(file))


def test_the_development_lock_contains_the_runtime_lock() -> None:
    runtime, development = (pins(lock) for lock in LOCKS)
    assert {name: development.get(name) for name in runtime} == runtime


def test_every_dependency_says_why() -> None:
    groups = PROJECT["dependency-groups"]
    wanted = names(PROJECT["project"]["dependencies"] + groups["build"] + groups["dev"])
    explained = set(re.findall(r"^\| ([\w.-]+) \|", read("docs/why.md"), flags=re.MULTILINE))
    assert "starlette" in wanted
    assert wanted <= explained
