"""Sees to a Chromium for the tests of the pages: an installed one, else one that this machine can install."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
_ADVICE = """No Chrome or Chromium was found, and none could be installed. The tests of the phone page need one:
  Debian, Ubuntu: sudo apt-get install chromium
  macOS:          brew install --cask chromium
  elsewhere:      install Chrome, or name the program in the variable CHROMIUM"""


def find_chromium() -> Path | None:
    """Find a browser: what the variable CHROMIUM names, one on the path or in its usual place, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    places = (*_PLACES, _playwrights_own())
    return next((place for place in places if place.is_file()), None)


def _playwrights_own() -> Path:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - starts a driver: only if there is no other browser

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _install_with_apt() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    for command in (["apt-get", "update", "--quiet"], install):
        subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        )


def _install_with_playwright() -> None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def ensure_chromium() -> Path | None:
    """Find a browser, or install one by the first way that works."""
    ways: tuple[Callable[[], None], ...] = (_install_with_apt, _install_with_playwright)
    for install in ways:
        found = find_chromium()
        if found:
            return found
        print("Installing Chromium for the tests of the pages")
        install()
    return find_chromium()


def main() -> int:
    """Write where the browser is into the file of the command line; 1 if there is none."""
    found = ensure_chromium()
    if found is None:
        print(_ADVICE, file=sys.stderr)
        return 1
    Path(sys.argv[1]).write_text(f"{found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
