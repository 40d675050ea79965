"""How every noun and verb of the command line is described: with what it is for, and an example."""

import argparse
from typing import Any

ID = "conversation_id, as nightbell desk list shows it"
AN_ID = "'C#messenger.100000000000001.5000000000000001'"

Commands = Any
"""What argparse returns by ``add_subparsers``; it has no public name."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Lets every noun and verb stand on one line with what it is for; argparse forgets that they are indented."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = len("quarantine") + 4


class Parser(argparse.ArgumentParser):
    """One command, described with an example."""

    def __init__(self, *, example: str = "", **named: Any) -> None:  # noqa: ANN401 - argparse's own
        """Describe it."""
        epilog = f"example:\n  {example}" if example else None
        super().__init__(epilog=epilog, formatter_class=_Formatter, allow_abbrev=False, **named)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - argparse's own
        """Refuse what a command does not know with that command's usage; argparse would show the whole program's."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return found, left


def verbs_of(nouns: Commands, noun: str, about: str, example: str) -> Commands:
    """Add a noun, whose verbs come next."""
    parser = nouns.add_parser(noun, help=about, description=f"{about[0].upper()}{about[1:]}.", example=example)
    return parser.add_subparsers(metavar="VERB", required=True)


def add_verb(verbs: Commands, verb: str, about: str, *, runs: str, example: str, stage: bool = True) -> Any:  # noqa: ANN401, PLR0913 - argparse's own; what a verb consists of
    """Add a verb that runs ``module:function``."""
    parser = verbs.add_parser(verb, help=about, description=f"{about[0].upper()}{about[1:]}.", example=example)
    parser.set_defaults(runs=runs)
    if stage:
        parser.add_argument("--stage", help="such as dev; otherwise $STAGE, or the local cloud if it runs")
    return parser


def add_json(parser: Any) -> None:  # noqa: ANN401 - argparse's own
    """Let a command speak to programs."""
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def add_agent(parser: Any) -> None:  # noqa: ANN401 - argparse's own
    """Let a command be told who acts."""
    parser.add_argument("--agent", help="who you are; otherwise $NIGHTBELL_AGENT, or your login name")
