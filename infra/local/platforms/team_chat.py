"""Channels of Slack and Teams that a webhook writes to, as strict as the vendors are documented to be.

Sources: Slack changelog 2016-05-17 "Improving error conditions for Incoming Webhooks" (words and statuses), "Rate
limits" (429 with ``Retry-After``), Block Kit reference (what a block holds); Microsoft Learn "Create incoming webhooks
with Workflows for Microsoft Teams", "Create and send messages" §Limitations (Adaptive Cards only, 28 KB) and Azure
Logic Apps "Workflow trigger" errors (202 when a flow has started).
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.loopback_server import Reply, Request

Json = dict[str, Any]
MOST_BLOCKS = 50
MOST_HEADER = 150
MOST_SLACK_BYTES = 13_000
"""At which Slack was seen to refuse (slackapi/bolt-js issue 2509)."""
MOST_TEAMS_BYTES = 28 * 1024

ADDRESSES: Mapping[str, str] = {
    "shop-floor": "https://hooks.slack.com/services/T00LOCAL/B00LOCAL/made-up",  # pragma: allowlist secret
    "office": "https://prod-00.local.logic.azure.com/workflows/local/triggers/manual/paths/invoke?sig=made-up",
}
"""Of the local cloud's channels, by the names that its settings give them; nobody else has them."""
PLACES = """
[[brands.{brand}.notify]]
name = "shop-floor"
kind = "slack"

[[brands.{brand}.notify]]
name = "office"
kind = "teams"
gets = ["digest", "report", "alarms"]
"""

SLACK_ERRORS: Mapping[str, int] = {
    "invalid_payload": 400,
    "invalid_blocks": 400,
    "no_text": 400,
    "action_prohibited": 403,
    "invalid_token": 403,
    "no_service": 404,
    "no_team": 404,
    "channel_not_found": 404,
    "channel_is_archived": 410,
    "rollup_error": 500,
}
_TEAMS_ERRORS: Mapping[int, Json] = {
    400: {"error": {"code": "TriggerInputSchemaMismatch", "message": "The input body is not as the trigger wants it."}},
    401: {"error": {"code": "DirectApiAuthorizationRequired", "message": "The request must be signed."}},
    404: {"error": {"code": "WorkflowNotFound", "message": "The workflow could not be found."}},
    429: {"error": {"code": "WorkflowTriggerRequestThrottled", "message": "The limit of requests was exceeded."}},
    502: {"error": {"code": "NoResponse", "message": "The server did not receive a response from an upstream server."}},
}


