"""Lines that tell a person what happens and how long it took; colours only on a terminal."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Prints to stderr, so that stdout stays for what was asked for."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Start the clock that every line is stamped with."""
        self._began = time.monotonic()
        self._quiet = quiet

    def say(self, sentence: str) -> None:
        """Print one line with the seconds since the start."""
        if not self._quiet:
            print(f"{time.monotonic() - self._began:6.1f} s  {sentence}", file=sys.stderr, flush=True)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Say what was done, and in what time, once it is done."""
        began = time.monotonic()
        yield
        self.say(f"{what} ({time.monotonic() - began:.1f} s)")


def colour(text: str, code: str) -> str:
    """Colour a text where stdout is a terminal that wants colours (https://no-color.org)."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def bold(text: str) -> str:
    """Print bold."""
    return colour(text, "1")


def green(text: str) -> str:
    """Print green."""
    return colour(text, "32")


def red(text: str) -> str:
    """Print red."""
    return colour(text, "31")


def faint(text: str) -> str:
    """Print faint."""
    return colour(text, "2")
