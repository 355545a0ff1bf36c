"""The choice of a browser, without starting one."""

from pathlib import Path

import pytest

from tests.browser import candidates, is_debian, options_for


def program(folder: Path, name: str) -> Path:
    """Put a program of this name into the folder."""
    place = folder / name
    place.write_text("#!/bin/sh\n")
    place.chmod(0o755)
    return place


def test_a_named_browser_goes_before_those_on_the_path(tmp_path: Path) -> None:
    on_path = program(tmp_path, "chromium")
    places = candidates({"CHROMIUM": "/opt/mine", "PATH": str(tmp_path)})
    assert list(places) == [Path("/opt/mine"), on_path]


def test_an_application_counts_only_where_it_is_installed(tmp_path: Path) -> None:
    there = program(tmp_path, "Chromium")
    extra = [str(there), str(tmp_path / "Chrome")]
    assert list(candidates({"PATH": "/nowhere"}, extra)) == [there]


def test_only_root_goes_without_a_sandbox() -> None:
    assert "--no-sandbox" in options_for(None, root=True)["args"]
    assert "--no-sandbox" not in options_for(None, root=False)["args"]


def test_without_a_browser_of_the_machine_playwright_takes_its_own() -> None:
    assert "executable_path" not in options_for(None, root=False)
    assert options_for(Path("/opt/mine"), root=False)["executable_path"] == "/opt/mine"


@pytest.mark.parametrize(
    ("os_release", "answer"),
    [
        ("PRETTY_NAME=x\nID=debian\n", True),
        ('ID="debian"\n', True),
        ("ID=ubuntu\nID_LIKE=debian\n", False),
    ],
)
def test_only_debian_itself_has_a_chromium_in_apt(os_release: str, answer: bool) -> None:
    assert is_debian(os_release) is answer
