"""The command line: every noun and verb with its arguments and an example."""

import argparse

from infra.cli.backup_parser import add_backup, add_restore
from infra.cli.desk_parser import add_dead_letters, add_desk, add_queue
from infra.cli.notify_parser import add_notify
from infra.cli.parsing import AN_ID, ID, Commands, Parser, add_agent, add_json, add_verb, verbs_of
from infra.cli.replay_parser import add_replay
from infra.cli.report_parser import add_report


def build_parser() -> argparse.ArgumentParser:
    """Describe the whole command line."""
    whole = Parser(
        prog="nightbell",
        description="For those who run Nightbell and those who answer.",
        example="nightbell settings show --at 2026-12-24T18:00",
    )
    nouns = whole.add_subparsers(metavar="NOUN", required=True)
    _settings(verbs_of(nouns, "settings", "the business's own settings", "nightbell settings check"))
    _secrets(verbs_of(nouns, "secrets", "app secrets and access tokens", "nightbell secrets check --stage dev"))
    add_desk(verbs_of(nouns, "desk", "conversations that wait for a person", f"nightbell desk take {AN_ID}"))
    add_queue(verbs_of(nouns, "queue", "what the human queue says", "nightbell queue peek --stage dev"))
    add_dead_letters(verbs_of(nouns, "dlq", "messages that could not be handled", "nightbell dlq list --stage dev"))
    for noun, about in _KEPT.items():
        _kept(noun, verbs_of(nouns, noun, about, f"nightbell {noun} list --stage dev"))
    _platforms(verbs_of(nouns, "platforms", "accounts at their platforms", "nightbell platforms check --stage dev"))
    _hours(verbs_of(nouns, "hours", "opening hours where customers look", "nightbell hours publish --dry-run"))
    _webhooks(verbs_of(nouns, "webhooks", "your own systems that are told", "nightbell webhooks list --stage dev"))
    add_notify(verbs_of(nouns, "notify", "where your team reads what cannot wait", "nightbell notify list --stage dev"))
    add_backup(verbs_of(nouns, "backup", "whether the table can be brought back", "nightbell backup check --stage dev"))
    add_restore(verbs_of(nouns, "restore", "what was lost in the table", "nightbell restore deleted --stage dev"))
    _forget(nouns)
    _smoke(nouns)
    _trace(nouns)
    add_report(verbs_of(nouns, "report", "what the team did", "nightbell report week --output page.html"))
    _completion(nouns)
    return whole


_KEPT = {
    "quarantine": "what was genuine and could not be read",
    "spill": "deliveries that outlasted an outage among the dead letters",
}
_KEPT_IDS = {"quarantine": "0f343b0931126a20f133d67c2b018a3b", "spill": "7d7bd6e0-34f5-0a7b-4d0a-3f7f1a0f5e11"}


def _settings(verbs: Commands) -> None:
    check = add_verb(
        verbs,
        "check",
        "find every fault in the settings, with its remedy",
        runs="infra.cli.settings:check",
        example="nightbell settings check functions/business.toml",
        stage=False,
    )
    show = add_verb(
        verbs,
        "show",
        "show what the settings mean: hours of the next 14 days, promises, and the texts as they read",
        runs="infra.cli.settings:show",
        example="nightbell settings show --at 2026-12-24T18:00",
        stage=False,
    )
    show.add_argument("--at", metavar="TIME", help="as if it were then, on the brand's clock; now if not given")
    months = add_verb(
        verbs,
        "calendar",
        "show the coming months: your week, and each holiday, exception and clock change with its date",
        runs="infra.cli.settings:calendar",
        example="nightbell settings calendar --months 12",
        stage=False,
    )
    months.add_argument("--months", type=int, default=12, metavar="N", help="how many; 12 if not given")
    months.add_argument("--from", dest="start", metavar="DATE", help="the first date; today if not given")
    months.add_argument(
        "--account", metavar="ID", help="only this one; otherwise each brand, and own hours of accounts"
    )
    for parser in (check, show, months, add_replay(verbs)):
        parser.add_argument("file", nargs="?", metavar="FILE", help="settings file; functions/business.toml otherwise")
        add_json(parser)


