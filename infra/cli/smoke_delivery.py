"""One delivery of the smoke test: written, signed, and posted as any relay would."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import uuid4

from infra.build.smoke_source import SOURCE
from infra.cli.outcome import CliError
from nightbell.platforms.standard.signature import HEADERS, sign

CONTACT = "smoke"
TEXT = "A test of Nightbell itself. Nobody waits for an answer."
_TIMEOUT_S = 15.0
_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came of posting it.

    Attributes:
        status: Of the answer; 0 where there was none.
        said: What was answered, or why nothing was.
    """

    status: int
    said: str = ""


def webhook_url(outputs: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> str:
    """Tell where the source delivers: the public address, or an emulator's, whose names few resolvers know."""
    endpoint = environment.get("AWS_ENDPOINT_URL", "").rstrip("/")
    own = f"{endpoint}/_aws/execute-api/{outputs['HttpApiId']}/$default/webhooks"
    return f"{own if endpoint else outputs['WebhookUrl']}/standard/{SOURCE}"


def deliver(url: str, keys: Sequence[str], now: datetime, within_s: float) -> None:
    """Post it until it is taken: roles and routes that were made a moment ago take a while to be known everywhere.

    Raises:
        CliError: It was not taken in that time; the sentence says what the last answer means.
    """
    body, webhook_id = _body(now), f"smoke_{uuid4()}"
    timestamp = str(int(now.timestamp()))
    headers = dict(zip(HEADERS, (webhook_id, timestamp, sign(webhook_id, timestamp, body, keys)), strict=True))
    deadline = time.monotonic() + within_s
    while (posted := _post(url, body, headers)).status != HTTPStatus.OK:
        if time.monotonic() + _PAUSE_S > deadline:
            raise CliError(_meaning(url, posted))
        time.sleep(_PAUSE_S)


def _body(now: datetime) -> bytes:
    at = now.isoformat()
    said = {"id": f"smoke-{uuid4()}", "contact": {"id": CONTACT, "name": "Smoke test"}, "text": TEXT, "sent_at": at}
    event = {"type": "message.created", "timestamp": at, "data": {**said, "answer_automatically": False}}
    return json.dumps(event).encode()


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
    request = urllib.request.Request(url, body, {**headers, "content-type": "application/json"})  # noqa: S310 - the stack's own address
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
            return Posted(status=answer.status)
    except urllib.error.HTTPError as error:
        return Posted(status=error.code, said=error.read(200).decode("utf-8", "replace"))
    except OSError as error:
        return Posted(status=0, said=str(getattr(error, "reason", error)))


_MEANINGS = {
    401: "ReceiveWebhook knows another secret than the one that is stored, or its clock is wrong.",
    403: "The API, or something before it, lets nobody in: is the address right, and may the API call the function?",
    404: "The functions do not know this source: `sam build` alone leaves it out, and so did earlier versions. "
    "Deploy with make deploy.",
    429: "The API refuses more requests for now: see ThrottleRate.",
    500: "ReceiveWebhook does not start, or must not read its secret.",
    503: "Neither the table nor SpillQueue takes a delivery.",
}


def _meaning(url: str, posted: Posted) -> str:
    if not posted.status:
        return f"{url} does not answer: {posted.said}. Nobody's delivery arrives."
    meaning = _MEANINGS.get(posted.status, "")
    return f"A signed delivery to {url} was answered with {posted.status}. {meaning}".rstrip()
