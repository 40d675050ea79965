"""The part of the command line for those who answer: the desk, the human queue, and what could not be delivered."""

from typing import Any

from infra.cli.parsing import AN_ID, ID, Commands, add_agent, add_json, add_verb

HOW = ("answered", "resolved-elsewhere", "no-answer-needed")
BY = ("call", "mail", "in-person", "other")
QUEUES = ("ack", "human", "spill", "mail", "call")
_TIME = "15:00, 2026-11-24T09:30 on the brand's clock, or from now on 45m, 2h, 1d"

_RUNS = {
    "next": "infra.cli.desk:take_next",
    "close": "infra.cli.desk:done",
    "answer": "infra.cli.desk_saying:answer",
    "promise": "infra.cli.desk_saying:promise",
}
_SIMPLE = {
    "show": "read a conversation without taking it",
    "take": "hold a conversation for yourself and read it",
    "release": "let go of a conversation without closing it",
}


def add_desk(verbs: Commands) -> None:
    """Describe the desk."""
    _list(verbs)
    _act(verbs, "next", "take the next conversation that the human queue tells about", whose=False)
    for verb, about in _SIMPLE.items():
        _act(verbs, verb, about)
    _answer(verbs)
    _promise(verbs)
    _words(
        _act(verbs, "note", "write something down for colleagues", ' "Her daughter called, too"'), "NOTE", "the note"
    )
    over = _act(verbs, "hand-over", "have a colleague hold it from now on", " luis")
    over.add_argument("to", metavar="COLLEAGUE", help="their name at the desk")
    over.add_argument("--lead", action="store_true", help="as a lead, also what somebody else holds, or nobody")
    later = _act(verbs, "snooze", "let go, and have nobody see it until a time, or until the customer writes", " 2h")
    later.add_argument("until", metavar="TIME", help=_TIME)
    _done(verbs, "done", "finish it up to what you were shown", " --how resolved-elsewhere --by in-person")
    _done(verbs, "close", "the same as done: what came after what you were shown goes on waiting", "")


def _act(verbs: Commands, verb: str, about: str, more: str = "", *, whose: bool = True) -> Any:  # noqa: ANN401 - argparse's own
    name = f" {AN_ID}" if whose else ""
    runs = _RUNS.get(verb, f"infra.cli.desk:{verb.replace('-', '_')}")
    parser = add_verb(verbs, verb, about, runs=runs, example=f"nightbell desk {verb}{name}{more}")
    if whose:
        parser.add_argument("id", metavar="ID", help=ID)
    if verb != "show":
        add_agent(parser)
    add_json(parser)
    return parser


def _list(verbs: Commands) -> None:
    parser = add_verb(
        verbs,
        "list",
        "list what waits, in the order in which it should be answered",
        runs="infra.cli.desk:list_all",
        example="nightbell desk list --brand harbour",
    )
    parser.add_argument("--brand", metavar="KEY", action="append", help="only this brand; may be given again")
    parser.add_argument("--snoozed", action="store_true", help="also what somebody wants to see later")
    parser.add_argument("--watch", action="store_true", help="show it anew every five seconds, until Ctrl-C")
    add_json(parser)


def _words(parser: Any, metavar: str, what: str) -> None:  # noqa: ANN401 - argparse's own
    parser.add_argument("text", nargs="?", metavar=metavar, help=f"{what}; otherwise from --file, or from stdin")
    parser.add_argument("--file", metavar="FILE", help=f"read {what} from a file")


def _saying(parser: Any) -> None:  # noqa: ANN401 - argparse's own
    parser.add_argument("--via", metavar="NAME", help="by which way, as desk show lists them; the first if not given")
    parser.add_argument(
        "--request", metavar="ID", help="repeats the command of that id: what was said is not said twice"
    )
    parser.add_argument("--override", metavar="REASON", help="say it although the checks object; the reason is kept")
    parser.add_argument("--no-wait", action="store_true", help="do not wait until it has left")


def _answer(verbs: Commands) -> None:
    parser = _act(verbs, "answer", "answer what you were shown", ' "Yes, until eight tonight."')
    _words(parser, "TEXT", "the answer")
    _saying(parser)
    parser.add_argument("--keep", action="store_true", help="go on holding it")


def _promise(verbs: Commands) -> None:
    parser = _act(verbs, "promise", "tell the customer by when you answer", " 15:00")
    parser.add_argument("by", metavar="TIME", help=_TIME)
    _words(parser, "TEXT", "how to say it, instead of the text in the settings")
    _saying(parser)


def _done(verbs: Commands, verb: str, about: str, more: str) -> None:
    parser = _act(verbs, verb, about, more)
    parser.add_argument("--how", choices=HOW, default=HOW[0], help="what became of it; answered if not given")
    parser.add_argument("--by", choices=BY, help="how it was resolved elsewhere; call and mail need the consent")


def add_queue(verbs: Commands) -> None:
    """Describe the human queue."""
    about = {
        "peek": "list the conversations that wait, the most urgent first, and leave the queue as it is",
        "count": "count what the queue holds, roughly, and what really waits",
    }
    for verb, does in about.items():
        parser = add_verb(
            verbs, verb, does, runs=f"infra.cli.queue:{verb}", example=f"nightbell queue {verb} --stage dev"
        )
        add_json(parser)


def add_dead_letters(verbs: Commands) -> None:
    """Describe what could not be delivered."""
    shown = add_verb(
        verbs,
        "list",
        "show what lies in the dead letter queues, and leave it there",
        runs="infra.cli.dead_letters:list_all",
        example="nightbell dlq list --stage dev",
    )
    again = add_verb(
        verbs,
        "redrive",
        "put the messages of a dead letter queue back into the queue they came from",
        runs="infra.cli.dead_letters:redrive",
        example="nightbell dlq redrive human --stage dev",
    )
    again.add_argument("queue", choices=QUEUES, metavar="QUEUE", help="ack, human, spill, mail or call")
    again.add_argument("--yes", action="store_true", help="do not ask")
    for parser in (shown, again):
        add_json(parser)
