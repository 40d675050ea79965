"""What a call site is, and how each kind is told from the others."""

from dataclasses import dataclass

from tests.chaos.wire.situations import Situation

RECEIVE_MS, WORK_MS, SEND_MS = 450, 950, 1_050
"""In this process; a little more than the caller of each kind waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One call.

    Attributes:
        match: JMESPath that must hold of the request's body.
        nth: Which of the matching calls, from 1.
        hang_ms: Longer than the caller waits.
        says: The simulated platform's own name for the operation, where it can refuse it in its own words.
        serves: What of the registry makes the call.
    """

    name: str
    situation: Situation
    service: str = "dynamodb"
    operation: str = ""
    match: str = ""
    nth: int = 1
    hang_ms: int = WORK_MS
    says: str = ""
    serves: str = ""

    @property
    def is_platform(self) -> bool:
        return self.service == "*"

    @property
    def writes_item(self) -> bool:
        return self.operation in {"UpdateItem", "PutItem"}


def get(name: str, situation: Situation, sk: str, nth: int = 1, hang_ms: int = WORK_MS) -> Site:
    match = f"starts_with(Key.sk.S, '{sk}')"
    return Site(name=f"GetItem {name}", situation=situation, operation="GetItem", match=match, nth=nth, hang_ms=hang_ms)


def update(  # noqa: PLR0913 - what tells a write from all others
    name: str, situation: Situation, expression: str, *, begins: bool = False, nth: int = 1, hang_ms: int = WORK_MS
) -> Site:
    match = f"starts_with(UpdateExpression, '{expression}')" if begins else f"UpdateExpression == '{expression}'"
    return Site(
        name=f"UpdateItem {name}", situation=situation, operation="UpdateItem", match=match, nth=nth, hang_ms=hang_ms
    )


def query(name: str, situation: Situation, pk: str = "", nth: int = 1, index: str = "") -> Site:
    """Tell a query of the table by its partition, and one of an index by that, or take one of any."""
    # What is not there has no beginning: JMESPath would take that for a mistake.
    of_partition = f"!IndexName && starts_with(ExpressionAttributeValues.\":pk\".S, '{pk}')"
    of_index = f"IndexName == '{index}'" if index else "IndexName"
    match = of_partition if pk else of_index
    return Site(name=f"Query {name}", situation=situation, operation="Query", match=match, nth=nth)


def send(name: str, situation: Situation, queue: str, hang_ms: int = WORK_MS) -> Site:
    match = f"contains(QueueUrl, '/{queue}-')"
    return Site(
        name=f"SendMessage {name}",
        situation=situation,
        service="sqs",
        operation="SendMessage",
        match=match,
        hang_ms=hang_ms,
    )


def secret(name: str, situation: Situation, hang_ms: int = WORK_MS) -> Site:
    return Site(
        name=f"GetParameter {name}",
        situation=situation,
        service="ssm",
        operation="GetParameter",
        match=f"contains(Name, '/{name.partition(',')[0]}')",
        hang_ms=hang_ms,
    )


def put(name: str, situation: Situation, pk: str, hang_ms: int = WORK_MS) -> Site:
    match = f"starts_with(Item.pk.S, '{pk}')"
    return Site(name=f"PutItem {name}", situation=situation, operation="PutItem", match=match, hang_ms=hang_ms)


def store(name: str, situation: Situation, hang_ms: int = WORK_MS) -> Site:
    return Site(name=f"TransactWriteItems {name}", situation=situation, operation="TransactWriteItems", hang_ms=hang_ms)


def call(  # noqa: PLR0913 - what tells a call from all others
    name: str, situation: Situation, says: str = "", match: str = "", *, nth: int = 1, serves: str = ""
) -> Site:
    """Tell a call to a platform by its body, or by its place where it has none."""
    return Site(
        name=name,
        situation=situation,
        service="*",
        match=match,
        nth=nth,
        hang_ms=SEND_MS,
        says=says,
        serves=serves,
    )
