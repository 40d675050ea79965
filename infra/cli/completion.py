"""``nightbell completion``: what a shell needs to complete the command, written from the command's own parser."""

import argparse
from collections.abc import Iterator, Mapping

import shtab

from infra.cli.outcome import OK
from infra.cli.parser import build_parser
from infra.cli.printing import print_lines, say

_INSTALLED = {
    "bash": "nightbell completion bash > ~/.local/share/bash-completion/completions/nightbell",
    "zsh": 'nightbell completion zsh > "${fpath[1]}/_nightbell"',
    "fish": "nightbell completion fish > ~/.config/fish/completions/nightbell.fish",
}


def write(arguments: argparse.Namespace) -> int:
    """Print the script of one shell."""
    print_lines([script(arguments.shell)])
    say(f"To have it in every new shell: {_INSTALLED[arguments.shell]}")
    return OK


def script(shell: str) -> str:
    """Write the script of one shell."""
    parser = build_parser()
    for each in _with_all_below(parser):
        for action in each._actions:  # noqa: SLF001 - argparse tells its own arguments in no other way
            if action.metavar == "FILE":
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell))


def _with_all_below(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:  # noqa: SLF001 - as above
        if isinstance(action.choices, Mapping):
            for below in action.choices.values():
                yield from _with_all_below(below)
