"""What only a real AWS account can show, as one run: ``python -m tests.chaos.real_account --stage dev``.

The emulator hides how the live gateway hands bodies on, real transaction conflicts, throttles and what a
write costs. Everything here is sent to an account that no settings name, so no customer gets anything; the
team sees one hand-off from "Nightbell check" for each conversation, and what was stored is removed again.
"""

import argparse
import hashlib
import hmac
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

from infra.cli.outcome import CliError
from infra.cli.stack import LOCAL, Deployment, find_deployment
from nightbell.domain.keys import META, conversation_pk

ACCOUNT = "nightbell-check"
AT_ONCE = 8
EXAMPLE = "example: python -m tests.chaos.real_account --stage dev"


@dataclass(slots=True)
class Site:
    """The deployed stack, and what was written to it."""

    url: str
    app_secret: str
    verify_token: str
    table: str
    dynamodb: Any
    contacts: list[str] = field(default_factory=list)

    def contact(self) -> str:
        """Name somebody new."""
        self.contacts.append(f"check-{uuid4().hex[:12]}")
        return self.contacts[-1]

    def post(
        self, body: bytes, *, signature: str | None = None, content_type: str = "application/json"
    ) -> requests.Response:
        """Deliver bytes, signed as genuine ones are unless another signature is given."""
        genuine = "sha256=" + hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": content_type, "x-hub-signature-256": genuine if signature is None else signature}
        return requests.post(self.url, data=body, headers=headers, timeout=30)

    def post_until_taken(self, body: bytes) -> int:
        """Deliver again and again, as platforms do; returns how often it took, 0 when it was never taken."""
        for attempt in range(1, 6):
            try:
                if self.post(body).status_code == 200:
                    return attempt
            except requests.RequestException:
                time.sleep(attempt)
        return 0

    def item(self, contact: str) -> Mapping[str, Any]:
        """Read a conversation as it is stored."""
        key = {"pk": {"S": conversation_pk("messenger", ACCOUNT, contact)}, "sk": {"S": META}}
        found: Mapping[str, Any] = self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True).get(
            "Item", {}
        )
        return found

    def partition(self, contact: str) -> list[Mapping[str, Any]]:
        """Read all of a conversation."""
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": conversation_pk("messenger", ACCOUNT, contact)}},
            ConsistentRead=True,
        )
        return [found for page in pages for found in page["Items"]]

    def clean(self) -> int:
        """Remove what was stored; returns how many items."""
        items = [found for contact in self.contacts for found in self.partition(contact)]
        for found in items:
            self.dynamodb.delete_item(TableName=self.table, Key={"pk": found["pk"], "sk": found["sk"]})
        return len(items)


def delivery(contact: str, *mids: str, text: str = "Nightbell check") -> bytes:
    """Make a delivery of one contact's messages, in the form that is not escaped."""
    at = int(time.time() * 1000)
    items = [
        {
            "sender": {"id": contact},
            "recipient": {"id": ACCOUNT},
            "timestamp": at,
            "message": {"mid": mid, "text": text},
        }
        for mid in mids
    ]
    body = {"object": "page", "entry": [{"id": ACCOUNT, "time": at, "messaging": items}]}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


Finding = tuple[bool, str]


def bytes_survive_the_gateway(site: Site) -> Iterator[Finding]:
    """Whether the signature of what the platform sent still fits what the function sees."""
    text = "Grüße 😀 \r\n \\/ <1% @x"
    for content_type in ("application/json", "application/octet-stream", "text/plain; charset=iso-8859-1"):
        plain, escaped = delivery(site.contact(), "m.1", text=text), delivery(site.contact(), "m.1", text=text)
        escaped = json.dumps(json.loads(escaped)).replace("/", "\\/").encode()
        for form, body in (("plain UTF-8", plain), ("escaped", escaped)):
            status = site.post(body, content_type=content_type).status_code
            yield status == 200, f"{form} as {content_type}: {status}"


def invalid_utf8_is_kept_or_refused(site: Site) -> Iterator[Finding]:
    """Whether the gateway hands on bytes that are no UTF-8; refusing them is safe, losing them with a 200 is not."""
    status = site.post(delivery(site.contact(), "m.1")[:-1] + b"\xff}").status_code
    yield (
        status in {200, 401},
        f"{status}: " + ("handed on and quarantined" if status == 200 else "altered, so refused"),
    )


def forged_deliveries_are_refused_alike(site: Site) -> Iterator[Finding]:
    """Whether everything forged gets the same 401."""
    body = delivery(site.contact(), "m.1")
    wrong = hmac.new(b"another secret of the same length", body, hashlib.sha256).hexdigest()
    answers = [
        site.post(body, signature=each)
        for each in (f"sha256={wrong}", "", "sha1=00", "sha256=é".encode().decode("latin-1"))
    ]
    seen = {(answer.status_code, answer.text) for answer in answers}
    yield seen == {(401, answers[0].text)}, f"{len(answers)} tried, answered {sorted({status for status, _ in seen})}"
    yield not site.item(site.contacts[-1]), "nothing was stored"


