"""Words that a person writes: on the command line, in a file, or to stdin."""

import argparse
import sys
from pathlib import Path

from infra.cli.outcome import UsageError

MOST_BYTES = 64 * 1024
STDIN = "-"


def read_words(arguments: argparse.Namespace, what: str) -> str:
    """Read what the command is about.

    Raises:
        UsageError: There are no words, or in two places, or they cannot be read.
    """
    if arguments.text is not None and arguments.file is not None:
        raise UsageError(f"Say {what} as an argument or in a file, not both.")
    text = arguments.text if arguments.text is not None else _read(arguments.file, what)
    if not text.strip():
        raise UsageError(f"There are no words in {what}.")
    return text.strip()


def _read(file: str | None, what: str) -> str:
    if file is None and sys.stdin.isatty():
        raise UsageError(f"Say {what}: as an argument, with --file FILE, or on stdin.")
    try:
        raw = sys.stdin.read(MOST_BYTES + 1) if file in {None, STDIN} else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {what}: {error}") from error
    if len(raw) > MOST_BYTES:
        raise UsageError(f"{what[0].upper()}{what[1:]} is too long.")
    return raw