def _secrets(verbs: Commands) -> None:
    put = add_verb(
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
    check = add_verb(
        verbs,
        "check",
        "tell which secrets are stored and which are missing",
        runs="infra.cli.secrets:check",
        example="nightbell secrets check --stage dev",
    )
    add_json(check)


def _kept(noun: str, verbs: Commands) -> None:
    about = {
        "show": "show how one is built: keys, types and lengths, and nothing that anybody wrote",
        "replay": "store it as if it came now; what is stored already is recognised",
        "discard": "give it up: the content goes, a record of who and why stays",
    }
    shown = add_verb(
        verbs,
        "list",
        "list what nobody has looked after",
        runs=f"infra.cli.{noun}:list_all",
        example=f"nightbell {noun} list --stage dev",
    )
    shown.add_argument("--all", action="store_true", help="also what was replayed or discarded")
    if noun == "quarantine":
        shown.add_argument("--month", metavar="YYYY-MM", help="only what was received in that month (UTC)")
    add_json(shown)
    for verb, does in about.items():
        example = f"nightbell {noun} {verb} {_KEPT_IDS[noun]}" + (
            ' --reason "test of a developer"' if verb == "discard" else ""
        )
        parser = add_verb(verbs, verb, does, runs=f"infra.cli.{noun}:{verb}", example=example)
        parser.add_argument("id", metavar="ID", help="as the list tells it")
        if verb == "show":
            parser.add_argument("--content", action="store_true", help="show what was written, too")
        else:
            add_agent(parser)
        if verb == "discard":
            parser.add_argument("--reason", required=True, help="why, for those who ask later")
        add_json(parser)


def _hours(verbs: Commands) -> None:
    publish = add_verb(
        verbs,
        "publish",
        "write the opening hours where customers look before they ring: Messenger's greeting, WhatsApp's profile",
        runs="infra.cli.hours:publish",
        example="nightbell hours publish --dry-run --stage dev",
    )
    publish.add_argument("--dry-run", action="store_true", help="show what is there and what would be written")
    add_json(publish)
    about = {
        "close": "close now, until a time, without a deployment",
        "open": "open now, until a time, without a deployment",
        "resume": "go back to the hours of the settings",
        "override": "show what is open or closed by hand now",
    }
    runs = {"open": "open_now", "override": "show"}
    for verb, does in about.items():
        more = {"close": ' --until 15:00 --reason "storm"', "open": " --until 22:00"}.get(verb, "")
        example = f"nightbell hours {verb}{more} --stage dev"
        parser = add_verb(verbs, verb, does, runs=f"infra.cli.hours_override:{runs.get(verb, verb)}", example=example)
        if verb in {"close", "open"}:
            parser.add_argument("--until", required=True, metavar="TIME", help="15:00, 2026-11-24T09:30, 45m, 2h or 1d")
            parser.add_argument("--reason", metavar="WORDS", help="why, for your team; customers are not told")
            add_agent(parser)
        if verb != "override":
            whom = parser.add_mutually_exclusive_group()
            whom.add_argument("--brand", metavar="NAME", help="only this brand; otherwise all")
            whom.add_argument("--account", metavar="ID", help="only this account")
        add_json(parser)


def _webhooks(verbs: Commands) -> None:
    about = {
        "list": "show each one's state, and how much waits for it",
        "test": "send it one signed webhook now, and show how it answers",
        "enable": "send it again what waits, after it was disabled",
    }
    for verb, does in about.items():
        name = "" if verb == "list" else " crm"
        runs = "infra.cli.webhooks:" + ("list_all" if verb == "list" else verb)
        parser = add_verb(verbs, verb, does, runs=runs, example=f"nightbell webhooks {verb}{name} --stage dev")
        if name:
            parser.add_argument("name", metavar="NAME", help="as in the settings")
        add_json(parser)


def _trace(nouns: Commands) -> None:
    parser = add_verb(
        nouns,
        "trace",
        "follow a conversation, a message or a delivery through all functions, by what they wrote down",
        runs="infra.cli.trace:trace",
        example=f"nightbell trace {AN_ID} --since 2h --stage dev",
    )
    parser.add_argument("id", metavar="ID", help="of a conversation, of a message at its platform, or of a delivery")
    parser.add_argument(
        "--since", default="24h", metavar="TIME", help="how far to look back: 90m, 2h, 3d; 24h if not given"
    )
    add_json(parser)


def _forget(nouns: Commands) -> None:
    parser = add_verb(
        nouns,
        "forget",
        "remove what a contact wrote and who they are, for good; a record of who did it and when stays",
        runs="infra.cli.forget:forget",
        example=f"nightbell forget {AN_ID} --stage dev",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help=ID)
    for name, about in (("channel", "such as messenger"), ("account", "our own id"), ("contact", "the contact's id")):
        metavar = "NAME" if name == "channel" else "ID"
        parser.add_argument(f"--{name}", metavar=metavar, help=f"instead of the id, all three of them: {about}")
    parser.add_argument("--only", action="store_true", help="leave what the same contact wrote elsewhere alone")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_agent(parser)
    add_json(parser)


def _smoke(nouns: Commands) -> None:
    parser = add_verb(
        nouns,
        "smoke",
        "send one signed delivery all the way to the human queue, and remove it again; nobody is written to",
        runs="infra.cli.smoke:smoke",
        example="nightbell smoke --stage prod",
    )
    parser.add_argument(
        "--within", type=float, default=120, metavar="SECONDS", help="how long each part may take; 120 if not given"
    )
    add_json(parser)


def _completion(nouns: Commands) -> None:
    parser = add_verb(
        nouns,
        "completion",
        "what a shell needs to complete this command",
        runs="infra.cli.completion:write",
        example="nightbell completion bash",
        stage=False,
    )
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")


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
        parser = add_verb(verbs, verb, does, runs=runs, example=example)
        parser.add_argument("--account", metavar="ID", help="only this one; otherwise every account of the settings")
        if verb == "read-back":
            parser.add_argument("--since", required=True, metavar="TIME", help="how far to look back: 90m, 2h, 3d")
        add_json(parser)
