"""``simulate``: acts as a customer, or makes a platform misbehave, on a local cloud that runs."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import requests

from infra.local.cloud import STATE
from infra.local.ministack import LocalCloudError
from infra.local.platforms.faults import OPERATIONS, FaultKind
from infra.local.platforms.meta.people import MESSENGER
from infra.local.simulated_acts import CALLBACKS
from nightbell.platforms.registry import CHANNELS

REFUSED = 400
WHAT_OTHERS_DO = {
    "inbox": "a person answers in Meta's own inbox",
    "app": "another app answers",
    "take": "another app takes the thread",
    "release": "it gives it back",
    "answer": "a person answers a comment",
    "hide": "a person hides it",
    "unhide": "shows it again",
    "post": "the business posts",
}
EXAMPLES = """examples:
  simulate message "Do you ship?" --channel facebook_comments        comment on the newest post
  simulate message "Thanks" --channel facebook_comments --about ID   answer a comment
  simulate message --kind unsend --about ID --channel facebook_comments
  simulate message "Hello" --channel instagram_direct --contact 900000000000001
  simulate message "So nice" --channel instagram_comments --contact 900000000000001
  simulate message "ask them" --kind mention --channel instagram_comments
  simulate transcript --channel facebook_comments                    the posts, with every comment
  simulate others inbox "I am on it"                                 a person answers on Messenger
  simulate others take                                               another app takes the thread
  simulate callback deletion --user-id 1234567890
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe what can be simulated."""
    parser = commands.add_parser(
        "simulate",
        help="act as a customer or as a platform, while `run` is up",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = parser.add_subparsers(dest="act", required=True)
    _describe_message(acts.add_parser("message", parents=[_contact()], help="write as a customer"))
    _describe_others(acts.add_parser("others", parents=[_contact()], help="let somebody else act for the business"))
    _describe_callback(acts.add_parser("callback", help="let Meta ask for a person, past all messages"))
    _describe_fault(acts.add_parser("fault", help="let something go wrong at a platform"))
    acts.add_parser("clear", help="take all faults away")
    acts.add_parser("transcript", parents=[_contact()], help="show a customer's screen, or the posts they see")
    clock = acts.add_parser("clock", help="make it another time")
    clock.add_argument("moment", choices=["now", "open", "evening", "holiday"])
    acts.add_parser("handshake", help="let Meta check the webhook, as its dashboard does")


def _describe_message(message: argparse.ArgumentParser) -> None:
    message.add_argument("text", nargs="?", default="", help="what is typed, a caption, or the title of a button")
    message.add_argument("--kind", default="text", help="what there is depends on the channel; another word lists it")
    message.add_argument("--payload", default="", help="of the tapped button, with --kind tap")
    message.add_argument("--about", default="", help="id of what is answered, tapped, edited, taken back")
    message.add_argument("--subject", default="", help="of a mail")
    message.add_argument("--copies", type=int, default=1, help="deliver the same bytes so many times")
    message.add_argument("--batch", type=int, default=1, help="put so many of them into one delivery")
    message.add_argument("--unnamed", action="store_true", help="the platform does not say who wrote it")
    message.add_argument("--by-page", action="store_true", help="another business's Page comments, not a person")


def _describe_others(others: argparse.ArgumentParser) -> None:
    each = "; ".join(f"{what}: {does}" for what, does in WHAT_OTHERS_DO.items())
    others.add_argument("what", help=f"at Meta: {each}; at others, another word lists it")
    others.add_argument("text", nargs="?", default="", help="what is said")
    others.add_argument("--about", default="", help="id of the comment that is answered or hidden")


def _describe_callback(callback: argparse.ArgumentParser) -> None:
    callback.add_argument("what", choices=CALLBACKS)
    callback.add_argument("--user-id", default="5000000000000001", help="the person, by the app's own id of them")
    callback.add_argument("--login", choices=["facebook", "instagram"], help="whose secret signs")


def _describe_fault(fault: argparse.ArgumentParser) -> None:
    fault.add_argument("kind", choices=[kind.value for kind in FaultKind])
    fault.add_argument("--channel", choices=list(CHANNELS))
    fault.add_argument("--operation", choices=OPERATIONS, help="which call it hits; a send unless told otherwise")
    fault.add_argument("--times", type=int, default=1, help="how many calls it hits")
    fault.add_argument("--code", type=int, help="of the error, such as 190")
    fault.add_argument("--subcode", type=int, help="such as 463")
    fault.add_argument("--error", dest="name", help="its name, where a platform names its errors")
    fault.add_argument("--seconds", type=float, help="how slow or late")


def _contact() -> argparse.ArgumentParser:
    contact = argparse.ArgumentParser(add_help=False)
    contact.add_argument("--channel", choices=list(CHANNELS), default=MESSENGER)
    contact.add_argument("--contact", help="the customer's id, as the platform spells it; somebody unless told")
    contact.add_argument("--name", default="Ada Rossi")
    return contact


def simulate(arguments: argparse.Namespace, state: Path = STATE) -> int:
    """Do it, and print what came of it as JSON; 1 if it was refused.

    Raises:
        LocalCloudError: No local cloud runs.
    """
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    act = given.pop("act")
    del given["command"]
    method, path = {
        "message": ("POST", "/api/messages"),
        "others": ("POST", "/_sim/others"),
        "callback": ("POST", "/_sim/callbacks"),
        "fault": ("POST", "/_sim/faults"),
        "clear": ("DELETE", "/_sim/faults"),
        "transcript": ("GET", "/_sim/transcript"),
        "clock": ("POST", "/api/clock"),
        "handshake": ("POST", "/_sim/handshake"),
    }[act]
    answer = _call(state, method, path, given)
    print(
        json.dumps(answer.json(), indent=2, ensure_ascii=False),
        file=sys.stderr if answer.status_code >= REFUSED else sys.stdout,
    )
    return 1 if answer.status_code >= REFUSED else 0


def _call(state: Path, method: str, path: str, given: dict[str, Any]) -> requests.Response:
    note = state / "running.json"
    if not note.is_file():
        raise LocalCloudError("No local cloud runs. Start one in another terminal: make run")
    url = json.loads(note.read_text())["page_url"] + path
    try:
        if method == "GET":
            return requests.get(url, params=given, timeout=30)
        return requests.request(method, url, json=given, timeout=30)
    except requests.ConnectionError as error:
        raise LocalCloudError("The local cloud does not answer any more. Start it again: make run") from error
