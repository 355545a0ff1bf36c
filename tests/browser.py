"""The Chromium of the browser tests: the machine's own where there is one.

`python -m tests.browser` finds it, or installs it, and prints where it is.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# A browser under test talks to our own server and to nobody else.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class LaunchOptions(TypedDict, total=False):
    """What Playwright's `chromium.launch` is told."""

    args: list[str]
    executable_path: str


@cache
def find_browser() -> Path | None:
    """Return the machine's own Chromium or Chrome, or None to use Playwright's."""
    return next(filter(_runs, candidates(os.environ, MAC_PATHS)), None)


def launch_options() -> LaunchOptions:
    """Return what to launch Chromium with: `await pw.chromium.launch(**launch_options())`."""
    return options_for(find_browser(), root=os.geteuid() == 0)


def options_for(browser: Path | None, *, root: bool) -> LaunchOptions:
    """Return the launch options for this browser; root's Chromium cannot build its sandbox."""
    options = LaunchOptions(args=[*QUIET, *(["--no-sandbox"] if root else [])])
    if browser:
        options["executable_path"] = str(browser)
    return options


def candidates(environ: Mapping[str, str], extra: Iterable[str] = ()) -> Iterator[Path]:
    """Return the places where a browser is: $CHROMIUM first, then $PATH, then `extra`."""
    if named := environ.get("CHROMIUM"):
        yield Path(named)
    for name in NAMES:
        if found := shutil.which(name, path=environ.get("PATH")):
            yield Path(found)
    yield from (Path(place) for place in extra if Path(place).exists())


def _runs(browser: Path) -> bool:
    # Ubuntu's chromium-browser may be a script that only says to install a snap.
    try:
        subprocess.run([browser, "--version"], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def is_debian(os_release: str) -> bool:
    """Tell from /etc/os-release whether apt has a real Chromium; Ubuntu's is only a snap."""
    return "ID=debian" in os_release.replace('"', "").splitlines()


def install() -> Path:
    """Install a Chromium, from Debian's own packages if we may, else Playwright's."""
    print("Installing Chromium for the browser tests (first time only)...", file=sys.stderr)
    if not (_may_use_apt() and _apt_installs()):
        _playwright_installs()
    find_browser.cache_clear()
    return find_browser() or playwrights_own()


def playwrights_own() -> Path:
    """Return where Playwright keeps the Chromium that belongs to it, installed or not."""
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _may_use_apt() -> bool:
    release = Path("/etc/os-release")
    debian = release.exists() and is_debian(release.read_text(encoding="utf-8"))
    return debian and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_installs() -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return all(_succeeds(["apt-get", *step], quiet) for step in steps)


def _playwright_installs() -> None:
    # As root on Linux the libraries that it needs can come along.
    libraries = platform.system() == "Linux" and os.geteuid() == 0
    command = [sys.executable, "-m", "playwright", "install"]
    if not _succeeds([*command, *(["--with-deps"] if libraries else []), "chromium"], os.environ):
        sys.exit("The browser tests need Chromium. Install it, or: make test CHROMIUM=/path/to/it")


def _succeeds(command: list[str], environ: Mapping[str, str]) -> bool:
    done = subprocess.run(command, check=False, env=environ, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
    return done.returncode == 0


def main() -> None:
    """Print where the Chromium of the tests is, after installing it if there is none."""
    browser = find_browser() or playwrights_own()
    print("Browser tests use", browser if browser.exists() else install())


if __name__ == "__main__":
    main()
