"""The command line of ``nightbell notify``."""

from infra.cli.parsing import Commands, add_json, add_verb


def add_notify(verbs: Commands) -> None:
    """Describe its verbs."""
    about = {
        "list": ("show each place's state, and how much it is owed", ""),
        "test": ("send a place one message now, and show how it answers", " shop-floor"),
        "digest": ("show what the digest would say now; nothing is sent", " --brand harbour"),
    }
    for verb, (does, more) in about.items():
        runs = "infra.cli.notify:" + ("list_all" if verb == "list" else verb)
        parser = add_verb(verbs, verb, does, runs=runs, example=f"nightbell notify {verb}{more} --stage dev")
        if verb == "test":
            parser.add_argument("name", metavar="NAME", help="as in the settings")
        if verb == "digest":
            parser.add_argument("--brand", metavar="NAME", help="whose; the first of the settings if not given")
        add_json(parser)