@dataclass(frozen=True, slots=True)
class Vendor:
    """One of the two, as the switchboard knows platforms."""

    answer: Callable[[Request], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message as people see it, and as it came.

    Attributes:
        links: Addresses that can be opened from it.
    """

    channel: str
    lines: tuple[str, ...]
    links: tuple[str, ...] = ()
    raw: Json = field(default_factory=dict, repr=False)


class TeamChat:
    """Answers calls of both vendors.

    Attributes:
        posted: What was taken, in order.
        fault: Takes a path and gives an answer in place of the usual one, or ``None``.
    """

    def __init__(self) -> None:
        """Start with empty channels; every address that has the right form exists."""
        self.posted: list[Posted] = []
        self.fault: Callable[[str], Reply | None] = lambda _: None
        self._lock = threading.Lock()

    @property
    def vendors(self) -> Mapping[str, Vendor]:
        """Both, by the name that stands for their hosts."""
        return {"slack": Vendor(self.slack), "teams": Vendor(self.teams)}

    def slack(self, request: Request) -> Reply:
        """Answer a call of ``hooks.slack.com``."""
        parts = request.path.strip("/").split("/")
        if parts[0] != "services" or len(parts) != len(("services", "T", "B", "secret")):
            return slack_error("no_service")
        if (spoiled := self.fault(request.path)) is not None:
            return spoiled
        body = _read(request)
        if body is None:
            return slack_error("invalid_payload")
        if not body.get("text"):
            return slack_error("no_text")
        try:
            self._keep("slack", list(_slack_lines(body)), body)
        except (KeyError, TypeError, ValueError):
            return slack_error("invalid_blocks")
        return Reply(body=b"ok", content_type="text/html")

    def teams(self, request: Request) -> Reply:
        """Answer a call of a workflow's address."""
        if "/workflows/" not in request.path or not request.query.get("sig"):
            return teams_error(401)
        if (spoiled := self.fault(request.path)) is not None:
            return spoiled
        body = _read(request)
        if body is None or len(request.body) > MOST_TEAMS_BYTES:
            return teams_error(400)
        try:
            seen = list(_teams_lines(body))
        except (KeyError, TypeError, ValueError, IndexError):
            return teams_error(400)
        self._keep("teams", seen, body)
        return Reply(status=202, headers={"x-ms-request-id": "b0f6e3a0-0000-0000-0000-000000000000"})

    def _keep(self, channel: str, seen: list[tuple[str, str]], raw: Json) -> None:
        lines, links = tuple(text for text, _ in seen), tuple(link for _, link in seen if link)
        with self._lock:
            self.posted.append(Posted(channel=channel, lines=lines, links=links, raw=raw))


def slack_error(word: str, retry_after: int | None = None) -> Reply:
    """Answer with one of Slack's words; ``rate_limited`` with the seconds to wait."""
    if word == "rate_limited":
        return Reply(status=429, body=b"rate_limited", headers={"Retry-After": str(retry_after or 30)})
    return Reply(status=SLACK_ERRORS[word], body=word.encode(), content_type="text/html")


def teams_error(status: int, retry_after: int | None = None) -> Reply:
    """Answer with the error that goes with a status."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return Reply(status=status, body=json.dumps(_TEAMS_ERRORS[status]).encode(), headers=headers)


def _read(request: Request) -> Json | None:
    try:
        found = json.loads(request.body)
    except ValueError:
        return None
    return found if request.method == "POST" and isinstance(found, dict) else None


def _slack_lines(body: Json) -> Iterator[tuple[str, str]]:
    """Read the blocks as Slack shows them; whatever is not a block that it knows is refused."""
    if len(body["blocks"]) > MOST_BLOCKS or len(json.dumps(body["blocks"])) > MOST_SLACK_BYTES:
        raise ValueError("too many blocks")
    for block in body["blocks"]:
        if block["type"] == "header":
            if block["text"]["type"] != "plain_text" or not 0 < len(block["text"]["text"]) <= MOST_HEADER:
                raise ValueError("header")
            yield block["text"]["text"], ""
        elif block["type"] == "rich_text":
            for element in block["elements"]:
                yield from _rich(element)
        else:
            raise ValueError(block["type"])


def _rich(element: Json) -> Iterator[tuple[str, str]]:
    if element["type"] == "rich_text_list":
        for item in element["elements"]:
            yield from _rich(item)
        return
    if element["type"] != "rich_text_section" or not element["elements"]:
        raise ValueError(element["type"])
    text, link = "", ""
    for each in element["elements"]:
        if each["type"] not in {"text", "link"} or not each["text"]:
            raise ValueError(each["type"])
        text += each["text"]
        link = each.get("url", link)
    yield text, link


def _teams_lines(body: Json) -> Iterator[tuple[str, str]]:
    attachment = body["attachments"][0]
    if body["type"] != "message" or attachment["contentType"] != "application/vnd.microsoft.card.adaptive":
        raise ValueError("no card")
    card = attachment["content"]
    if card["type"] != "AdaptiveCard":
        raise ValueError("no card")
    for block in card["body"]:
        if block["type"] != "RichTextBlock":
            raise ValueError(block["type"])
        runs = block["inlines"]
        if any(run["type"] != "TextRun" or not run["text"] for run in runs):
            raise ValueError("runs")
        links = [run["selectAction"]["url"] for run in runs if "selectAction" in run]
        yield "".join(run["text"] for run in runs), (links or [""])[0]
