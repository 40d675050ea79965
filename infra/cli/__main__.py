"""The ``nightbell`` command: ``nightbell <noun> <verb>``, for operators and for the human team.

What a command needs is imported when it runs, so that ``--help`` answers at once.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from infra.cli.outcome import CliError
from infra.cli.parser import build_parser
from infra.cli.printing import say


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it did what it was for, 1 if it was refused, 2 if the command line is wrong."""
    # A customer's words must reach any terminal, also one that cannot write them.
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    arguments = build_parser().parse_args(argv)
    try:
        return _run(arguments)
    except CliError as error:
        say(str(error))
        return error.code
    except BrokenPipeError:
        # Whoever read has seen enough; the interpreter must not complain about it when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _run(arguments: argparse.Namespace) -> int:
    module, function = arguments.runs.split(":")
    code: int = getattr(import_module(module), function)(arguments)
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
