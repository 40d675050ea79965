"""Every call site: which request of which situation it is."""

from dataclasses import dataclass

from nightbell.adapters import table_expressions as e
from tests.chaos.wire import situations as s
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
    """

    name: str
    situation: Situation
    service: str = "dynamodb"
    operation: str = ""
    match: str = ""
    nth: int = 1
    hang_ms: int = WORK_MS

    @property
    def is_platform(self) -> bool:
        return self.service == "*"

    @property
    def writes_item(self) -> bool:
        return self.operation in {"UpdateItem", "PutItem"}


def _get(name: str, situation: Situation, sk: str, nth: int = 1, hang_ms: int = WORK_MS) -> Site:
    match = f"starts_with(Key.sk.S, '{sk}')"
    return Site(name=f"GetItem {name}", situation=situation, operation="GetItem", match=match, nth=nth, hang_ms=hang_ms)


def _update(name: str, situation: Situation, expression: str, *, begins: bool = False, hang_ms: int = WORK_MS) -> Site:
    match = f"starts_with(UpdateExpression, '{expression}')" if begins else f"UpdateExpression == '{expression}'"
    return Site(name=f"UpdateItem {name}", situation=situation, operation="UpdateItem", match=match, hang_ms=hang_ms)


def _send(name: str, situation: Situation, queue: str, hang_ms: int = WORK_MS) -> Site:
    match = f"contains(QueueUrl, '/{queue}-')"
    return Site(
        name=f"SendMessage {name}",
        situation=situation,
        service="sqs",
        operation="SendMessage",
        match=match,
        hang_ms=hang_ms,
    )


def _secret(name: str, situation: Situation, hang_ms: int = WORK_MS) -> Site:
    return Site(
        name=f"GetParameter {name}",
        situation=situation,
        service="ssm",
        operation="GetParameter",
        match=f"contains(Name, '/{name.partition(',')[0]}')",
        hang_ms=hang_ms,
    )


def _put(name: str, situation: Situation, pk: str, hang_ms: int = WORK_MS) -> Site:
    match = f"starts_with(Item.pk.S, '{pk}')"
    return Site(name=f"PutItem {name}", situation=situation, operation="PutItem", match=match, hang_ms=hang_ms)


def _store(name: str, situation: Situation, hang_ms: int = WORK_MS) -> Site:
    return Site(name=f"TransactWriteItems {name}", situation=situation, operation="TransactWriteItems", hang_ms=hang_ms)


def _post(name: str, situation: Situation, match: str = "to || recipient") -> Site:
    return Site(name=name, situation=situation, service="*", match=match, hang_ms=SEND_MS)


_FINISH, _NOT_NOW = "SET st = :after", "SET st = :READY"

RECEIPT = (
    _secret("app_secret", s.RECEIVE_COLD, hang_ms=RECEIVE_MS),
    _secret("verify_token", s.RECEIVE_COLD, hang_ms=RECEIVE_MS),
    _secret("instagram_app_secret", s.RECEIVE_COLD, hang_ms=RECEIVE_MS),
    _get("conversation, R1", s.RECEIVE, "META", hang_ms=RECEIVE_MS),
    _store("R1 first", s.RECEIVE, hang_ms=RECEIVE_MS),
    _store("R1 further", s.WRITE_AGAIN, hang_ms=RECEIVE_MS),
    _send("hint", s.RECEIVE, "ack", hang_ms=RECEIVE_MS),
    _send("spill", s.SPILL, "spill", hang_ms=RECEIVE_MS),
    _put("quarantine", s.QUARANTINE, "Q#", hang_ms=RECEIVE_MS),
    _put("kind", s.NEW_KIND, "KIND#", hang_ms=RECEIVE_MS),
    _get("unit, S1", s.ECHO, "A#", hang_ms=RECEIVE_MS),
    _update("S1 seen", s.ECHO, e.SEEN, hang_ms=RECEIVE_MS),
    _update("S1 seen, from SENDING", s.ECHO_OF_UNKNOWN, e.SEEN, hang_ms=RECEIVE_MS),
    _update("S1 seen late", s.STATUS_LATE, e.SEEN_LATE, hang_ms=RECEIVE_MS),
    _send("hint, S1", s.STATUS_LATE, "ack", hang_ms=RECEIVE_MS),
    _update("S1 failed", s.STATUS_FAILED, e.FAILED, hang_ms=RECEIVE_MS),
    _get("conversation, H4", s.PERSON, "META", hang_ms=RECEIVE_MS),
    _update("H4 closes", s.PERSON, e.PERSON_CLOSES, hang_ms=RECEIVE_MS),
    _update("H4 notes", s.PERSON_OLD, e.PERSON, hang_ms=RECEIVE_MS),
    _update("H4 other app", s.OTHER_APP, e.OTHER_APP, hang_ms=RECEIVE_MS),
    _get("conversation, H5", s.GIVEN_AWAY, "META", hang_ms=RECEIVE_MS),
    _update("H5 given away", s.GIVEN_AWAY, e.OWNED, hang_ms=RECEIVE_MS),
    _update("H5 given back", s.GIVEN_BACK, e.FREE, hang_ms=RECEIVE_MS),
    _get("conversation, replay", s.REPLAY, "META"),
    _store("R1 replay", s.REPLAY),
    _send("hint, replay", s.REPLAY, "ack"),
    _put("spill part", s.REPLAY_PARTS, "SPILL#"),
    _get("spill part", s.REPLAY_PARTS, "2"),
)

ACKNOWLEDGE = (
    _get("unit", s.ACKNOWLEDGE, "A#"),
    _get("conversation", s.ACKNOWLEDGE, "META"),
    _get("breaker", s.ACKNOWLEDGE, "BRK"),
    _secret("access_token", s.ACKNOWLEDGE_COLD),
    _secret("app_secret, sending", s.ACKNOWLEDGE_COLD),
    _update("A1 start", s.ACKNOWLEDGE, "SET st = :SENDING", begins=True),
    _get("conversation, telling", s.ACKNOWLEDGE, "META", 2),
    _send("human", s.ACKNOWLEDGE, "human"),
    _update("A4 sent", s.ACKNOWLEDGE, _FINISH, begins=True),
    _update("A4 refused", s.REFUSED, _FINISH, begins=True),
    _update("A4 overtaken", s.ECHO_FIRST, _FINISH, begins=True),
    _get("unit, overtaken", s.ECHO_FIRST, "A#", 3),
    _update("A6 overtaken", s.ECHO_FIRST, e.TOLD),
    _update("A6 told", s.TOLD, e.TOLD),
    _send("human, late", s.TOLD, "human"),
    _update("A5 not now", s.NOT_NOW, _NOT_NOW, begins=True),
    _send("human, not now", s.NOT_NOW, "human"),
    _update("A5 parked", s.PARKED, _NOT_NOW, begins=True),
    _update("A7 suppress", s.SUPPRESSED, e.SUPPRESS),
    _send("human, suppressed", s.SUPPRESSED, "human"),
    _get("other unit", s.COMPLAINT, "A#", 2),
    _update("A7 hand-off only", s.COMPLAINT, e.SUPPRESS),
    _update("A2 recover", s.RECOVER, e.RECOVER),
    _update("A4 found", s.RECOVER, _FINISH, begins=True),
    _update("A5 absent", s.RECOVER_ABSENT, _NOT_NOW, begins=True),
    _update("A1 after absent", s.RECOVER_ABSENT, "SET st = :SENDING", begins=True),
    _update("A2 recover, no read-back", s.UNCERTAIN, e.RECOVER),
    _update("A4 uncertain", s.UNCERTAIN, _FINISH, begins=True),
    _update("breaker open", s.TOKEN_DEAD, "SET open_until = :until, cause", begins=True),
    _update("breaker probe", s.PROBE, e.PROBE),
    _update("breaker close", s.PROBE, e.CLOSE_BREAKER),
    _update("breaker count", s.UNANSWERED, e.COUNT_FAILURE),
)

SWEEP = (
    Site(name="Query due", situation=s.SWEEP, operation="Query"),
    _get("mark", s.SWEEP, "A#"),
    _update("put off", s.SWEEP, e.PUT_OFF),
    _send("hint, sweep", s.SWEEP, "ack"),
    _update("A1 by sweep", s.SWEEP_DIRECT, "SET st = :SENDING", begins=True),
)

DESK = (
    _update("H1 take", s.TAKE, e.TAKE),
    _get("page's conversation", s.TAKE, "META"),
    Site(name="Query page", situation=s.TAKE, operation="Query"),
    _update("H1 shown", s.TAKE, e.SHOWN),
    _update("H2 close all", s.CLOSE, e.CLOSE_ALL),
    _update("H2 close part", s.CLOSE_PART, e.CLOSE),
    _update("H3 let go", s.RELEASE, e.LET_GO),
)

PLATFORM = (
    _post("POST messages, Messenger", s.ACKNOWLEDGE),
    _post("POST messages, WhatsApp", s.ACKNOWLEDGE_WHATSAPP),
    _post("GET conversations", s.RECOVER, match=""),
)

SITES = (*RECEIPT, *ACKNOWLEDGE, *SWEEP, *DESK, *PLATFORM)
