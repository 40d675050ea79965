"""What a command says: data to stdout, words to stderr."""

import json
import sys
from collections.abc import Iterable


def say(*sentences: str) -> None:
    """Tell a person something; it never mixes with the data."""
    for sentence in sentences:
        print(sentence, file=sys.stderr, flush=True)


def print_lines(lines: Iterable[str]) -> None:
    """Print data for people."""
    for line in lines:
        print(line)


def print_json(value: object) -> None:
    """Print data for programs; in ASCII, so that nothing in it acts on a terminal."""
    print(json.dumps(value, indent=2))