def the_handshake_wants_the_token(site: Site) -> Iterator[Finding]:
    """Whether only the verify token opens, and the challenge comes back as it was sent."""
    for token, expected in ((site.verify_token, (200, "007")), ("wrong", (403, None))):
        query = {"hub.mode": "subscribe", "hub.challenge": "007", "hub.verify_token": token}
        answer = requests.get(site.url, params=query, timeout=30)
        good = answer.status_code == expected[0] and expected[1] in {None, answer.text}
        yield good, f"{answer.status_code}"


def what_is_too_large_is_refused(site: Site) -> Iterator[Finding]:
    """Where the limits of the gateway, of Lambda and of our own lie."""
    for megabytes, allowed in ((2.9, {200}), (3.5, {413}), (7, {413, 500, 502}), (11, {413})):
        body = delivery(site.contact(), "m.1", text="x" * int(megabytes * 1024 * 1024))
        status = site.post(body).status_code
        yield status in allowed, f"{megabytes} MB: {status}"


def concurrent_messages_are_numbered_without_a_gap(site: Site) -> Iterator[Finding]:
    """Whether real transaction conflicts are waited out: 40 deliveries of one contact at once, each twice."""
    contact = site.contact()
    bodies = [delivery(contact, f"m.{number}") for number in range(40)] * 2
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        attempts = list(pool.map(site.post_until_taken, bodies))
    yield all(attempts), f"{len(bodies)} deliveries took {sum(attempts)} attempts"
    numbers: list[int] = []
    for _ in range(60):
        numbers = sorted(int(found["seq"]["N"]) for found in site.partition(contact) if "seq" in found)
        if len(numbers) >= 40:
            break
        time.sleep(1)  # A delivery that found no time was spilled, and is replayed within seconds.
    yield numbers == list(range(1, 41)), f"{len(numbers)} stored, the last has number {numbers[-1] if numbers else 0}"


def answers_are_fast(site: Site) -> Iterator[Finding]:
    """How long a platform waits, one delivery after another."""
    times = []
    for _ in range(60):
        began = time.monotonic()
        site.post(delivery(site.contact(), "m.1"))
        times.append(time.monotonic() - began)
    warm = sorted(times[5:])
    p50, p99 = statistics.median(warm), warm[-1]
    yield (
        p99 <= 1,
        f"p50 {p50 * 1000:.0f} ms, slowest of {len(warm)} {p99 * 1000:.0f} ms, this machine's way there included",
    )


CHECKS: Sequence[Callable[[Site], Iterator[Finding]]] = (
    the_handshake_wants_the_token,
    bytes_survive_the_gateway,
    invalid_utf8_is_kept_or_refused,
    forged_deliveries_are_refused_alike,
    what_is_too_large_is_refused,
    concurrent_messages_are_numbered_without_a_gap,
    answers_are_fast,
)


def main() -> int:
    """Run every check; 0 when all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.real_account", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("--stage", help="a deployed one that no customer uses, such as dev")
    try:
        site = _site(find_deployment(parser.parse_args().stage))
    except CliError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        held = [_show(check, site) for check in CHECKS]
    finally:
        print(f"\n{site.clean()} items removed. The human queue keeps the hand-offs of this run: delete them there.")
    return 0 if all(held) else 1


def _site(deployment: Deployment) -> Site:
    outputs, ssm = deployment.outputs(), deployment.client("ssm")
    first = {
        name: ssm.get_parameter(Name=f"{deployment.secrets_prefix}/meta/{name}", WithDecryption=True)["Parameter"][
            "Value"
        ].splitlines()[0]
        for name in ("app_secret", "verify_token")
    }
    url = f"{outputs['WebhookUrl']}/meta"
    if deployment.stage == LOCAL:
        endpoint = deployment.client("dynamodb").meta.endpoint_url
        url = f"{endpoint}/_aws/execute-api/{outputs['HttpApiId']}/$default/webhooks/meta"
    table = outputs["ConversationTableName"]
    return Site(url, first["app_secret"], first["verify_token"], table, deployment.client("dynamodb"))


def _show(check: Callable[[Site], Iterator[Finding]], site: Site) -> bool:
    print(f"\n■ {check.__name__.replace('_', ' ')}")
    findings = list(check(site))
    for good, words in findings:
        print(f"  {'ok    ' if good else 'BROKEN'} {words}")
    return all(good for good, _ in findings)


if __name__ == "__main__":
    sys.exit(main())
