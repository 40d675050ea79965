"""The command line of backup and restore."""

from infra.cli.parsing import Commands, add_json, add_verb

A_COPY = "nightbell-dev-copy-20261124T090000"


def add_backup(verbs: Commands) -> None:
    """Describe ``nightbell backup``."""
    about = {
        "check": "tell whether the table can be brought back, and to when",
        "make": "make a backup of the table now",
    }
    for verb, does in about.items():
        add_json(
            add_verb(verbs, verb, does, runs=f"infra.cli.backup:{verb}", example=f"nightbell backup {verb} --stage dev")
        )


def add_restore(verbs: Commands) -> None:
    """Describe ``nightbell restore``."""
    copy = add_verb(
        verbs,
        "copy",
        "make a copy of the table from an earlier time, beside it",
        runs="infra.cli.restore:copy",
        example="nightbell restore copy --at 2026-11-24T09:30:00+01:00 --stage dev",
    )
    when = copy.add_mutually_exclusive_group(required=True)
    when.add_argument("--at", metavar="TIME", help="the second before the damage, with its zone")
    when.add_argument("--backup", metavar="ARN", help="as nightbell backup check lists it")
    add_json(copy)
    about = {
        "compare": "tell what the copy has and the table has not; changes nothing",
        "put-back": "put back what the copy has and the table has not; nothing is sent for it",
        "discard": "delete the copy",
    }
    for verb, does in about.items():
        runs = f"infra.cli.restore:{verb.replace('-', '_')}"
        parser = add_verb(verbs, verb, does, runs=runs, example=f"nightbell restore {verb} {A_COPY} --stage dev")
        parser.add_argument("copy", metavar="COPY", help="its name, as nightbell restore copy prints it")
        if verb != "discard":
            add_json(parser)
    deleted = add_verb(
        verbs,
        "deleted",
        "bring back a table that was deleted, under its own name; what was under way is told, not sent",
        runs="infra.cli.restore:deleted",
        example="nightbell restore deleted --stage dev",
    )
    deleted.add_argument("--backup", metavar="ARN", help="another than the newest")
    add_json(deleted)
