"""The command line: every noun and verb with its arguments and an example."""

import argparse
from typing import Any

ID = "conversation_id, as nightbell queue peek shows it"


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Lets every noun and verb stand on one line with what it is for; argparse forgets that they are indented."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = len("quarantine") + 4


class _Parser(argparse.ArgumentParser):
    """One command, described with an example."""

    def __init__(self, *, example: str = "", **named: Any) -> None:  # noqa: ANN401 - argparse's own
        epilog = f"example:\n  {example}" if example else None
        super().__init__(epilog=epilog, formatter_class=_Formatter, allow_abbrev=False, **named)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - argparse's own
        """Refuse what a command does not know with that command's usage; argparse would show the whole program's."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return found, left


Commands = Any
"""What argparse returns by ``add_subparsers``; it has no public name."""


def build_parser() -> argparse.ArgumentParser:
    """Describe the whole command line."""
    whole = _Parser(
        prog="nightbell",
        description="For those who run Nightbell and those who answer.",
        example="nightbell settings show --at 2026-12-24T18:00",
    )
    nouns = whole.add_subparsers(metavar="NOUN", required=True)
    _settings(_verbs(nouns, "settings", "the business's own settings", "nightbell settings check"))
    _secrets(_verbs(nouns, "secrets", "app secrets and access tokens", "nightbell secrets check --stage dev"))
    _desk(_verbs(nouns, "desk", "conversations that wait for a person", f"nightbell desk take {_AN_ID}"))
    _queue(_verbs(nouns, "queue", "what the human queue says", "nightbell queue peek --stage dev"))
    for noun, about in _KEPT.items():
        _kept(noun, _verbs(nouns, noun, about, f"nightbell {noun} list --stage dev"))
    _platforms(_verbs(nouns, "platforms", "accounts at their platforms", "nightbell platforms check --stage dev"))
    _hours(_verbs(nouns, "hours", "opening hours where customers look", "nightbell hours publish --dry-run"))
    _webhooks(_verbs(nouns, "webhooks", "your own systems that are told", "nightbell webhooks list --stage dev"))
    _forget(nouns)
    return whole


_KEPT = {
    "quarantine": "what was genuine and could not be read",
    "spill": "deliveries that outlasted an outage among the dead letters",
}
_KEPT_IDS = {"quarantine": "0f343b0931126a20f133d67c2b018a3b", "spill": "7d7bd6e0-34f5-0a7b-4d0a-3f7f1a0f5e11"}
_AN_ID = "'C#messenger.100000000000001.5000000000000001'"


def _verbs(nouns: Commands, noun: str, about: str, example: str) -> Commands:
    parser = nouns.add_parser(noun, help=about, description=f"{about[0].upper()}{about[1:]}.", example=example)
    return parser.add_subparsers(metavar="VERB", required=True)


def _verb(verbs: Commands, verb: str, about: str, *, runs: str, example: str, stage: bool = True) -> Any:  # noqa: ANN401, PLR0913 - argparse's own; what a verb consists of
    parser = verbs.add_parser(verb, help=about, description=f"{about[0].upper()}{about[1:]}.", example=example)
    parser.set_defaults(runs=runs)
    if stage:
        parser.add_argument("--stage", help="such as dev; otherwise $STAGE, or the local cloud if it runs")
    return parser


def _json(parser: Any) -> None:  # noqa: ANN401 - argparse's own
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def _settings(verbs: Commands) -> None:
    check = _verb(
        verbs,
        "check",
        "find every fault in the settings, with its remedy",
        runs="infra.cli.settings:check",
        example="nightbell settings check functions/business.toml",
        stage=False,
    )
    show = _verb(
        verbs,
        "show",
        "show what the settings mean: hours of the next 14 days, promises, and the texts as they read",
        runs="infra.cli.settings:show",
        example="nightbell settings show --at 2026-12-24T18:00",
        stage=False,
    )
    show.add_argument("--at", metavar="TIME", help="as if it were then, on the brand's clock; now if not given")
    for parser in (check, show):
        parser.add_argument("file", nargs="?", metavar="FILE", help="settings file; functions/business.toml otherwise")
        _json(parser)


def _secrets(verbs: Commands) -> None:
    put = _verb(
        verbs,
        "set",
        "store one secret, read without echo or from stdin",
        runs="infra.cli.secrets:put",
        example="nightbell secrets set meta access_token/100000000000001 --stage dev",
    )
    put.add_argument("platform", metavar="PLATFORM", help="such as meta")
    put.add_argument("name", metavar="NAME", help="such as app_secret, verify_token or access_token/ACCOUNT_ID")
    put.add_argument(
        "--only", action="store_true", help="accept nothing but the new value; otherwise the previous one too"
    )
    check = _verb(
        verbs,
        "check",
        "tell which secrets are stored and which are missing",
        runs="infra.cli.secrets:check",
        example="nightbell secrets check --stage dev",
    )
    _json(check)


def _desk(verbs: Commands) -> None:
    about = {
        "take": "hold a conversation for yourself and read what waits in it",
        "close": "close what you were shown; what came later goes on waiting",
        "release": "let go of a conversation without closing it",
    }
    for verb, does in about.items():
        example = f"nightbell desk {verb} {_AN_ID}"
        parser = _verb(verbs, verb, does, runs=f"infra.cli.desk:{verb}", example=example)
        parser.add_argument("id", metavar="ID", help=ID)
        parser.add_argument("--agent", help="who you are; otherwise $NIGHTBELL_AGENT, or your login name")
        _json(parser)


def _queue(verbs: Commands) -> None:
    peek = _verb(
        verbs,
        "peek",
        "list the conversations that wait, the most urgent first, and leave the queue as it is",
        runs="infra.cli.queue:peek",
        example="nightbell queue peek --stage dev",
    )
    _json(peek)


def _kept(noun: str, verbs: Commands) -> None:
    about = {
        "show": "show how one is built: keys, types and lengths, and nothing that anybody wrote",
        "replay": "store it as if it came now; what is stored already is recognised",
        "discard": "give it up: the content goes, a record of who and why stays",
    }
    shown = _verb(
        verbs,
        "list",
        "list what nobody has looked after",
        runs=f"infra.cli.{noun}:list_all",
        example=f"nightbell {noun} list --stage dev",
    )
    shown.add_argument("--all", action="store_true", help="also what was replayed or discarded")
    if noun == "quarantine":
        shown.add_argument("--month", metavar="YYYY-MM", help="only what was received in that month (UTC)")
    _json(shown)
    for verb, does in about.items():
        example = f"nightbell {noun} {verb} {_KEPT_IDS[noun]}" + (
            ' --reason "test of a developer"' if verb == "discard" else ""
        )
        parser = _verb(verbs, verb, does, runs=f"infra.cli.{noun}:{verb}", example=example)
        parser.add_argument("id", metavar="ID", help="as the list tells it")
        if verb == "show":
            parser.add_argument("--content", action="store_true", help="show what was written, too")
        else:
            parser.add_argument("--agent", help="who you are; otherwise $NIGHTBELL_AGENT, or your login name")
        if verb == "discard":
            parser.add_argument("--reason", required=True, help="why, for those who ask later")
        _json(parser)


def _hours(verbs: Commands) -> None:
    publish = _verb(
        verbs,
        "publish",
        "write the opening hours where customers look before they ring: Messenger's greeting, WhatsApp's profile",
        runs="infra.cli.hours:publish",
        example="nightbell hours publish --dry-run --stage dev",
    )
    publish.add_argument("--dry-run", action="store_true", help="show what is there and what would be written")
    _json(publish)


def _webhooks(verbs: Commands) -> None:
    about = {
        "list": "show each one's state, and how much waits for it",
        "test": "send it one signed webhook now, and show how it answers",
        "enable": "send it again what waits, after it was disabled",
    }
    for verb, does in about.items():
        name = "" if verb == "list" else " crm"
        runs = "infra.cli.webhooks:" + ("list_all" if verb == "list" else verb)
        parser = _verb(verbs, verb, does, runs=runs, example=f"nightbell webhooks {verb}{name} --stage dev")
        if name:
            parser.add_argument("name", metavar="NAME", help="as in the settings")
        _json(parser)


def _forget(nouns: Commands) -> None:
    parser = _verb(
        nouns,
        "forget",
        "remove what a contact wrote and who they are, for good; a record of who did it and when stays",
        runs="infra.cli.forget:forget",
        example=f"nightbell forget {_AN_ID} --stage dev",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help=ID)
    for name, about in (("channel", "such as messenger"), ("account", "our own id"), ("contact", "the contact's id")):
        metavar = "NAME" if name == "channel" else "ID"
        parser.add_argument(f"--{name}", metavar=metavar, help=f"instead of the id, all three of them: {about}")
    parser.add_argument("--only", action="store_true", help="leave what the same contact wrote elsewhere alone")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--agent", help="who you are; otherwise $NIGHTBELL_AGENT, or your login name")
    _json(parser)


def _platforms(verbs: Commands) -> None:
    about = {
        "check": "show what each account is subscribed to, what is missing, and when its token dies",
        "subscribe": "subscribe each account to exactly the fields that Nightbell handles",
        "read-back": "store messages that no delivery brought, read from the platform's own history",
    }
    for verb, does in about.items():
        since = " --since 2h" if verb == "read-back" else ""
        example = f"nightbell platforms {verb}{since} --account 100000000000001 --stage dev"
        runs = f"infra.cli.platforms:{verb.replace('-', '_')}"
        parser = _verb(verbs, verb, does, runs=runs, example=example)
        parser.add_argument("--account", metavar="ID", help="only this one; otherwise every account of the settings")
        if verb == "read-back":
            parser.add_argument("--since", required=True, metavar="TIME", help="how far to look back: 90m, 2h, 3d")
        _json(parser)
