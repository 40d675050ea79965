"""How a replay of settings is described on the command line."""

from typing import Any

from infra.cli.parsing import ID, Commands, add_verb


def add_replay(verbs: Commands) -> Any:  # noqa: ANN401 - argparse's own
    """Describe ``nightbell settings replay``."""
    parser = add_verb(
        verbs,
        "replay",
        "show who would have been told what by changed settings, before they go live",
        runs="infra.cli.settings_replay:replay",
        example="nightbell settings replay --stage prod --since 3d --record week.jsonl",
        stage=False,
    )
    parser.add_argument("--stage", help="replay what waits there, and compare with the settings that it runs with")
    parser.add_argument("--against", metavar="OLD", help="compare with a file, or a git revision; HEAD if not given")
    parser.add_argument("--events", metavar="FILE", help="replay a recorded file, or an export of the table, instead")
    parser.add_argument("--since", default="7d", metavar="TIME", help="who wrote so lately: 12h, 3d; 7d if not given")
    parser.add_argument("--record", metavar="FILE", help="write the events to a new file, without names and words")
    parser.add_argument("--words", action="store_true", help="with --record: keep the words that people wrote")
    parser.add_argument("--planned", action="store_true", help="as if nobody had opened or closed by hand")
    parser.add_argument("--conversation", metavar="ID", help=f"only this one, and all of it: {ID}")
    parser.add_argument("--all", action="store_true", help="also show what stays the same")
    parser.add_argument("--check", action="store_true", help="end with 1 where anything differs")
    return parser
